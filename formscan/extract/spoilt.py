"""What writers do to a character that they take back: black the box out, strike it, write over it.

Measures, not verdicts: the reader weighs them, and the confidence curves are fitted on them.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.extract.grid import CellGrid
from formscan.extract.order import percentile
from formscan.page import FieldCrop

__all__ = ["blacked_boxes", "strike_share", "stroke_px"]

_SLOPES = np.linspace(-0.35, 0.35, 15)
_BAND_PX = 5


def blacked_boxes(
    crop: FieldCrop, grid: CellGrid, *, share: float, least_contrast: float
) -> tuple[bool, ...]:
    """Which boxes are inked all over, be it with a pale pencil.

    A glyph covers less than half of its box; a scribble leaves hardly any paper once it is
    blurred by half a millimetre. Held against the paper right above and below the box: a black
    box has no paper of its own, and a shadow falls on both.

    Args:
        crop: The comb, 300 dpi.
        grid: Its boxes.
        share: Part of the inside that must be dark, 0 to 1.
        least_contrast: Grey levels; less than this is never ink.
    """
    start = max(0.2 * (crop.paper - crop.ink), least_contrast)
    soft = np.asarray(cv2.blur(crop.gray, (7, 7)), dtype=np.uint8)
    found = []
    for left, top, right, bottom in grid.boxes:
        x, y = 0.12 * (right - left), 0.12 * (bottom - top)
        columns = slice(max(round(left + x), 0), max(round(right - x), 0))
        inner = soft[max(round(top + y), 0) : max(round(bottom - y), 0), columns]
        if not inner.size or _share_below(inner, crop.paper - start) < share:
            found.append(False)  # no darker paper around it makes it blacker
            continue
        above, below = soft[: max(round(top) - 4, 0), columns], soft[round(bottom) + 4 :, columns]
        around = np.concatenate([above, below]).astype(np.float32)
        paper = min(percentile(around, 70), crop.paper) if around.size else 0.0
        found.append(_share_below(inner, paper - start) >= share)
    return tuple(found)


def _share_below(soft: NDArray[np.uint8], level: float) -> float:
    return np.count_nonzero(soft < np.float32(level)) / soft.size


def strike_share(mask: NDArray[np.uint8], left: float, right: float) -> float:
    """How much of the way from side to side one straight, rather level line of ink runs.

    Args:
        mask: (h, w) uint8 ink of one box, 0 = none, cropped tight.
        left: x of the box's left line in the mask's pixels, may be negative.
        right: x of its right line.

    Returns:
        Columns of the box that the best line covers, 0 to 1: about 1 for a strike, seldom above
        0.85 for a character.
    """
    width = mask.shape[1]
    columns = np.arange(width)
    inside = (columns >= left) & (columns <= right)
    if not inside.any() or inside.sum() < 0.75 * (right - left):
        return 0.0
    rows, at = np.nonzero(mask[:, inside])
    if not len(rows):
        return 0.0
    at = columns[inside][at]
    levels = np.round(rows - _SLOPES[:, None] * (at - width / 2)).astype(np.intp)
    levels -= levels.min(axis=1, keepdims=True)
    half = _BAND_PX // 2
    bands = (int(levels.max()) + half) // _BAND_PX + 1
    inked = np.zeros((len(_SLOPES), half + bands * _BAND_PX, width), dtype=bool)
    inked[np.arange(len(_SLOPES))[:, None], half + levels, at] = True
    best = 0
    for start in (0, half):
        shape = (len(_SLOPES), bands, _BAND_PX, width)
        banded = inked[:, start : start + bands * _BAND_PX].reshape(shape)
        best = max(best, int(np.count_nonzero(banded.any(axis=2), axis=2).max()))
    return min(best / max(right - left, 1.0), 1.0)


def stroke_px(mask: NDArray[np.uint8]) -> float:
    """Mean width of the strokes: twice the area over the length of their outline."""
    contours, _ = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    outline = sum(cv2.arcLength(contour, True) for contour in contours)
    return 2.0 * float(np.count_nonzero(mask)) / max(outline, 1.0)
