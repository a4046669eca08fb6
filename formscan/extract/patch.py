"""Boxes of a page as equal little pictures of ink, ready to be compared with each other.

All boxes of a page are cut in one go: a page holds hundreds, and what is done box by box costs
more than the arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.geometry import BoxMm
from formscan.page import FieldCrop, Picture

__all__ = ["BOX_PX", "EDGE_PX", "SIDE_PX", "Ink", "ink_patches", "shrunk"]

BOX_PX = 24
"""A box's outline is scaled to this many pixels in both directions."""

EDGE_PX = 18
"""Pixels of paper around the outline on each side: three quarters of a box."""

SIDE_PX = BOX_PX + 2 * EDGE_PX

Ink = NDArray[np.float32]
"""(..., SIDE_PX, SIDE_PX) float32: 0 = paper of the neighbourhood, 1 = the page's darkest ink."""

_PAPER_PERCENTILE = 80
_LEAST_CONTRAST = 24.0


def ink_patches(groups: Iterable[tuple[FieldCrop, Iterable[BoxMm], tuple[float, float]]]) -> Ink:
    """The neighbourhoods of all boxes as ink maps.

    Args:
        groups: Per group of boxes its crop, the outlines by the template in mm, and the
            (x, y) shift from there to the printed outlines, as a part of the box's size.

    Returns:
        (n, SIDE_PX, SIDE_PX), groups and boxes in order.
    """
    windows: list[NDArray[np.uint8]] = []
    levels: list[tuple[float, float]] = []
    for crop, boxes, shift in groups:
        soft: dict[tuple[int, int], Picture] = {}
        for box in boxes:
            windows.append(_window(crop, crop.px_box(box), shift, soft))
            levels.append((crop.paper, crop.ink))
    if not windows:
        return np.zeros((0, SIDE_PX, SIDE_PX), np.float32)
    grays = np.stack(windows)
    lights, inks = np.array(levels, np.float32).T
    sample = grays[:, ::3, ::3].reshape(len(grays), -1)
    kth = sample.shape[1] * _PAPER_PERCENTILE // 100
    paper = np.partition(sample, kth, axis=1)[:, kth].astype(np.float32)
    # A window full of ink has no paper of its own.
    paper = np.maximum(paper, 0.75 * lights)
    contrast = np.maximum(paper * (1 - inks / np.maximum(lights, 1.0)), _LEAST_CONTRAST)
    ink = (paper / contrast)[:, None, None] - grays * (1 / contrast)[:, None, None]
    return np.asarray(np.clip(ink, 0.0, 1.5, out=ink), np.float32)


def _window(
    crop: FieldCrop,
    edges: tuple[float, float, float, float],
    shift: tuple[float, float],
    soft: dict[tuple[int, int], Picture],
) -> NDArray[np.uint8]:
    width, height = edges[2] - edges[0], edges[3] - edges[1]
    scale_x, scale_y = width / BOX_PX, height / BOX_PX
    start_x = edges[0] + shift[0] * width - EDGE_PX * scale_x
    start_y = edges[1] + shift[1] * height - EDGE_PX * scale_y
    # Coarse boxes are averaged down, not sampled.
    blur = int(scale_x) | 1, int(scale_y) | 1
    if blur not in soft:
        soft[blur] = crop.gray
        if max(blur) > 1:
            soft[blur] = np.asarray(cv2.blur(crop.gray, blur), dtype=np.uint8)
    matrix = np.array(
        [
            [scale_x, 0, start_x + (scale_x - 1) / 2],
            [0, scale_y, start_y + (scale_y - 1) / 2],
        ]
    )
    window = cv2.warpAffine(
        soft[blur],
        matrix,
        (SIDE_PX, SIDE_PX),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(window, dtype=np.uint8)


def shrunk(patches: Ink, times: int) -> NDArray[np.float32]:
    """(n, SIDE_PX / times, SIDE_PX / times) means of ``times`` by ``times`` pixels."""
    count, height, width = patches.shape
    if not count:
        return np.zeros((0, height // times, width // times), np.float32)
    tall = patches.reshape(count * height, width)
    size = (width // times, count * height // times)
    small = cv2.resize(tall, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32).reshape(count, height // times, width // times)
