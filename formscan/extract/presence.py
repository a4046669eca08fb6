"""How much ink stands in a free area, and whether that is something written."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.page import FieldCrop

__all__ = ["Ink", "chance_of_writing", "ink_in"]

_INK_CONTRAST = 0.25
_LEAST_LEVELS = 18.0
_FRAME_MM = 1.2
_SPECK_MM = 0.6
_ENOUGH_STROKE_MM = 3.0
_WIDTH_MM = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """Ink of an area inside its frame, specks apart.

    Attributes:
        mask: (h, w) uint8, 1 where there is ink; the frame and what lies outside is 0.
        box_px: (x, y, width, height) around all of it in the crop; zeros without ink.
        stroke_mm: Summed diagonals of the connected pieces.
        pieces: How many there are.
    """

    mask: NDArray[np.uint8]
    box_px: tuple[int, int, int, int]
    stroke_mm: float
    pieces: int


def ink_in(crop: FieldCrop) -> Ink:
    """The ink of a crop; ``_FRAME_MM`` inside the field's own outline nothing counts."""
    box = crop.field.box
    frame_mm = min(_FRAME_MM, box.width / 4, box.height / 4)
    left, top, right, bottom = (round(edge) for edge in crop.px_box(box.grow(-frame_mm)))
    mask = np.zeros(crop.gray.shape, np.uint8)
    inner = crop.gray[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    if inner.size == 0:
        return Ink(mask, (0, 0, 0, 0), 0.0, 0)
    paper = float(np.percentile(inner, 80))
    contrast = max(paper - min(crop.ink, 0.8 * paper), 1.0)
    dark = (inner < paper - max(_INK_CONTRAST * contrast, _LEAST_LEVELS)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]] / crop.px_per_mm
    diagonals = np.hypot(sides[:, 0], sides[:, 1])
    kept = diagonals > _SPECK_MM
    kept[0] = False
    mask[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = kept[labels]
    x, y, width, height = cv2.boundingRect(mask)
    return Ink(mask, (x, y, width, height), float(diagonals[kept].sum()), int(kept.sum()))


def chance_of_writing(stroke_mm: float) -> float:
    """P(somebody wrote here): even at 3 mm of strokes, surely none at 0, surely some from 6."""
    return float(1 / (1 + np.exp(-(stroke_mm - _ENOUGH_STROKE_MM) / _WIDTH_MM)))
