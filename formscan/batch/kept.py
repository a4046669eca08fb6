"""What a batch folder keeps of its settings, and what a later run changes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from formscan.errors import SettingsError, told
from formscan.rules import BatchHeader
from formscan.rules.earlier import require_batch
from formscan.settings import RunSettings
from formscan.store import Store

__all__ = ["Changed", "check_against", "keep_settings"]


@dataclass(frozen=True, slots=True)
class Changed:
    """A setting by which the whole batch is judged from now on, other than before.

    Attributes:
        name: ``max_error.code``, ``header.area``, ``against`` …
        before: As it was, "" where it was not set.
        now: As it is.
    """

    name: str
    before: str
    now: str


def keep_settings(store: Store, settings: RunSettings, today: date) -> tuple[Changed, ...]:
    """Write into the store what the rows depend on besides the pages.

    ``as_of`` stays as it was. ``max_error`` is that of the last run; header and earlier batches
    are those of the last run that was told of any.

    Returns:
        What differs from an earlier run of this folder.

    Raises:
        SettingsError: ``as_of`` differs, or a folder of ``against`` is no batch or this one.
    """
    check_against(settings)
    is_new = _fix_as_of(store, settings, today)
    changed: list[Changed] = []
    for name, value in _kept(settings).items():
        before = json.loads(store.meta(name) or "null")
        if not is_new:
            changed += _differences(name, before, value)
        store.set_meta(name, json.dumps(value))
    return tuple(changed)


def check_against(settings: RunSettings) -> None:
    """Raise SettingsError where a folder of ``against`` is no batch, or the one of this run."""
    for out in settings.against:
        require_batch(out)
        if out.resolve() == settings.out.resolve():
            raise SettingsError(told("rules.against_itself", out=out))


def _fix_as_of(store: Store, settings: RunSettings, today: date) -> bool:
    """Fix what ``today()`` means; whether this is the first run."""
    kept = store.meta("as_of")
    given = settings.as_of.isoformat() if settings.as_of else ""
    if kept and given and kept != given:
        raise SettingsError(told("settings.as_of", kept=kept))
    if not kept:
        store.set_meta("as_of", given or today.isoformat())
    return not kept


def _kept(settings: RunSettings) -> dict[str, object]:
    kept: dict[str, object] = {"max_error": dict(settings.max_error)}
    if settings.header != BatchHeader():
        kept["header"] = settings.header.as_table()
    if settings.against:
        kept["against"] = [str(out.resolve()) for out in settings.against]
    return kept


def _differences(name: str, before: object, now: object) -> Iterator[Changed]:
    if isinstance(now, Mapping):
        old = before if isinstance(before, Mapping) else {}
        for key, value in now.items():
            yield from _differences(f"{name}.{key}", old.get(key), value)
    elif _shown(before) != _shown(now):
        yield Changed(name, _shown(before), _shown(now))


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
