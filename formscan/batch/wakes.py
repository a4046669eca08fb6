"""When to look at a folder again: at once when the system tells of a change, else by the clock."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Iterator
from pathlib import Path

from formscan.errors import MissingProgramError, told

__all__ = ["require_watchfiles", "wakes"]

_TICK_S = 1.0
_ANYWAY_S = 60.0
"""A change of which nobody told is found after so long."""


def require_watchfiles() -> None:
    """MissingProgramError where the system's news of changes cannot be heard."""
    if importlib.util.find_spec("watchfiles") is None:
        raise MissingProgramError(told("watch.not_installed"))


def wakes(folder: Path, poll_s: float) -> Iterator[bool]:
    """Yields now, and then at every moment at which something may be to be done, for ever.

    Args:
        folder: May go away and come back.
        poll_s: Seconds between two looks; 0 leaves it to the system to tell of changes, which no
            network drive does for what other computers write.

    Yields:
        Whether the folder may have changed; False only lets the caller's own clock go on.
    """
    yield True
    while True:
        if poll_s or not folder.is_dir():
            time.sleep(poll_s or _TICK_S)
            yield True
        else:
            yield from _told(folder)


def _told(folder: Path) -> Iterator[bool]:
    """As the system tells, until the folder is gone."""
    from watchfiles import watch

    yield True  # what came before anybody listened
    anyway = time.monotonic() + _ANYWAY_S
    news = watch(folder, yield_on_timeout=True, rust_timeout=round(_TICK_S * 1000))
    for changes in news:
        due = time.monotonic() > anyway
        if due:
            anyway = time.monotonic() + _ANYWAY_S
        yield bool(changes) or due
        if not folder.is_dir():
            return
