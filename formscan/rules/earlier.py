"""What earlier batches hold, out of their CSV files: their records, and settled answers."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from formscan.errors import SettingsError, told
from formscan.rules.base import Sighting
from formscan.rules.index import indexed
from formscan.templates.model import Template

__all__ = ["earlier_records", "earlier_sightings", "require_batch"]


def require_batch(out: Path) -> None:
    """Raise SettingsError where ``out`` is no output folder of a run."""
    if not (out / "pages.csv").is_file():
        raise SettingsError(told("rules.against", out=out))


def earlier_records(out: Path, templates: Sequence[Template]) -> Iterator[str]:
    """KEY of every record of an earlier batch that was not rejected there.

    Args:
        out: Output folder of an earlier run.
        templates: Forms of this batch; a form that the earlier batch lacks has nothing to say.

    Raises:
        SettingsError: The folder is no output folder, or a file of it cannot be read.
    """
    require_batch(out)
    for form in dict.fromkeys(template.form for template in templates):
        for line in _lines(out / f"{form}.csv", "KEY", "_status"):
            if line["_status"] != "rejected":
                yield line["KEY"]


def earlier_sightings(out: Path, templates: Sequence[Template]) -> Iterator[Sighting]:
    """Every number of an earlier batch that this one must not hold again.

    Args:
        out: Output folder of an earlier run.
        templates: As for ``earlier_records``.

    Raises:
        SettingsError: As for ``earlier_records``.
    """
    require_batch(out)
    for template in {template.form: template for template in templates}.values():
        names = indexed(template)
        for repeat in dict.fromkeys(one.repeat for one in template.questions if one.name in names):
            file = out / (f"{template.form}-{repeat}.csv" if repeat else f"{template.form}.csv")
            for line in _lines(file, "KEY"):
                row = int(line["_row"]) if line.get("_row", "").isdecimal() else None
                key = line.get("PARENT_KEY") or line["KEY"]
                for name in names:
                    if value := line.get(name, ""):
                        yield Sighting(name, value, key, row, out.name)


def _lines(file: Path, *needed: str) -> Iterator[dict[str, str]]:
    """The rows of a table that must have the columns ``needed``; none where there is no table."""
    if not file.is_file():
        return
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream, restval="")
            lacking = ", ".join(sorted({*needed} - {*(rows.fieldnames or ())}))
            if lacking:
                raise SettingsError(told("rules.against_file", file=file, why=lacking))
            yield from rows
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SettingsError(told("rules.against_file", file=file, why=error)) from error
