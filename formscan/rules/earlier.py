"""What earlier batches hold, out of their CSV files: settled answers only."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from formscan.errors import SettingsError, told
from formscan.rules.base import Sighting
from formscan.rules.index import indexed
from formscan.templates.model import Template

__all__ = ["earlier_sightings", "require_batch"]


def require_batch(out: Path) -> None:
    """Raise SettingsError where ``out`` is no output folder of a run."""
    if not (out / "pages.csv").is_file():
        raise SettingsError(told("rules.against", out=out))


def earlier_sightings(out: Path, templates: Sequence[Template]) -> Iterator[Sighting]:
    """Every number of an earlier batch that this one must not hold again.

    Args:
        out: Output folder of an earlier run.
        templates: Forms of this batch; a form that the earlier batch lacks has nothing to say.

    Raises:
        SettingsError: The folder is no output folder, or a file of it cannot be read.
    """
    require_batch(out)
    for template in {template.form: template for template in templates}.values():
        names = indexed(template)
        for repeat in dict.fromkeys(one.repeat for one in template.questions if one.name in names):
            file = out / (f"{template.form}-{repeat}.csv" if repeat else f"{template.form}.csv")
            if file.is_file():
                yield from _sightings(file, names, out.name)


def _sightings(file: Path, names: Sequence[str], batch: str) -> Iterator[Sighting]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            for line in csv.DictReader(stream):
                row = int(line["_row"]) if line.get("_row") else None
                for name in names:
                    if line.get(name):
                        key = line.get("PARENT_KEY") or line["KEY"]
                        yield Sighting(name, line[name], key, row, batch)
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, ValueError) as error:
        raise SettingsError(told("rules.against_file", file=file, why=error)) from error
