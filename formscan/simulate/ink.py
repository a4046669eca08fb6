"""Pen strokes become ink on a page picture: anti-aliased, pressed unevenly, never opaque.

Strokes are drawn at four times the resolution and averaged down, so that line widths are exact
to a fifth of a pixel; ink multiplies with what is printed below it.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from formscan.page import Picture
from formscan.simulate.alphabet import Strokes
from formscan.simulate.pen import Pen

__all__ = ["draw_strokes", "fill_polygon"]

_FINER = 4
_PIECE = 5
_TILE = 512


def draw_strokes(
    picture: Picture, strokes_mm: Strokes, pen: Pen, px_per_mm: float, rng: Generator
) -> None:
    """Write strokes into a BGR picture, in place.

    Args:
        picture: (h, w, 3) uint8; pixel (0, 0) shows the sheet from its corner on.
        strokes_mm: (k, 2) each, in mm of the sheet.
        pen: What they are written with.
        px_per_mm: Scale of the picture.
        rng: Moves pressure and grain.
    """
    if not strokes_mm:
        return
    window = _window(picture, strokes_mm, pen.width_mm, px_per_mm)
    if window is None:
        return
    left, top, right, bottom = window
    fine = np.zeros(((bottom - top) * _FINER, (right - left) * _FINER), np.uint8)
    scale = px_per_mm * _FINER
    offset = np.array([left, top], np.float64) * _FINER
    for stroke in strokes_mm:
        points = stroke * scale - offset
        _press(fine, points, pen, scale, rng)
    _soak(picture, fine, window, pen, rng)


def fill_polygon(
    picture: Picture, outline_mm: NDArray[np.float64], pen: Pen, px_per_mm: float, rng: Generator
) -> None:
    """Ink the inside of an outline, in place; arguments as for ``draw_strokes``."""
    window = _window(picture, (outline_mm,), pen.width_mm, px_per_mm)
    if window is None:
        return
    left, top, right, bottom = window
    fine = np.zeros(((bottom - top) * _FINER, (right - left) * _FINER), np.uint8)
    points = outline_mm * px_per_mm * _FINER - np.array([left, top]) * _FINER
    cv2.fillPoly(fine, [np.round(points).astype(np.int32)], 255)
    _soak(picture, fine, window, pen, rng)


_Window = tuple[int, int, int, int]


def _window(
    picture: Picture, strokes_mm: Sequence[NDArray[np.float64]], width_mm: float, px_per_mm: float
) -> _Window | None:
    points = np.vstack(strokes_mm) * px_per_mm
    margin = width_mm * px_per_mm + 2
    height, width = picture.shape[:2]
    left, top = np.floor(points.min(axis=0) - margin).astype(int)
    right, bottom = np.ceil(points.max(axis=0) + margin).astype(int)
    left, top = max(int(left), 0), max(int(top), 0)
    right, bottom = min(int(right), width), min(int(bottom), height)
    return (left, top, right, bottom) if right > left and bottom > top else None


def _press(
    fine: NDArray[np.uint8], points: NDArray[np.float64], pen: Pen, scale: float, rng: Generator
) -> None:
    whole = np.round(points).astype(np.int32)
    pieces = max(1, -(-(len(whole) - 1) // _PIECE))
    press = 1.0 + pen.pressure * rng.normal(0.0, 0.5, pieces + 2)
    press = np.convolve(press, (0.25, 0.5, 0.25), mode="valid")
    level = np.clip(255 - 40 * (1 - press) / max(pen.pressure, 1e-6) * pen.pressure, 150, 255)
    for index in range(pieces):
        part = whole[index * _PIECE : (index + 1) * _PIECE + 1]
        thickness = max(1, round(pen.width_mm * scale * float(press[index])))
        if len(part) == 1:
            x, y = (int(v) for v in part[0])
            cv2.circle(fine, (x, y), max(1, thickness // 2), 255, -1)
        else:
            cv2.polylines(fine, [part], False, int(level[index]), thickness)


def _soak(
    picture: Picture, fine: NDArray[np.uint8], window: _Window, pen: Pen, rng: Generator
) -> None:
    left, top, right, bottom = window
    size = (right - left, bottom - top)
    ink = cv2.resize(fine, size, interpolation=cv2.INTER_AREA)
    grain = _grain(size, rng)
    amount = ink.astype(np.float32) * (1 / 255) * pen.opacity * (1 - pen.grain * grain)
    below = picture[top:bottom, left:right]
    colour = np.array(pen.bgr, np.float32) * (1 / 255)
    keep = 1 - amount[:, :, None] * (1 - colour)
    below[...] = (below * keep + 0.5).astype(np.uint8)


@functools.cache
def _tile() -> NDArray[np.float32]:
    """Paper grain, 0 to about 2, mean 1, of two scales."""
    rng = np.random.default_rng(20230701)
    small = cv2.GaussianBlur(rng.standard_normal((_TILE, _TILE), np.float32), (0, 0), 0.7)
    large = cv2.GaussianBlur(rng.standard_normal((_TILE, _TILE), np.float32), (0, 0), 4.0)
    mixed = small / small.std() + 0.5 * large / large.std()
    return np.asarray(np.clip(1 + 0.5 * mixed, 0, 2.2), np.float32)


def _grain(size: tuple[int, int], rng: Generator) -> NDArray[np.float32]:
    width, height = size
    x, y = (int(v) for v in rng.integers(0, _TILE, 2))
    rows = (np.arange(height) + y) % _TILE
    columns = (np.arange(width) + x) % _TILE
    return _tile()[np.ix_(rows, columns)]
