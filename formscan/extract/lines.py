"""The printed lines of a comb: where they are, and ink without them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.extract.grid import CellGrid
from formscan.extract.order import median

__all__ = [
    "WIDE_PX",
    "Mask",
    "line_mask",
    "long_runs",
    "widened",
    "without_lines",
    "without_residue",
]

Mask = NDArray[np.uint8]
"""(h, w) uint8, 1 where something is."""

WIDE_PX = (5, 7, 9)
"""Widths that printed lines may have, pixels at 300 dpi."""


def line_mask(shape: tuple[int, ...], grid: CellGrid, thick_px: int) -> Mask:
    """1 on the printed outlines of the boxes."""
    mask = np.zeros(shape, dtype=np.uint8)
    for left, top, right, bottom in np.round(grid.boxes).astype(int).tolist():
        cv2.rectangle(mask, (left, top), (right, bottom), 1, thick_px)
    return mask


def widened(lines: Mask, dark: NDArray[np.float32], grid: CellGrid, limit: float) -> Mask:
    """The line mask made as wide as the lines are: until what lies beside it is paper."""
    for thick_px in WIDE_PX:
        wider = line_mask(dark.shape, grid, thick_px)
        ring = (wider > 0) & (lines == 0)
        if median(dark[ring]) < limit:
            break
        lines = wider
    return lines


def long_runs(mask: Mask, lines: Mask) -> Mask:
    """Straight ink, 2.6 mm and longer, within a third of a millimetre of where a line is."""
    found = np.zeros_like(mask)
    for shape in ((1, 31), (31, 1)):
        runs = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        along = cv2.morphologyEx(lines, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        found[(runs > 0) & (cv2.dilate(along, np.ones((9, 9), np.uint8)) > 0)] = 1
    return np.asarray(cv2.dilate(found, np.ones((3, 3), np.uint8)), dtype=np.uint8)


def without_lines(
    mask: Mask,
    dark: NDArray[np.float32],
    lines: Mask,
    grid: CellGrid,
    line_level: float,
    level: float,
) -> Mask:
    """Ink on the lines stays only where it is darker than they are, or bridges two strokes."""
    off = np.where(lines > 0, 0, mask).astype(np.uint8)
    reach = np.ones((1, 11), np.uint8)
    sideways = _bridge(off, lines, reach)
    upright = _bridge(off, lines, reach.T)
    kept = off | sideways | upright
    if level - line_level > 0.25 * level:
        middle = (line_level + level) / 2
        kept |= ((lines > 0) & (dark > middle)).astype(np.uint8)
    return kept


def _bridge(off: Mask, lines: Mask, reach: Mask) -> Mask:
    """Line pixels with ink on both sides within the reach (a 1-d closing, slant forgiven)."""
    slack = np.ones((3, 1), np.uint8) if reach.shape[0] == 1 else np.ones((1, 3), np.uint8)
    soft = cv2.dilate(off, slack)
    closed = cv2.morphologyEx(soft, cv2.MORPH_CLOSE, reach)
    return np.asarray((closed > 0) & (lines > 0), dtype=np.uint8)


def without_residue(mask: Mask, lines: Mask) -> Mask:
    """Drop what is left of printed lines: small or thin pieces that never leave them."""
    near = cv2.dilate(lines, np.ones((7, 7), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    close = np.bincount(labels.ravel(), weights=near.ravel(), minlength=count)
    area = stats[:, cv2.CC_STAT_AREA]
    thin = np.minimum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) <= 8
    keep = ~((close > 0.75 * area) & (thin | (area < 120)))
    keep[0] = False
    return np.asarray(keep.astype(np.uint8)[labels], dtype=np.uint8)
