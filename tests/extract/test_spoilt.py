"""Measures of characters that were taken back: known ink, known answer."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from formscan.extract.spoilt import strike_share, stroke_px

BOX = 56


def drawn(*lines, width=5):
    ink = np.zeros((70, BOX + 12), np.uint8)
    for line in lines:
        cv2.polylines(ink, [np.array(line, np.int32)], False, 1, width)
    return ink


FOUR = [[(30, 8), (14, 40), (46, 40)], [(38, 20), (38, 62)]]
SEVEN = [[(12, 12), (48, 12), (24, 62)]]


@pytest.mark.parametrize("tilt", [-10, 0, 8])
def test_a_strike_runs_from_side_to_side(tilt):
    strike = [(2, 36 + tilt), (BOX + 10, 36 - tilt)]
    assert strike_share(drawn(*FOUR, strike), 6, 6 + BOX) > 0.95


@pytest.mark.parametrize("glyph", [FOUR, SEVEN], ids=["four", "seven"])
def test_a_character_does_not(glyph):
    assert strike_share(drawn(*glyph), 6, 6 + BOX) < 0.85


def test_ink_that_leaves_a_quarter_of_the_box_free_is_no_strike():
    assert strike_share(drawn([(2, 30), (40, 30)])[:, :44], 6, 6 + BOX) == 0.0


def test_a_heavier_pen_measures_heavier():
    widths = [stroke_px(drawn([(20, 4), (20, 66)], width=width)) for width in (3, 5, 7, 9)]
    assert widths == sorted(widths)
    assert widths[-1] > 1.5 * widths[0]
