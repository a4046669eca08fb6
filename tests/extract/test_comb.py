"""The whole comb reader on boxes written with the built-in shapes of the pen."""

from __future__ import annotations

import base64

import cv2
import numpy as np
import pytest

from formscan.extract.belief import confidence_of
from formscan.extract.comb import CombReader
from formscan.extract.reader import Reader
from formscan.geometry import BoxMm
from formscan.page import FieldCrop
from formscan.reading import Candidate
from formscan.templates.model import Choice, Field, PageLayout, Template

PX_PER_MM = CombReader.px_per_mm


def field_of(count: int, **more: object) -> Field:
    cells = tuple(BoxMm(x=10 + 4.8 * i, y=10, width=4.8, height=5.6) for i in range(count))
    base = {"name": "f", "kind": "comb", "box": BoxMm.around(cells), "cells": cells}
    return Field.model_validate({**base, "alphabet": "digits", "error_kind": "code", **more})


def template_of(*fields: Field, **lists: tuple[str, ...]) -> Template:
    code_lists = {name: tuple(Choice(value=v) for v in values) for name, values in lists.items()}
    layout = PageLayout(page=1, width_mm=297, height_mm=210, fields=fields)
    return Template(form="t", version="1", pages=(layout,), code_lists=code_lists)


def crop_of(field: Field, text: str, line: int = 225) -> FieldCrop:
    """Each character drawn in the middle of its box (Hershey strokes)."""
    box = field.box.grow(1.5)
    size = round(box.height * PX_PER_MM), round(box.width * PX_PER_MM)
    crop = FieldCrop(
        field=field,
        gray=np.full(size, 240, dtype=np.uint8),
        px_per_mm=PX_PER_MM,
        origin_mm=(box.x + 0.5 / PX_PER_MM, box.y + 0.5 / PX_PER_MM),
        paper=240.0,
        ink=50.0,
        scan_px_per_mm=PX_PER_MM,
    )
    for cell, character in zip(field.cells, text.ljust(len(field.cells)), strict=True):
        left, top, right, bottom = crop.px_box(cell)
        start, end = (round(left), round(top)), (round(right), round(bottom))
        cv2.rectangle(crop.gray, start, end, line, 3)
        if character in ".,'":
            y = top + (0.85 if character != "'" else 0.2) * (bottom - top)
            at = (round((left + right) / 2), round(y))
            cv2.line(crop.gray, at, (at[0] - 2, at[1] + (10 if character == "," else 1)), 50, 5)
        elif character != " ":
            (w, h), _ = cv2.getTextSize(character, cv2.FONT_HERSHEY_SIMPLEX, 1.5, 4)
            at = (round((left + right - w) / 2), round((top + bottom + h) / 2))
            cv2.putText(crop.gray, character, at, cv2.FONT_HERSHEY_SIMPLEX, 1.5, 50, 4)
    blurred = cv2.GaussianBlur(crop.gray, (0, 0), 0.8)
    crop.gray[:] = blurred
    return crop


def read(field: Field, text: str, line: int = 225, **lists: tuple[str, ...]) -> str:
    (reading,) = CombReader().read([crop_of(field, text, line)], template_of(field, **lists))
    return reading.raw


def test_it_is_a_reader() -> None:
    assert isinstance(CombReader(), Reader)


@pytest.mark.parametrize("line", [60, 150, 225, 240])
def test_digits_are_read_whatever_the_lines(line: int) -> None:
    assert read(field_of(10), "2034567890", line) == "2034567890"


def test_capitals_spaces_and_points() -> None:
    assert read(field_of(14, alphabet="name"), "SRI H. LESTARI") == "SRI H. LESTARI"
    assert read(field_of(6, alphabet="name"), "MA'RUF") == "MA'RUF"


def test_blank_is_blank_and_sure() -> None:
    field = field_of(4)
    (reading,) = CombReader().read([crop_of(field, "")], template_of(field))
    assert reading.raw == ""
    assert reading.confidence > 0.9
    assert all(cell.candidates[0].text == "" and not cell.embedding for cell in reading.cells)


def test_codes_come_from_their_list() -> None:
    assert read(field_of(2, code_list="c"), " 5", c=("01", "05", "12")) == "5"


def test_cells_carry_an_embedding_that_unpacks() -> None:
    field = field_of(2)
    (reading,) = CombReader().read([crop_of(field, "38")], template_of(field))
    for cell in reading.cells:
        assert len(base64.b64decode(cell.embedding)) == 128
        assert cell.embedding_scale > 0
        assert sum(c.probability for c in cell.candidates) == pytest.approx(1, abs=0.02)


def test_one_call_equals_many() -> None:
    fields = [field_of(3, name="a"), field_of(3, name="b"), field_of(2, name="c")]
    crops = [crop_of(f, t) for f, t in zip(fields, ("123", "", "90"), strict=True)]
    template = template_of(*fields)
    together = CombReader().read(crops, template)
    alone = [CombReader().read([crop], template)[0] for crop in crops]
    assert [r.name for r in together] == ["a", "b", "c"]
    assert [r.raw for r in together] == [r.raw for r in alone]


def test_no_crops_no_readings() -> None:
    assert CombReader().read([], template_of(field_of(1))) == []


def test_a_blacked_box_is_unreadable_not_blank() -> None:
    field = field_of(2)
    crop = crop_of(field, "12")
    left, top, right, bottom = np.round(crop.px_box(field.cells[1])).astype(int)
    crop.gray[top:bottom, left:right] = 50
    (reading,) = CombReader().read([crop], template_of(field))
    assert reading.raw == "1?"


def test_ink_in_one_box_is_never_argued_away() -> None:
    """A lone character in a date or code may be no legal value, but the field is not blank."""
    best = Candidate("", 0.63)
    empty, one = {"": 0.999}, {"1": 0.97, "": 0.01}
    assert confidence_of("date", best, (), [empty] * 7 + [one]) <= 0.01
    assert confidence_of("date", Candidate("", 0.99), (), [empty] * 8) > 0.9
