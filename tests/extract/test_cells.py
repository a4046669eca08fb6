"""Combs drawn here, so that what is in each box is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formscan.extract.cells import CellInk, cut, ink_of
from formscan.extract.glyphs import normalise
from formscan.extract.grid import CellGrid, locate
from formscan.geometry import BoxMm
from formscan.page import FieldCrop
from formscan.templates.model import Field

PX_PER_MM = 300 / 25.4
MARGIN_MM = 1.5


def comb_field(count: int) -> Field:
    cells = tuple(BoxMm(x=10 + 4.8 * i, y=10, width=4.8, height=5.6) for i in range(count))
    return Field(name="f", kind="comb", box=BoxMm.around(cells), cells=cells, alphabet="digits")


def crop_of(
    count: int,
    line: int,
    shift: tuple[int, int] = (0, 0),
    strokes: tuple[tuple[int, ...], ...] = (),
) -> FieldCrop:
    """Boxes printed at a grey level, moved by ``shift``; strokes are (box, x0, y0, x1, y1) in
    per cent of the box."""
    field = comb_field(count)
    box = field.box.grow(MARGIN_MM)
    size = round(box.height * PX_PER_MM), round(box.width * PX_PER_MM)
    crop = FieldCrop(
        field=field,
        gray=np.full(size, 245, dtype=np.uint8),
        px_per_mm=PX_PER_MM,
        origin_mm=(box.x + 0.5 / PX_PER_MM, box.y + 0.5 / PX_PER_MM),
        paper=245.0,
        ink=40.0,
    )
    for cell in field.cells:
        left, top, right, bottom = np.round(crop.px_box(cell)).astype(int)
        start = (left + shift[0], top + shift[1])
        cv2.rectangle(crop.gray, start, (right + shift[0], bottom + shift[1]), line, 3)
    for index, x0, y0, x1, y1 in strokes:
        left, top, right, bottom = crop.px_box(field.cells[index])
        wide, high = (right - left) / 100, (bottom - top) / 100
        start = round(left + shift[0] + x0 * wide), round(top + shift[1] + y0 * high)
        end = round(left + shift[0] + x1 * wide), round(top + shift[1] + y1 * high)
        cv2.line(crop.gray, start, end, 40, 4)
    return crop


def cells_of(crop: FieldCrop) -> tuple[CellGrid, tuple[CellInk, ...]]:
    grid = locate(crop)
    return grid, cut(ink_of(crop, grid), grid)


@settings(max_examples=20, deadline=None)
@given(
    dx=st.integers(-15, 15),
    dy=st.integers(-14, 14),
    line=st.sampled_from([40, 120, 190, 215]),
    count=st.integers(2, 12),
)
def test_boxes_are_found_where_they_are_printed(dx: int, dy: int, line: int, count: int) -> None:
    crop = crop_of(count, line, (dx, dy))
    grid = locate(crop)
    nominal = np.array([crop.px_box(cell) for cell in crop.field.cells])
    np.testing.assert_allclose(grid.boxes - nominal, np.tile((dx, dy), (count, 2)), atol=1.2)
    assert grid.contrast > 4


def test_without_visible_lines_the_template_stands() -> None:
    crop = crop_of(3, 245)
    grid = locate(crop)
    nominal = np.array([crop.px_box(cell) for cell in crop.field.cells])
    np.testing.assert_array_equal(grid.boxes, nominal)
    assert grid.contrast == 0


@pytest.mark.parametrize("line", [40, 120, 190, 225, 245])
def test_empty_boxes_are_empty_whatever_the_lines(line: int) -> None:
    _, cells = cells_of(crop_of(8, line, (3, -4)))
    assert [cell.empty for cell in cells] == [True] * 8


@pytest.mark.parametrize("line", [40, 120, 225])
def test_ink_lands_in_its_own_box(line: int) -> None:
    strokes = ((1, 30, 15, 30, 85), (1, 30, 15, 70, 15), (4, 50, 20, 50, 80))
    _, cells = cells_of(crop_of(6, line, strokes=strokes))
    assert [not cell.empty for cell in cells] == [False, True, False, False, True, False]
    x, y, width, height = cells[1].box
    assert (x, y) == pytest.approx((0.27, 0.12), abs=0.06)
    assert (width, height) == pytest.approx((0.46, 0.75), abs=0.08)


def test_a_stroke_that_overflows_stays_with_the_box_it_belongs_to() -> None:
    _, cells = cells_of(crop_of(3, 225, strokes=((1, 50, 10, 80, 125), (1, 25, 40, 115, 40))))
    assert [cell.empty for cell in cells] == [True, False, True]
    assert cells[1].touch > 0.05
    assert cells[1].parts == 1


def test_two_glyphs_that_touch_are_cut_at_the_line() -> None:
    strokes = ((0, 20, 50, 90, 50), (0, 20, 10, 20, 90), (1, -10, 50, 80, 50), (1, 80, 10, 80, 90))
    _, cells = cells_of(crop_of(2, 225, strokes=strokes))
    assert [cell.empty for cell in cells] == [False, False]
    assert cells[0].box[0] + cells[0].box[2] == pytest.approx(1.0, abs=0.06)
    assert cells[1].box[0] == pytest.approx(0.0, abs=0.06)


def test_a_stroke_that_crosses_a_black_line_is_bridged() -> None:
    _, cells = cells_of(crop_of(3, 40, strokes=((1, 50, 20, 50, 118),)))
    assert [cell.empty for cell in cells] == [True, False, True]
    assert cells[1].parts == 1
    assert cells[1].box[3] == pytest.approx(0.98, abs=0.12)


def test_a_box_blacked_out_is_not_taken_for_an_empty_one() -> None:
    crop = crop_of(2, 225)
    left, top, right, bottom = np.round(crop.px_box(crop.field.cells[0])).astype(int)
    crop.gray[top:bottom, left:right] = 50
    grid = locate(crop)
    cells = cut(ink_of(crop, grid), grid)
    assert [cell.blacked for cell in cells] == [True, False]
    assert cells[1].empty


def test_a_speck_is_no_glyph() -> None:
    crop = crop_of(2, 225)
    crop.gray[45:48, 45:48] = 60
    _, cells = cells_of(crop)
    assert all(cell.empty for cell in cells)


@settings(max_examples=30, deadline=None)
@given(width=st.integers(1, 90), height=st.integers(1, 90), scale=st.sampled_from([60, 130, 255]))
def test_normalise_keeps_the_aspect_and_the_middle(width: int, height: int, scale: int) -> None:
    glyph = normalise(np.full((height, width), scale, dtype=np.uint8))
    assert glyph.shape == (28, 28)
    _, _, found_width, found_height = cv2.boundingRect(glyph)
    longest = max(width, height)
    if longest >= 12:
        assert max(found_width, found_height) == 24
        expected = max(min(width, height) / longest * 24, 1)
        assert abs(min(found_width, found_height) - expected) <= 1
    assert glyph.max() == 255


def test_normalise_of_nothing_is_nothing() -> None:
    assert not normalise(np.zeros((9, 9), dtype=np.uint8)).any()
