"""The built-in pen strokes: several shapes of every character, as curves.

They are the hands of writers when no file of real strokes is given. Shapes are in units of
the capitals' height: y from 0 (top) to 1 (baseline), x from 0 to the shape's width.
"""

from __future__ import annotations

import functools
import itertools
from importlib import resources

import numpy as np
from numpy.typing import NDArray

__all__ = ["Strokes", "shapes"]

Stroke = NDArray[np.float64]
Strokes = tuple[Stroke, ...]
"""Pen strokes of one thing written: (k, 2) float64 each, y down."""

_SAMPLES = 8


def shapes(character: str) -> tuple[Strokes, ...]:
    """All shapes of ``character``; () where the alphabet has none."""
    return _alphabet().get(character, ())


@functools.cache
def _alphabet() -> dict[str, tuple[Strokes, ...]]:
    text = resources.files(__package__).joinpath("alphabet.txt").read_text(encoding="utf-8")
    found: dict[str, list[Strokes]] = {}
    for line in text.splitlines():
        if line and not line.startswith("# ") and not line.startswith("#  "):
            character, width, strokes = line.split(" ", 2)
            scale = np.array([float(width), 1.0]) / 100.0
            shape = tuple(_stroke(part) * scale for part in strokes.split("|"))
            found.setdefault(character, []).append(shape)
    return {character: tuple(items) for character, items in found.items()}


def _stroke(text: str) -> Stroke:
    parts: list[Stroke] = []
    for part in text.split("!"):
        knots = np.array([[float(v) for v in p.split(",")] for p in part[1:].split()])
        if parts:
            knots = np.vstack([parts[-1][-1:], knots])
        parts.append(_curve(knots) if part[0] == "~" else _line(knots))
    return np.vstack([parts[0], *(part[1:] for part in parts[1:])])


def _line(knots: Stroke) -> Stroke:
    steps = np.linspace(0.0, 1.0, _SAMPLES, endpoint=False)[:, None]
    pieces = [a + (b - a) * steps for a, b in itertools.pairwise(knots)]
    return np.vstack([*pieces, knots[-1:]])


def _curve(knots: Stroke) -> Stroke:
    """A uniform Catmull-Rom spline through ``knots`` (Catmull & Rom 1974)."""
    padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    t = np.linspace(0.0, 1.0, _SAMPLES, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(padded[:-3], padded[1:-2], padded[2:-1], padded[3:], strict=True):
        cubic = (-a + 3 * b - 3 * c + d) * t**3 + (2 * a - 5 * b + 4 * c - d) * t**2
        pieces.append(0.5 * (cubic + (c - a) * t + 2 * b))
    return np.vstack([*pieces, knots[-1:]])
