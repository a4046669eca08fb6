"""A sheet looked for at every angle and size, where neither anchors nor edges tell its place.

The skew is where rows of ink are sharpest; the size and the place are where the pattern of
bubbles correlates best (by Fourier transform), in the four ways up.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.geometry import Homography
from formscan.image.bubbles import BubblePattern
from formscan.page import Picture
from formscan.templates.model import PageLayout

__all__ = ["search_sheet", "skew_deg"]

Floats = NDArray[np.float32]

_SKEW_PX = 420
_PLACE_PX = 240
_SKEWS_DEG = np.arange(-45.0, 45.0, 1.0)
_SIZES = np.arange(0.55, 1.16, 0.02)


def search_sheet(gray: Picture, layout: PageLayout, pattern: BubblePattern) -> Homography:
    """Likeliest px from mm."""
    skew = skew_deg(gray)
    scale = _PLACE_PX / max(gray.shape)
    found = max(
        (_place(gray, layout, pattern, skew + turn, scale) for turn in (0.0, 90.0, 180.0, 270.0)),
        key=lambda one: one[0],
    )
    return found[1]


def _ink(gray: Picture, long_side: int) -> Floats:
    """How much darker than its surroundings, 0 to 1, in a small picture."""
    scale = long_side / max(gray.shape)
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((13, 13), np.uint8))
    darker = cv2.subtract(paper, small).astype(np.float32)
    strong = 0.5 * float(np.percentile(darker, 97)) + 1.0
    return np.asarray(np.sqrt(np.minimum(darker / strong, 1.0)), np.float32)


def skew_deg(gray: Picture) -> float:
    """Clockwise turn, -45 to 45, of the rows and columns of the print."""
    ink = _ink(gray, _SKEW_PX)

    def crisp(angle: float, picture: Floats) -> float:
        turned = _turned(picture, -angle, picture.shape[1] / 2, picture.shape[0] / 2)
        return sum(float(np.sum(np.diff(turned.mean(axis=axis)) ** 2)) for axis in (0, 1))

    coarse = max(_SKEWS_DEG, key=lambda angle: crisp(float(angle), ink))
    fine = np.arange(coarse - 1, coarse + 1.01, 0.2)
    return float(max(fine, key=lambda angle: crisp(float(angle), ink)))


def _turned(picture: Floats, angle_deg: float, x: float, y: float) -> Floats:
    """Turned clockwise about a point, same size."""
    matrix = cv2.getRotationMatrix2D((x, y), -angle_deg, 1.0)
    size = (picture.shape[1], picture.shape[0])
    return np.asarray(cv2.warpAffine(picture, matrix, size), np.float32)


def _place(
    gray: Picture, layout: PageLayout, pattern: BubblePattern, turn_deg: float, scale: float
) -> tuple[float, Homography]:
    """(score, px from mm) of the best size and place of a sheet turned by ``turn_deg``."""
    ink = cv2.GaussianBlur(_ink(gray, _PLACE_PX), (0, 0), 0.8)
    height, width = ink.shape
    side = int(np.ceil(np.hypot(height, width)))
    top, left = (side - height) // 2, (side - width) // 2
    square = np.zeros((side, side), np.float32)
    square[top : top + height, left : left + width] = ink
    centre = (side - 1) / 2
    upright = _turned(square, -turn_deg, centre, centre)
    upright = upright - upright.mean()
    spectrum = np.fft.rfft2(upright, (2 * side, 2 * side))
    best: tuple[float, float, float, float] = (-1.0, 1.0, 0.0, 0.0)
    for size in _SIZES:
        px_per_mm = float(size) * _PLACE_PX / max(layout.width_mm, layout.height_mm)
        factor = px_per_mm / pattern.px_per_mm
        small = cv2.resize(pattern.blobs, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        small = small - small.mean()
        norm = float(np.linalg.norm(small)) + 1e-6
        padded = np.fft.rfft2(small[: 2 * side, : 2 * side], (2 * side, 2 * side))
        scores = np.fft.irfft2(spectrum * np.conj(padded)) / norm
        row, column = divmod(int(np.argmax(scores)), scores.shape[1])
        if scores[row, column] > best[0]:
            x = column - 2 * side if column > 1.5 * side else column
            y = row - 2 * side if row > 1.5 * side else row
            best = (float(scores[row, column]), px_per_mm, float(x), float(y))
    score, px_per_mm, left_px, top_px = best
    place = np.array([[px_per_mm, 0, left_px - 0.5], [0, px_per_mm, top_px - 0.5], [0, 0, 1]])
    angle = np.radians(turn_deg)
    cos, sin = np.cos(angle), np.sin(angle)
    about = np.array([[1, 0, -centre], [0, 1, -centre], [0, 0, 1]])
    back = np.array([[1, 0, centre - left], [0, 1, centre - top], [0, 0, 1]])
    turn = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    full = np.diag([1 / scale, 1 / scale, 1.0])
    full[:2, 2] = 0.5 / scale - 0.5
    matrix = full @ back @ turn @ about @ place
    return score, Homography(np.asarray(matrix / matrix[2, 2], np.float64))
