"""Numbers that stand twice on a sheet, in boxes and in bubbles: each is held against the other.

The comb and the mark grid name each other in ``evidence``. What both say counts as told twice;
where they differ neither counts by itself, and each proposes what the other says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from formscan.reading import Candidate, FieldReading
from formscan.settle.sheet import Sheet
from formscan.templates.model import Field
from formscan.validate.binds import Key
from formscan.validate.values import UNREADABLE

__all__ = ["told_twice", "with_grids"]

_CHANCE = 0.1
"""Probability that two wrong readings of one number are wrong alike: one digit in ten."""


def with_grids(sheet: Sheet) -> Sheet:
    """The sheet with its boxes and bubbles of one number read together."""
    by_key: dict[Key, FieldReading] = {(one.name, one.row): one for one in sheet.readings}
    fresh: dict[Key, FieldReading] = {}
    for comb, grid in told_twice(sheet.layout.fields):
        written = by_key.get((comb.name, comb.row))
        bubbled = by_key.get((grid.name, grid.row))
        if written and bubbled and written.candidates and bubbled.candidates:
            fresh[comb.name, comb.row] = _against(written, bubbled, comb, grid)
            fresh[grid.name, grid.row] = _against(bubbled, written, grid, comb)
    if not fresh:
        return sheet
    readings = tuple(fresh.get((one.name, one.row), one) for one in sheet.readings)
    return replace(sheet, readings=readings)


def told_twice(fields: tuple[Field, ...]) -> Iterator[tuple[Field, Field]]:
    """(comb, mark grid) of the numbers that stand twice on a page."""
    grids = [field for field in fields if field.kind == "mark_grid"]
    for comb in fields:
        for grid in grids if comb.kind == "comb" else ():
            named = grid.name in comb.evidence or comb.name in grid.evidence
            if named and comb.row == grid.row:
                yield comb, grid


def _against(
    reading: FieldReading, other: FieldReading, field: Field, other_field: Field
) -> FieldReading:
    said, told = _text(reading, field), _text(other, other_field)
    own, theirs = reading.confidence, other.confidence
    if UNREADABLE in told or (said and not told):
        return reading
    if said == told:
        if not said or UNREADABLE in said:
            return reading
        both = own * theirs
        alike = both / max(both + _CHANCE * (1 - own) * (1 - theirs), 1e-12)
        return replace(reading, confidence=max(own, min(alike, 0.9999)))
    proposal = Candidate(told, round(theirs / max(own + theirs, 1e-9), 6))
    kept = [each for each in reading.candidates if each.text != told]
    return replace(
        reading,
        candidates=(kept[0], proposal, *kept[1:]) if kept else reading.candidates,
        confidence=min(own / max(own + theirs, 1e-9), 0.9),
    )


def _text(reading: FieldReading, field: Field) -> str:
    """What is said, "" for blank whatever the form calls it."""
    raw = reading.raw.strip()
    blank = field.empty_value * max(len(field.columns), 1)
    return "" if raw in {field.empty_value, blank} else raw
