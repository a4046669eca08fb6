"""The second reader, on glyphs drawn by a font of the house."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from formscan.extract.engines.ppocr import HEIGHT_PX, model_path
from formscan.extract.second import typeset, weigh_glyphs

needs_reader = pytest.mark.skipif(model_path() is None, reason="rapidocr is not installed")
DIGITS = "0123456789"


def glyph(character: str, scale: float = 1.6) -> np.ndarray:
    """A character as ink, cropped tight."""
    ink = np.zeros((90, 90), np.uint8)
    cv2.putText(ink, character, (15, 65), cv2.FONT_HERSHEY_SIMPLEX, scale, 255, 4, cv2.LINE_AA)
    x, y, width, height = cv2.boundingRect(ink)
    return ink[y : y + height, x : x + width]


@needs_reader
def test_every_glyph_is_weighed_in_its_own_slot():
    text = "2048153679" * 5  # more than one line's worth
    said = weigh_glyphs([glyph(c) for c in text], DIGITS)
    assert said.shape == (50, 10)
    assert (said <= 1e-9).all()
    read = "".join(DIGITS[best] for best in said.argmax(axis=1))
    assert sum(a == b for a, b in zip(read, text, strict=True)) >= 48


@needs_reader
def test_what_stands_beside_never_changes_which_slot_is_meant():
    line = [glyph(c) for c in "1770"]
    said = weigh_glyphs(line, DIGITS)
    turned = weigh_glyphs(line[::-1], DIGITS)[::-1]
    assert [*said.argmax(axis=1)] == [*turned.argmax(axis=1)] == [1, 7, 7, 0]


@needs_reader
def test_two_characters_in_one_box_are_not_one():
    two, seven = glyph("2"), glyph("7")
    seven = cv2.resize(seven, (seven.shape[1], len(two)))
    pair = np.hstack([two, np.zeros((len(two), 4), np.uint8), seven])
    assert weigh_glyphs([pair], DIGITS).max() < weigh_glyphs([glyph("2")], DIGITS).max() - 1


@needs_reader
def test_small_letters_count_as_capitals():
    said = weigh_glyphs([glyph("k"), glyph("K")], "AK")
    assert [*said.argmax(axis=1)] == [1, 1]


@needs_reader
def test_no_glyphs_no_answers():
    assert weigh_glyphs([], DIGITS).shape == (0, 10)


def test_type_is_equally_high_and_keeps_its_slot():
    line = typeset([glyph("1", 0.9), glyph("8", 2.2), np.full((6, 30), 255, np.uint8)])
    assert line.shape == (HEIGHT_PX, 3 * 24 + 32)
    ink = line < 128
    heights = [np.flatnonzero(ink[:, 16 + 24 * n : 40 + 24 * n].any(axis=1)) for n in range(3)]
    assert abs(len(heights[0]) - len(heights[1])) <= 2
    assert len(heights[2]) < 10  # a dash stays a dash
