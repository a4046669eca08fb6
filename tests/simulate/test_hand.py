"""Characters in boxes: inside them, unless the writer overflows."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from formscan.geometry import BoxMm
from formscan.simulate.alphabet import shapes
from formscan.simulate.chance import stream
from formscan.simulate.glyphs import BuiltInGlyphs
from formscan.simulate.hand import draw_writer, glyph_in_box
from formscan.simulate.ink import draw_strokes
from formscan.simulate.severity import SEVERITIES
from formscan.templates.model import ALPHABETS

BOX = BoxMm(x=10.0, y=20.0, width=4.8, height=5.6)
CHARACTERS = ALPHABETS["alnum"] + ".,'"


def writer(number, severity="clean", **habits):
    rng = stream(1, "writer", number)
    made = draw_writer(number, BuiltInGlyphs.of(f"w{number}", rng), SEVERITIES[severity], rng)
    return dataclasses.replace(made, habits=dataclasses.replace(made.habits, **habits))


def extent(strokes, pen_mm):
    points = np.vstack(strokes)
    return np.concatenate([points.min(axis=0) - pen_mm / 2, points.max(axis=0) + pen_mm / 2])


def inside(strokes, pen_mm):
    left, top, right, bottom = extent(strokes, pen_mm)
    return left > BOX.x and top > BOX.y and right < BOX.right and bottom < BOX.bottom


@pytest.mark.parametrize("number", range(6))
def test_without_overflow_all_ink_stays_in_the_box(number):
    who = writer(number, "field", overflow=0.0)
    rng = stream(2, number)
    for character in CHARACTERS:
        strokes = glyph_in_box(who, character, BOX, 0.4, rng)
        assert inside(strokes, who.pen.width_mm), character


def test_overflow_happens_as_often_as_the_severity_says():
    who = writer(1, "field")
    rng = stream(3)
    letters = [c for c in CHARACTERS if c.isalnum()]
    crossed = [
        not inside(glyph_in_box(who, character, BOX, 0.0, rng), who.pen.width_mm)
        for character in letters * 30
    ]
    assert np.mean(crossed) == pytest.approx(0.25, abs=0.04)


def test_a_space_is_nothing():
    assert glyph_in_box(writer(0), " ", BOX, 0.0, stream(1)) == ()


def test_every_character_has_shapes_and_most_have_several():
    counts = {character: len(shapes(character)) for character in CHARACTERS}
    assert min(counts.values()) >= 1
    assert all(counts[c] >= 2 for c in ALPHABETS["digits"] + ALPHABETS["letters"])


def test_two_hands_differ_and_one_hand_varies():
    one, other = BuiltInGlyphs.of("a", stream(1, "a")), BuiltInGlyphs.of("b", stream(1, "b"))
    first, again = one.draw("A", stream(5)), one.draw("A", stream(6))
    assert not np.allclose(first[0], again[0])
    assert np.abs(first[0] - again[0]).max() < 0.25
    assert any(one.choice[c] != other.choice[c] for c in ALPHABETS["digits"])


def test_habits_add_a_slash_a_bar_or_nothing():
    plain = writer(2, slashed_zero=False, barred_seven=False)
    marked = writer(2, slashed_zero=True, barred_seven=True)
    for character in "07":
        less = glyph_in_box(plain, character, BOX, 0.0, stream(7))
        assert len(glyph_in_box(marked, character, BOX, 0.0, stream(7))) == len(less) + 1


def test_pens_are_as_wide_as_the_contract_says():
    widths = [writer(number, "office").pen.width_mm for number in range(60)]
    assert min(widths) >= 0.3
    assert max(widths) <= 0.6
    pencils = [writer(number, "field").pen.grain > 0.2 for number in range(300)]
    assert np.mean(pencils) == pytest.approx(0.30, abs=0.08)
    assert not any(writer(number, "office").pen.grain > 0.2 for number in range(60))


def test_ink_is_as_wide_as_the_pen():
    px_per_mm = 40.0
    pen = dataclasses.replace(writer(1).pen, width_mm=0.5, pressure=0.0, grain=0.0, opacity=1.0)
    picture = np.full((400, 400, 3), 255, np.uint8)
    line = np.column_stack([np.linspace(2, 8, 12), np.full(12, 5.0)])
    draw_strokes(picture, (line,), pen, px_per_mm, stream(1))
    dark = (255 - picture[:, 200, 1].astype(float)) / (255 - pen.bgr[1])
    assert dark.sum() / px_per_mm == pytest.approx(0.5, abs=0.03)
    rows = np.arange(400)
    assert (dark * rows).sum() / dark.sum() == pytest.approx(5.0 * px_per_mm, abs=0.6)
