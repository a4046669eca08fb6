"""Boxes of a page as equal little pictures of ink, ready to be compared with each other."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.geometry import BoxMm
from formscan.page import FieldCrop

__all__ = ["BOX_PX", "EDGE_PX", "SIDE_PX", "Ink", "ink_patch"]

BOX_PX = 24
"""A box's outline is scaled to this many pixels in both directions."""

EDGE_PX = 18
"""Pixels of paper around the outline on each side: three quarters of a box."""

SIDE_PX = BOX_PX + 2 * EDGE_PX

Ink = NDArray[np.float32]
"""(SIDE_PX, SIDE_PX) float32: 0 = paper of the neighbourhood, 1 = the page's darkest ink."""

_PAPER_PERCENTILE = 80.0
_LEAST_CONTRAST = 24.0


def ink_patch(
    crop: FieldCrop, box: BoxMm, shift_mm: tuple[float, float] = (0.0, 0.0)
) -> tuple[Ink, float]:
    """The neighbourhood of one box as an ink map.

    Args:
        crop: The field that the box belongs to.
        box: Outline of the box by the template, mm.
        shift_mm: Where the outline really is, relative to ``box``.

    Returns:
        The ink map, and the grey level of the paper that was taken as 0.
    """
    gray = _window(crop, box, shift_mm)
    paper = float(np.percentile(gray[::2, ::2], _PAPER_PERCENTILE))
    # A window full of ink has no paper of its own.
    paper = max(paper, 0.75 * crop.paper)
    contrast = max(paper * (1 - crop.ink / max(crop.paper, 1.0)), _LEAST_CONTRAST)
    return np.clip((paper - gray) / contrast, 0.0, 1.5), paper


def _window(crop: FieldCrop, box: BoxMm, shift_mm: tuple[float, float]) -> Ink:
    gray, left_top = crop.gray, crop.px_box(box)
    scale_x = (left_top[2] - left_top[0]) / BOX_PX
    scale_y = (left_top[3] - left_top[1]) / BOX_PX
    start_x = left_top[0] + shift_mm[0] * crop.px_per_mm - EDGE_PX * scale_x
    start_y = left_top[1] + shift_mm[1] * crop.px_per_mm - EDGE_PX * scale_y
    # Coarse boxes are averaged down, not sampled.
    blur_x, blur_y = int(scale_x) | 1, int(scale_y) | 1
    if max(blur_x, blur_y) > 1:
        gray = np.asarray(cv2.blur(gray, (blur_x, blur_y)), dtype=np.uint8)
    matrix = np.array(
        [
            [scale_x, 0, start_x + (scale_x - 1) / 2],
            [0, scale_y, start_y + (scale_y - 1) / 2],
        ]
    )
    window = cv2.warpAffine(
        gray,
        matrix,
        (SIDE_PX, SIDE_PX),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return window.astype(np.float32)
