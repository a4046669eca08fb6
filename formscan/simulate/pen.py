"""Pens: the width and colour of their line, and how evenly it flows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from formscan.simulate.chance import chance, uniform, weighted

__all__ = ["BLACK_PEN", "Pen", "draw_pen"]


@dataclass(frozen=True, slots=True)
class Pen:
    """A pen in somebody's hand.

    Attributes:
        width_mm: Width of the line.
        bgr: Colour of full ink, 0 to 255.
        opacity: Darkness of an ordinary stroke, 0 to 1.
        grain: How much the paper's grain shows through, 0 to 1 (pencil: high).
        pressure: How much width and darkness change along a stroke, 0 to 1.
    """

    width_mm: float
    bgr: tuple[int, int, int]
    opacity: float = 0.97
    grain: float = 0.08
    pressure: float = 0.15


BLACK_PEN = Pen(0.4, (34, 30, 30))


def draw_pen(rng: Generator, pencil: float) -> Pen:
    """A blue or black ballpoint of 0.3 to 0.6 mm, or with probability ``pencil`` a pencil."""
    width = uniform(rng, (0.3, 0.6))
    if chance(rng, pencil):
        grey = int(rng.integers(70, 112))
        return Pen(width, (grey + 4, grey, grey), uniform(rng, (0.65, 0.92)), 0.3, 0.3)
    blue = (int(rng.integers(120, 190)), int(rng.integers(40, 85)), int(rng.integers(20, 55)))
    dark = int(rng.integers(18, 52))
    bgr = weighted(rng, [(blue, 0.55), ((dark + 4, dark, dark), 0.45)])
    values = np.clip(np.array(bgr) + rng.integers(-6, 7, 3), 0, 255)
    colour = (int(values[0]), int(values[1]), int(values[2]))
    return Pen(width, colour, uniform(rng, (0.85, 1.0)), uniform(rng, (0.04, 0.18)), 0.18)
