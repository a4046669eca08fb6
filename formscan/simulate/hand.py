"""A writer: a hand, a pen, and habits; and one character of theirs in one box."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import Generator

from formscan.geometry import BoxMm
from formscan.simulate.alphabet import Strokes
from formscan.simulate.chance import chance, uniform, weighted
from formscan.simulate.glyphs import GlyphSource
from formscan.simulate.pen import Pen, draw_pen
from formscan.simulate.severity import Severity

__all__ = ["Habits", "MarkStyle", "Writer", "draw_writer", "glyph_in_box"]

MarkStyle = Literal["cross", "tick", "fill", "diagonal", "dot", "overshoot", "light"]

_INSET_MM = 0.16
_FLAT = frozenset(".,'-")


@dataclass(frozen=True, slots=True)
class Habits:
    """What a writer does time and again.

    Attributes:
        slant: Horizontal shift per height; positive leans right.
        size: Height of capitals, part of the box.
        width: Width of glyphs against the source's own.
        wander_mm: How far the baseline moves along a field.
        scatter_mm: How far single glyphs miss their place.
        turn_deg: Standard deviation of the turn of single glyphs.
        overflow: Share of glyphs that touch or cross a line.
        corrections: Share of glyphs and marks first written wrong.
        by_rule: Share of corrections done as the sheet asks.
        slashed_zero, barred_seven, barred_z: Whether they do.
        merge: Share of glyphs put in a box together with their neighbour.
        skip: Share of names in which one box too many is left empty.
        align: Where a short number stands in its boxes; ``pad`` writes leading zeros.
        mark: The mark they make; ``other_marks`` of the time another one.
    """

    slant: float = 0.0
    size: float = 0.7
    width: float = 1.0
    wander_mm: float = 0.0
    scatter_mm: float = 0.0
    turn_deg: float = 0.0
    overflow: float = 0.0
    corrections: float = 0.0
    by_rule: float = 0.5
    slashed_zero: bool = False
    barred_seven: bool = False
    barred_z: bool = False
    merge: float = 0.0
    skip: float = 0.0
    align: Literal["pad", "right", "left"] = "pad"
    mark: MarkStyle = "cross"
    other_marks: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Writer:
    """Somebody who fills forms."""

    number: int
    glyphs: GlyphSource = dataclasses.field(repr=False)
    pen: Pen
    habits: Habits


def draw_writer(number: int, glyphs: GlyphSource, severity: Severity, rng: Generator) -> Writer:
    """A writer with a pen and habits of their own.

    Habits such as slashed zeros are added to built-in hands only: real strokes bring theirs.
    """
    tidy = severity.overflow == 0.0
    real = "+" in glyphs.name
    styles: list[tuple[MarkStyle, float]] = [
        ("cross", 0.50), ("tick", 0.20), ("fill", 0.07), ("diagonal", 0.08),
        ("dot", 0.04), ("overshoot", 0.07), ("light", 0.04),
    ]  # fmt: skip
    habits = Habits(
        slant=float(np.clip(rng.normal(0.04, 0.10), -0.25, 0.35)) * (0.3 if real else 1.0),
        size=uniform(rng, (0.58, 0.86)),
        width=uniform(rng, (0.85, 1.2)),
        wander_mm=0.0 if tidy else uniform(rng, (0.05, 0.35)),
        scatter_mm=0.1 if tidy else uniform(rng, (0.1, 0.35)),
        turn_deg=uniform(rng, (1.0, 4.0)),
        overflow=severity.overflow,
        corrections=severity.corrections,
        by_rule=uniform(rng, (0.3, 0.9)),
        slashed_zero=not real and chance(rng, 0.15),
        barred_seven=not real and chance(rng, 0.30),
        barred_z=not real and chance(rng, 0.20),
        merge=0.0 if tidy else 0.0004,
        skip=0.0 if tidy else 0.004,
        align=weighted(rng, [("pad", 0.7), ("right", 0.2), ("left", 0.1)]),
        mark=weighted(rng, styles),
        other_marks=0.0 if tidy else 0.05,
    )
    return Writer(number, glyphs, draw_pen(rng, severity.pencil), habits)


def glyph_in_box(
    writer: Writer, character: str, box: BoxMm, drift_mm: float, rng: Generator
) -> Strokes:
    """The strokes of one character in one box, mm of the sheet.

    Unless the writer overflows this time, all ink stays inside the box's lines.

    Args:
        writer: Whose hand.
        character: What to write; a space gives ().
        box: The printed box.
        drift_mm: How far the baseline is off here.
        rng: The moment.
    """
    strokes = writer.glyphs.draw(character, rng)
    if not strokes:
        return ()
    habits = writer.habits
    strokes = _with_habits(strokes, character, habits, rng)
    strokes = _placed(strokes, character, box, habits, rng)
    drift = np.array([0.0, drift_mm]) + rng.normal(0.0, habits.scatter_mm * 0.5, 2)
    strokes = tuple(s + drift for s in strokes)
    if character not in _FLAT and chance(rng, habits.overflow):
        return _across(strokes, box, writer.pen.width_mm, rng)
    return _inside(strokes, box.grow(-_INSET_MM - writer.pen.width_mm * 0.62))


def _with_habits(strokes: Strokes, character: str, habits: Habits, rng: Generator) -> Strokes:
    points = np.vstack(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    extra: tuple[tuple[tuple[float, float], tuple[float, float]], ...] = ()
    if character == "0" and habits.slashed_zero:
        extra = (((0.9, 0.08), (0.1, 0.92)),)
    elif character == "7" and habits.barred_seven:
        extra = (((0.3, 0.5), (0.95, 0.46)),)
    elif character == "Z" and habits.barred_z:
        extra = (((0.15, 0.5), (0.85, 0.48)),)
    added = tuple(
        low + (np.linspace(a, b, 6) + rng.normal(0, 0.01, (6, 2))) * (high - low) for a, b in extra
    )
    return (*strokes, *added)


def _placed(
    strokes: Strokes, character: str, box: BoxMm, habits: Habits, rng: Generator
) -> Strokes:
    """Scaled, leant and turned, with its middle over the middle of the box."""
    height = box.height * habits.size * float(np.exp(rng.normal(0.0, 0.05)))
    points = np.vstack(strokes)
    span = max(float(np.ptp(points[:, 0])), 1e-6)
    width = min(habits.width, box.width * 0.86 / (span * height))
    turn = np.deg2rad(rng.normal(0.0, habits.turn_deg))
    lean = np.array([[width, 0.0], [-habits.slant, 1.0]])
    rotate = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    low, high = points.min(axis=0), points.max(axis=0)
    middle = (low + high) / 2
    if character in _FLAT:
        middle[1] = 0.5
    matrix = lean @ rotate * height
    return tuple((s - middle) @ matrix + np.array(box.center) for s in strokes)


def _inside(strokes: Strokes, room: BoxMm) -> Strokes:
    """Shrunk and moved until all points lie in ``room``."""
    points = np.vstack(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    size = np.array([room.width, room.height])
    shrink = float(np.min(np.minimum(size / np.maximum(high - low, 1e-6), 1.0)))
    middle = (low + high) / 2
    half = (high - low) / 2 * shrink
    corner = np.array([room.x, room.y])
    target = np.clip(middle, corner + half, corner + size - half)
    return tuple((s - middle) * shrink + target for s in strokes)


def _across(strokes: Strokes, box: BoxMm, width_mm: float, rng: Generator) -> Strokes:
    """Moved, and made a little larger, until the ink touches or crosses a side of the box."""
    grow = 1 + abs(float(rng.normal(0.0, 0.12)))
    centre = np.array(box.center)
    strokes = tuple((s - centre) * grow + centre for s in strokes)
    points = np.vstack(strokes)
    low, high = points.min(axis=0) - width_mm / 2, points.max(axis=0) + width_mm / 2
    beyond = abs(float(rng.normal(0.0, 0.35)))
    gaps = (
        np.array([box.x - low[0] - beyond, 0.0]),
        np.array([box.right - high[0] + beyond, 0.0]),
        np.array([0.0, box.y - low[1] - beyond]),
        np.array([0.0, box.bottom - high[1] + beyond]),
    )
    near = [(shift, float(np.exp(-np.abs(shift).sum() / 0.4)) + 1e-6) for shift in gaps]
    shift = weighted(rng, near)
    return tuple(s + shift for s in strokes)
