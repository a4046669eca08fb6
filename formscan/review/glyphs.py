"""The boxes of fields in doubt, each with what the machine read in it: what a grid is made of.

A field of the queue is settled by its boxes once every *doubtful* one was seen among others that
were read alike: a box whose character has a probability below ``_SURE``, or that is empty with
less than ``_SURELY_EMPTY``. Chosen on simulated families of writers that no training saw, held
against the truth (docs/review.md): what the boxes left out cost is less than the form allows.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from formscan.extract.decode import CANCELLED, UNREADABLE
from formscan.reading import Cell, FieldReading, PageOutcome, Px
from formscan.record import FieldValue
from formscan.review.cases import Case
from formscan.templates.model import ErrorKind, Field

__all__ = ["Box", "Glyph", "Place", "boxes_of", "doubtful_glyphs", "sure_glyphs"]

Place = tuple[str, str, int | None]
"""KEY of a record, field name, row."""

_WHOLE = -1
"""Number of the box of a group of marks, which is seen as a whole."""

_AROUND = 0.22
"""Paper around a box, of its own size: neighbours tell what belongs to it."""

_TYPED_ONLY: frozenset[ErrorKind] = frozenset({"id"})
"""Identifiers are never settled by their boxes: nothing else on the form says a NIK's last four."""

_SURE = 0.9998
_SURELY_EMPTY = 0.998
_BEYOND_DOUBT = 0.9999
"""Probability of a box of an accepted field that is taken for known."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box of a field.

    Attributes:
        text: What the best reading of the field says stands in it, "" where it is empty.
        probability: What the network gives that.
    """

    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Glyph:
    """One box, or one group of marks, to be seen among others that were read alike.

    Attributes:
        id: The same each time for the same box of the same picture, read alike.
        place: KEY of the record, field and row.
        box: Its number in the field from 0, -1 for a group of marks.
        group: What it was read as: ``=7``, ``=`` for an empty box, or ``jk=2`` for marks.
        sure: Probability, 0 to 1.
        page: The picture, without its readings.
        box_px: The field on it.
        part: x, y, width, height of the box in parts of the field.
    """

    id: str
    place: Place
    box: int
    group: str
    sure: float
    page: PageOutcome
    box_px: Px
    part: tuple[float, float, float, float]


def boxes_of(raw: str, cells: Sequence[Cell]) -> tuple[Box, ...]:
    """``raw`` put into the boxes where it fits best; () where it cannot be."""
    if UNREADABLE in raw or len(raw) > len(cells):
        return ()
    if any(cell.candidates and cell.candidates[0].text == CANCELLED for cell in cells):
        return ()
    beliefs = [{one.text: one.probability for one in cell.candidates} for cell in cells]
    letters = ["" if letter == " " else letter for letter in raw]
    spare = len(cells) - len(letters)
    ways = (
        tuple(
            Box(text, belief.get(text, 0.0))
            for text, belief in zip(
                [*[""] * left, *letters, *[""] * (spare - left)], beliefs, strict=True
            )
        )
        for left in range(spare + 1)
    )
    return max(ways, key=lambda way: sum(math.log(max(box.probability, 1e-6)) for box in way))


def doubtful_glyphs(case: Case) -> Iterator[Glyph]:
    """What must be seen of the fields that wait in a record because they were read unsurely."""
    for value, field, reading, page in _read(case):
        if value.reason != "low_confidence" or field.error_kind in _TYPED_ONLY:
            continue
        if field.kind == "mark_group":
            group = f"{field.name}={value.raw}"
            yield _glyph(case, value, page, _WHOLE, group, value.confidence)
            continue
        boxes = boxes_of(value.raw, reading.cells) if field.kind == "comb" else ()
        doubtful = [number for number, box in enumerate(boxes) if _is_doubtful(box)]
        if boxes and not doubtful:
            doubtful = [min(range(len(boxes)), key=lambda number: boxes[number].probability)]
        for number in doubtful:
            box = boxes[number]
            yield _glyph(case, value, page, number, f"={box.text}", box.probability)


def sure_glyphs(case: Case) -> Iterator[Glyph]:
    """One box of each field that the machine accepted, as good as known."""
    for value, field, reading, page in _read(case):
        if value.status != "accepted" or field.kind != "comb":
            continue
        for number, box in enumerate(boxes_of(value.raw, reading.cells)):
            if box.text and box.probability >= _BEYOND_DOUBT:
                yield _glyph(case, value, page, number, f"={box.text}", box.probability)
                break


def _is_doubtful(box: Box) -> bool:
    return box.probability < (_SURE if box.text else _SURELY_EMPTY)


def _read(case: Case) -> Iterator[tuple[FieldValue, Field, FieldReading, PageOutcome]]:
    """The fields of a record that stand as the machine read them."""
    bare = {place: replace(page, readings=(), stage_ms=()) for place, page in case.pages.items()}
    for value in case.record.values:
        key = (value.name, value.row)
        reading, page = case.readings.get(key), bare.get((value.scan, value.frame))
        if reading is not None and page is not None and key not in case.decisions:
            yield value, case.fields[key], reading, page


def _glyph(
    case: Case, value: FieldValue, page: PageOutcome, number: int, group: str, sure: float
) -> Glyph:
    place = (case.record.key, value.name, value.row)
    told = f"{page.ref.sha256}|{page.ref.frame}|{place}|{number}|{group}|{value.raw}"
    name = hashlib.sha256(told.encode()).hexdigest()[:20]
    part = _part(case.fields[value.name, value.row], number)
    return Glyph(name, place, number, group, sure, page, value.box_px, part)


def _part(field: Field, number: int) -> tuple[float, float, float, float]:
    if number == _WHOLE:
        return (-0.02, -0.1, 1.04, 1.2)
    outer, box = field.box, field.cells[number]
    x, y = (box.x - outer.x) / outer.width, (box.y - outer.y) / outer.height
    width, height = box.width / outer.width, box.height / outer.height
    across, down = _AROUND * width, _AROUND * height
    return x - across, y - down, width + 2 * across, height + 2 * down
