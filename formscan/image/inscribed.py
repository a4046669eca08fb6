"""A whole sheet that was turned by a program: its corners touch the sides of the picture."""

from __future__ import annotations

import numpy as np

from formscan.geometry import Points

__all__ = ["inscribed"]

_MOST_DEG = 40.0


def inscribed(size_px: tuple[int, int], skew_deg: float) -> Points | None:
    """The corners of the sheet that, turned by ``skew_deg``, just fits into a picture.

    Scanning programs that straighten or turn a page enlarge the picture so that no corner is
    lost: width = w cos + h sin, height = w sin + h cos.

    Args:
        size_px: (width, height) of the picture.
        skew_deg: Clockwise turn of the sheet.

    Returns:
        (4, 2) px, from its top left clockwise; None where no sheet fits so.
    """
    angle = np.radians(skew_deg)
    if abs(skew_deg) > _MOST_DEG:
        return None
    cos, sin = float(np.cos(angle)), abs(float(np.sin(angle)))
    width, height = size_px
    sheet = np.array([width * cos - height * sin, height * cos - width * sin]) / np.cos(2 * angle)
    if sheet.min() < 0.25 * min(size_px):
        return None
    turn = np.array([[cos, -np.sin(angle)], [np.sin(angle), cos]])
    middle = (np.array(size_px) - 1) / 2
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]) * sheet
    return np.asarray(corners @ turn.T + middle, np.float64)
