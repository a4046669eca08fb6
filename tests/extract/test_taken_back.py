"""Characters that were written over or struck out, among others of the same pen."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from formscan.extract.comb import CombReader
from formscan.extract.glyphs import GlyphReadings
from formscan.extract.taken_back import INPUT_PX, NUMBERS, inputs_of, taken_back
from formscan.page import FieldCrop
from tests.extract.test_comb import crop_of, field_of, template_of

TEXT = "1234567890123456"


def doubt(*crops: FieldCrop) -> list[float]:
    """What the reader measures of each comb; all are of one page."""
    template = template_of(crops[0].field)
    readings = CombReader().read(list(crops), template)
    return [next(m.value for m in each.measures if m.name == "taken_back") for each in readings]


def written_over(at: int, character: str, thickness: int) -> FieldCrop:
    crop = crop_of(field_of(16), TEXT)
    left, top, right, bottom = crop.px_box(crop.field.cells[at])
    (w, h), _ = cv2.getTextSize(character, cv2.FONT_HERSHEY_SIMPLEX, 1.5, thickness)
    place = (round((left + right - w) / 2), round((top + bottom + h) / 2))
    cv2.putText(crop.gray, character, place, cv2.FONT_HERSHEY_SIMPLEX, 1.5, 50, thickness)
    return crop


def struck(at: int) -> FieldCrop:
    crop = crop_of(field_of(16), TEXT)
    left, top, right, bottom = crop.px_box(crop.field.cells[at])
    y = round((top + bottom) / 2)
    cv2.line(crop.gray, (round(left) + 2, y), (round(right) - 2, y - 4), 50, 5)
    return crop


def test_a_corrected_box_stands_out_among_others_of_its_pen():
    clean = crop_of(field_of(16), TEXT)
    spoilt = [written_over(3, "1", 5), written_over(6, "8", 5), written_over(0, "4", 5), struck(4)]
    none, *found = doubt(clean, *spoilt)
    assert min(found) > none
    assert np.median(found) > 0 > none


@pytest.mark.parametrize(("character", "other"), [("2", "8"), ("7", "4"), ("1", "6")])
def test_the_same_character_once_more_is_less_suspect_than_another(character, other):
    at = TEXT.index(character)
    same, another = doubt(written_over(at, character, 5), written_over(at, other, 5))
    assert same < 0 < another


def test_an_empty_comb_has_nothing_taken_back():
    empty, _ = doubt(crop_of(field_of(4), ""), crop_of(field_of(4), "1234"))
    assert empty == -12


def test_what_the_network_is_shown_depends_on_the_box_and_the_pen_only():
    nothing = GlyphReadings(np.zeros((0, 37), np.float32), np.zeros((0, 128), np.float32))
    assert inputs_of((), nothing, 4.0).shape == (0, INPUT_PX**2 + NUMBERS)
    assert taken_back((), nothing, 4.0).shape == (0,)
    crops = [crop_of(field_of(16), TEXT), written_over(3, "1", 5), struck(9)]
    assert doubt(*crops) == pytest.approx(doubt(*reversed(crops))[::-1], abs=1e-3)
