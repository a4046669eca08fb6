"""How much darker than its own paper a comb is, how noisy, and where its pen begins."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.extract.grid import CellGrid
from formscan.extract.order import median, percentile
from formscan.page import FieldCrop

__all__ = ["below_paper", "ink_level", "quiet"]

_LOUD = 4.0
"""Noise in grey levels from which the picture is smoothed."""


def below_paper(crop: FieldCrop, grid: CellGrid) -> NDArray[np.float32]:
    """(h, w) float32 grey levels below the local paper."""
    gray = crop.gray
    centers, levels = [], []
    for left, top, right, bottom in grid.boxes[:: max(1, len(grid.boxes) // 8)]:
        x, y = round((left + right) / 2), round((top + bottom) / 2)
        half_x, half_y = round((right - left) * 0.42), round((bottom - top) * 0.42)
        part = gray[max(y - half_y, 0) : y + half_y, max(x - half_x, 0) : x + half_x : 2]
        if part.size:
            centers.append(float(x))
            levels.append(percentile(part, 65))
    if not levels:
        return np.asarray(crop.paper - gray.astype(np.float32))
    kept = np.maximum(levels, 0.75 * max(max(levels), 0.9 * crop.paper))
    paper = np.interp(np.arange(gray.shape[1]), centers, kept).astype(np.float32)
    return np.asarray(paper[None, :] - gray.astype(np.float32), dtype=np.float32)


def quiet(dark: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    """The picture, smoothed where it is noisy, and the noise that is left."""
    noise = _noise(dark)
    if noise < _LOUD:
        return dark, noise
    smooth = np.asarray(cv2.GaussianBlur(dark, (0, 0), 1.0), dtype=np.float32)
    return smooth, _noise(smooth)


def _noise(dark: NDArray[np.float32]) -> float:
    """Robust standard deviation from differences of pixels six apart."""
    steps = np.abs(dark[::2, 6::2] - dark[::2, :-6:2])
    return median(steps) / 0.954 if steps.size else 0.0


def ink_level(inside: NDArray[np.float32], crop: FieldCrop, least: float) -> float:
    """Grey levels from paper to the pen of this field; the page's own where it is blank."""
    page = max(crop.paper - crop.ink, 2 * least)
    candidates = inside[inside > least]
    if candidates.size < 30:
        return 0.6 * page
    darkest = percentile(candidates, 75)
    return min(max(darkest, 0.3 * page, least), 1.3 * page)
