"""Fills one page: every value into its field, by one writer, and says what the paper says."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from formscan.geometry import BoxMm
from formscan.page import Picture
from formscan.simulate.alphabet import Strokes
from formscan.simulate.boxes import boxed, raw_of_boxes
from formscan.simulate.chance import chance, pick
from formscan.simulate.hand import Writer, glyph_in_box
from formscan.simulate.ink import draw_strokes
from formscan.simulate.machine import stick_barcode, type_line
from formscan.simulate.marks import black_out, mark_pen, mark_strokes, mark_style, strike
from formscan.simulate.pen import Pen
from formscan.simulate.scribble import line_of_text, signature
from formscan.templates.model import ALPHABETS, Field, MarkBox, PageLayout

__all__ = ["REPAIR_LINES", "FieldKey", "Sheet", "Values", "write_page"]

REPAIR_LINES = ("perbaikan", "catatan")
"""How the lines are called on which a form asks for the right answer to a blacked-out box."""

_MOST_REPAIRS = 3

FieldKey = tuple[str, int | None]
"""(name, printed row)"""

Values = Mapping[FieldKey, str]
"""What should be written: text for boxes and lines; chosen values joined by a space for marks;
one value per column joined by "|" for a mark grid; anything for a signature. Absent = blank."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A page picture that is being written on.

    Attributes:
        picture: (h, w, 3) uint8 BGR, changed in place.
        px_per_mm: Its scale.
        signers: Seed of the signature of each signature field: one person, one signature.
        repairs: Right answers that await the sheet's line for corrections.
        taken: Fields of the page, where nobody would write something else.
    """

    picture: Picture = dataclasses.field(repr=False)
    px_per_mm: float
    signers: Mapping[str, Generator] = dataclasses.field(default_factory=dict, repr=False)
    repairs: list[str] = dataclasses.field(default_factory=list, repr=False)
    taken: tuple[BoxMm, ...] = dataclasses.field(default=(), repr=False)

    def ink(self, strokes: Strokes, pen: Pen, rng: Generator) -> None:
        """Draw strokes in mm."""
        draw_strokes(self.picture, strokes, pen, self.px_per_mm, rng)


def write_page(
    sheet: Sheet, layout: PageLayout, values: Values, writer: Writer, rng: Generator
) -> dict[FieldKey, str]:
    """Write all fields of a page.

    Returns:
        ``raw`` of every printed field of the page, as the paper now says it; "" for blank.
    """
    said: dict[FieldKey, str] = {}
    sheet = dataclasses.replace(sheet, taken=tuple(field.box for field in layout.fields))
    for field in sorted(layout.fields, key=lambda field: field.kind == "text_line"):
        key = (field.name, field.row)
        text = values.get(key, "")
        if field.name.startswith(REPAIR_LINES):
            text = " ".join((text, *sheet.repairs)).strip()
        said[key] = _write_field(sheet, field, text, writer, rng)
    return said


def _write_field(sheet: Sheet, field: Field, text: str, writer: Writer, rng: Generator) -> str:
    match field.kind:
        case "comb":
            return _write_comb(sheet, field, text, writer, rng)
        case "mark_group":
            chosen = text.split(" ") if text else []
            _write_marks(sheet, field, field.marks, chosen, writer, rng)
            printed = [mark.value for mark in field.marks if mark.value in chosen]
            return field.multiple_join.join(printed) or field.empty_value
        case "mark_grid":
            return _write_grid(sheet, field, text, writer, rng)
        case "barcode" if text:
            at = (sheet.picture, sheet.px_per_mm)
            return stick_barcode(*at, text, field.box, field.formats, rng)
        case "text_line" if text and field.printed:
            return type_line(sheet.picture, sheet.px_per_mm, text, field.box, rng)
        case _:
            return _write_line(sheet, field, text, writer, rng)


def _write_comb(sheet: Sheet, field: Field, text: str, writer: Writer, rng: Generator) -> str:
    boxes = boxed(field, text, writer.habits, rng)
    boxes, black = _blacked(field, boxes, writer, rng)
    phase, length = rng.uniform(0, 2 * np.pi), rng.uniform(8, 25)
    for number, (content, cell) in enumerate(zip(boxes, field.cells, strict=True)):
        drift = writer.habits.wander_mm * float(np.sin(phase + number * 2 * np.pi / length))
        if number in black:
            wrong = _another(field, "A", rng)
            sheet.ink(glyph_in_box(writer, wrong, cell, 0.0, rng), writer.pen, rng)
            sheet.ink(black_out(cell, rng), writer.pen, rng)
        elif len(content) > 1:
            for part, character in enumerate(content):
                half = _part_of(cell, part, len(content))
                sheet.ink(glyph_in_box(writer, character, half, drift, rng), writer.pen, rng)
        elif content and chance(rng, writer.habits.corrections):
            _corrected(sheet, field, (content, text), cell, writer, rng)
        elif content:
            sheet.ink(glyph_in_box(writer, content, cell, drift, rng), writer.pen, rng)
    return raw_of_boxes(tuple(box for number, box in enumerate(boxes) if number not in black))


def _blacked(
    field: Field, boxes: tuple[str, ...], writer: Writer, rng: Generator
) -> tuple[tuple[str, ...], frozenset[int]]:
    """The sheet's rule for names: black the wrong box out and go on in the next one.

    Returns:
        The boxes with room made, and which of them are black.
    """
    habits = writer.habits
    share = habits.corrections * habits.by_rule * sum(bool(box) for box in boxes)
    if field.alphabet != "name" or not any(boxes) or boxes[-1] or not chance(rng, share):
        return boxes, frozenset()
    at = pick(rng, [number for number, box in enumerate(boxes) if box])
    return (*boxes[:at], "", *boxes[at:-1]), frozenset({at})


def _part_of(cell: BoxMm, part: int, parts: int) -> BoxMm:
    width = cell.width / parts
    return BoxMm(x=cell.x + part * width, y=cell.y, width=width, height=cell.height)


def _corrected(
    sheet: Sheet,
    field: Field,
    meant: tuple[str, str],
    cell: BoxMm,
    writer: Writer,
    rng: Generator,
) -> None:
    """A wrong character first; then as the sheet asks, or as people do.

    Args:
        sheet: Written on.
        field: Where the slip happens.
        meant: The right character, and the whole right answer.
        cell: Its box.
        writer: Who slips.
        rng: The moment.
    """
    content, answer = meant
    wrong = _another(field, content, rng)
    sheet.ink(glyph_in_box(writer, wrong, cell, 0.0, rng), writer.pen, rng)
    note = _note(field, answer)
    room = note in sheet.repairs or len(sheet.repairs) < _MOST_REPAIRS
    if field.alphabet != "name" and room and chance(rng, writer.habits.by_rule):
        sheet.ink(black_out(cell, rng), writer.pen, rng)
        if note not in sheet.repairs:
            sheet.repairs.append(note)
        return
    beside = _free_place(sheet, field, cell)
    if beside is not None and chance(rng, 0.5):
        sheet.ink(strike(cell, rng), writer.pen, rng)
        sheet.ink(glyph_in_box(writer, content, beside, 0.0, rng), writer.pen, rng)
    else:
        heavy = dataclasses.replace(writer.pen, width_mm=writer.pen.width_mm * 1.35)
        sheet.ink(glyph_in_box(writer, content, cell, 0.0, rng), heavy, rng)


def _free_place(sheet: Sheet, field: Field, cell: BoxMm) -> BoxMm | None:
    """Where there is room to write a small character again: above, below, or after the field."""
    size = {"width": cell.width, "height": 3.1}
    places = (
        BoxMm(x=cell.x, y=cell.y - 2.9, **size),
        BoxMm(x=cell.x, y=cell.bottom - 0.2, **size),
        BoxMm(x=field.box.right + 0.3, y=cell.center[1] - 1.5, **size),
    )
    others = [box for box in sheet.taken if box != field.box]
    for place in places:
        if not any(_overlap(place, box) for box in others):
            return place
    return None


def _overlap(one: BoxMm, other: BoxMm) -> bool:
    across = one.x < other.right and other.x < one.right
    return across and one.y < other.bottom and other.y < one.bottom


def _note(field: Field, answer: str) -> str:
    """What the line for corrections gets: row, number of the question, the right answer."""
    question = field.labels.get("id", field.name).split(".")[0].split(" ")[0]
    row = "" if field.row is None else f"{field.row:02d} "
    return f"{row}{question} {answer}".upper()


def _another(field: Field, content: str, rng: Generator) -> str:
    alphabet = (
        ALPHABETS["digits"] if content.isdecimal() else ALPHABETS[field.alphabet or "letters"]
    )
    return pick(rng, [c for c in alphabet if c.isalnum() and c != content])


def _write_marks(
    sheet: Sheet,
    field: Field,
    marks: tuple[MarkBox, ...],
    chosen: list[str],
    writer: Writer,
    rng: Generator,
) -> None:
    tidy = writer.habits.overflow == 0.0
    rounded = field.shape != "box"
    style = mark_style(writer, rounded, rng)
    for mark in marks:
        if mark.value in chosen:
            strokes = mark_strokes(style, mark.box, tidy, rng)
            sheet.ink(strokes, mark_pen(writer.pen, style, rng), rng)
    others = [mark for mark in marks if mark.value not in chosen]
    correctable = style != "fill" and chosen and others and not field.multiple
    if correctable and chance(rng, writer.habits.corrections):
        wrong = pick(rng, others)
        sheet.ink(mark_strokes(style, wrong.box, tidy, rng), writer.pen, rng)
        undo = black_out if chance(rng, writer.habits.by_rule) else strike
        sheet.ink(undo(wrong.box, rng), writer.pen, rng)


def _write_grid(sheet: Sheet, field: Field, text: str, writer: Writer, rng: Generator) -> str:
    chosen = text.split("|") if text else [""] * len(field.columns)
    for column, value in zip(field.columns, chosen, strict=True):
        _write_marks(sheet, field, column, [value] if value else [], writer, rng)
    return "".join(value or field.empty_value for value in chosen).strip()


def _write_line(sheet: Sheet, field: Field, text: str, writer: Writer, rng: Generator) -> str:
    if not text:
        return ""
    if field.kind == "text_line":
        strokes, written = line_of_text(writer, text, field.box, rng)
        sheet.ink(strokes, writer.pen, rng)
        return written
    signer = sheet.signers.get(field.name, rng)
    sheet.ink(signature(field.box.grow(-0.6), signer), writer.pen, rng)
    return "1"
