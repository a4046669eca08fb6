"""Marks in boxes, as people make them: crosses, ticks, filled boxes, strokes and dots."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from formscan.geometry import BoxMm
from formscan.simulate.alphabet import Strokes
from formscan.simulate.chance import chance, pick, uniform
from formscan.simulate.hand import MarkStyle, Writer
from formscan.simulate.pen import Pen

__all__ = ["MARK_STYLES", "black_out", "mark_pen", "mark_strokes", "mark_style", "strike"]

MARK_STYLES: tuple[MarkStyle, ...] = (
    "cross",
    "tick",
    "fill",
    "diagonal",
    "dot",
    "overshoot",
    "light",
)


def mark_style(writer: Writer, rounded: bool, rng: Generator) -> MarkStyle:
    """The style of one mark: the writer's own, now and then another one.

    Args:
        writer: Whose hand.
        rounded: The mark is a circle or bubble, which most people fill.
        rng: The moment.
    """
    if rounded and chance(rng, 0.7):
        return "fill"
    if chance(rng, writer.habits.other_marks):
        return pick(rng, MARK_STYLES)
    return writer.habits.mark


def mark_pen(pen: Pen, style: MarkStyle, rng: Generator) -> Pen:
    """The pen as it is pressed for a style."""
    if style == "light":
        return dataclasses.replace(
            pen, opacity=pen.opacity * uniform(rng, (0.4, 0.6)), width_mm=pen.width_mm * 0.85
        )
    if style == "dot":
        return dataclasses.replace(pen, width_mm=pen.width_mm * 1.3)
    return pen


def mark_strokes(style: MarkStyle, box: BoxMm, tidy: bool, rng: Generator) -> Strokes:
    """The strokes of a mark, mm; inside the box if ``tidy`` and the style allows it."""
    reach = 0.30 if tidy else uniform(rng, (0.30, 0.52))
    if style == "overshoot":
        reach = 0.36 if tidy else uniform(rng, (0.58, 0.85))
    shake = 0.02 if tidy else 0.05
    match style:
        case "fill":
            return (_zigzag(box, 0.36 if tidy else 0.44, rng),)
        case "dot":
            return (_blob(box, rng),)
        case "tick":
            knots = np.array([(-0.9, 0.0), (-0.25, 0.8), (0.95, -0.9)]) * reach
        case "diagonal":
            knots = np.array([(0.9, -0.9), (-0.9, 0.9)]) * reach
        case _:
            down = np.array([(-0.9, -0.9), (0.9, 0.9)]) * reach
            up = np.array([(0.9, -0.9), (-0.9, 0.9)]) * reach
            return tuple(_shaken(knots, box, shake, rng) for knots in (down, up))
    return (_shaken(knots, box, shake, rng),)


def black_out(box: BoxMm, rng: Generator) -> Strokes:
    """The correction that the sheet asks for: the wrong box scribbled full."""
    return (_zigzag(box, 0.47, rng), _zigzag(box, 0.45, rng)[:, ::1])


def strike(box: BoxMm, rng: Generator) -> Strokes:
    """The correction that people make anyway: one or two lines through what is wrong."""
    lines = []
    for _ in range(1 + int(chance(rng, 0.4))):
        tilt = rng.normal(0.0, 0.12)
        knots = np.array([(-0.55, tilt), (0.55, -tilt)]) + np.array([0.0, rng.normal(0, 0.08)])
        lines.append(_shaken(knots, box, 0.03, rng))
    return tuple(lines)


def _shaken(
    knots: NDArray[np.float64], box: BoxMm, shake: float, rng: Generator
) -> NDArray[np.float64]:
    """Knots in parts of the box around its centre, jittered, with lightly bowed lines."""
    knots = knots + rng.normal(0.0, shake, knots.shape)
    pieces = []
    for start, end in itertools.pairwise(knots):
        t = np.linspace(0.0, 1.0, 9)[:, None]
        across = np.array([-(end - start)[1], (end - start)[0]])
        bow = rng.normal(0.0, shake * 0.8)
        pieces.append(start + (end - start) * t + across * bow * np.sin(np.pi * t))
    size = np.array([box.width, box.height])
    return np.asarray(np.vstack(pieces) * size + np.array(box.center), np.float64)


def _zigzag(box: BoxMm, reach: float, rng: Generator) -> NDArray[np.float64]:
    """A scribble that leaves hardly any white within ``reach`` of the centre."""
    turns = max(6, round(box.height * reach * 2 / 0.22))
    x = np.where(np.arange(turns) % 2 == 0, -reach, reach) + rng.normal(0, 0.02, turns)
    y = np.linspace(-reach, reach, turns) + rng.normal(0, 0.012, turns)
    knots = np.clip(np.column_stack([x, y]), -reach - 0.02, reach + 0.02)
    return np.asarray(knots * np.array([box.width, box.height]) + np.array(box.center))


def _blob(box: BoxMm, rng: Generator) -> NDArray[np.float64]:
    radius = uniform(rng, (0.10, 0.2)) * min(box.width, box.height)
    turn = np.linspace(0, 6 * np.pi, 40)
    spiral = np.column_stack([np.cos(turn), np.sin(turn)]) * (turn / turn[-1])[:, None]
    centre = np.array(box.center) + rng.normal(0, 0.06, 2) * np.array([box.width, box.height])
    return np.asarray(spiral * radius + centre)
