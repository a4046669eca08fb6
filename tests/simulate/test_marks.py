"""Marks and corrections look like what they are called."""

from __future__ import annotations

import numpy as np
import pytest

from formscan.geometry import BoxMm
from formscan.simulate.chance import stream
from formscan.simulate.ink import draw_strokes
from formscan.simulate.marks import MARK_STYLES, black_out, mark_pen, mark_strokes, strike
from formscan.simulate.pen import BLACK_PEN

BOX = BoxMm(x=5.0, y=5.0, width=4.4, height=4.4)
PX_PER_MM = 300 / 25.4


def darkness(strokes, pen=BLACK_PEN, box=BOX):
    picture = np.full((170, 170, 3), 255, np.uint8)
    draw_strokes(picture, strokes, pen, PX_PER_MM, stream(1))
    left, top, right, bottom = (round(v * PX_PER_MM) for v in (box.x, box.y, box.right, box.bottom))
    return 1 - picture[top:bottom, left:right].mean() / 255


@pytest.mark.parametrize("style", MARK_STYLES)
@pytest.mark.parametrize("tidy", [True, False])
def test_every_style_leaves_ink_in_its_box(style, tidy):
    for number in range(10):
        rng = stream(2, style, number)
        pen = mark_pen(BLACK_PEN, style, rng)
        assert darkness(mark_strokes(style, BOX, tidy, rng), pen) > 0.02


@pytest.mark.parametrize("style", MARK_STYLES)
def test_tidy_marks_stay_in_their_box(style):
    for number in range(20):
        points = np.vstack(mark_strokes(style, BOX, True, stream(3, style, number)))
        assert (points > [BOX.x, BOX.y]).all()
        assert (points < [BOX.right, BOX.bottom]).all()


def test_a_filled_box_is_much_darker_than_a_cross_and_a_light_mark_lighter():
    rng = stream(4)
    cross = darkness(mark_strokes("cross", BOX, True, rng))
    assert darkness(mark_strokes("fill", BOX, True, rng)) > 2 * cross
    light = mark_pen(BLACK_PEN, "light", rng)
    assert darkness(mark_strokes("light", BOX, True, rng), light) < 0.7 * cross


def test_a_blacked_out_box_is_black_and_a_strike_is_not():
    assert darkness(black_out(BOX, stream(5))) > 0.7
    assert darkness(strike(BOX, stream(5))) < 0.35


def test_overshoot_leaves_the_box():
    points = np.vstack(mark_strokes("overshoot", BOX, False, stream(6)))
    assert (points < [BOX.x, BOX.y]).any() or (points > [BOX.right, BOX.bottom]).any()
