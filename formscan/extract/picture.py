"""Signatures, pictures and free handwriting: is there ink, yes or no."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from formscan.page import FieldCrop
from formscan.reading import Candidate, FieldReading, Measure
from formscan.templates.model import FieldKind, Template

__all__ = ["PictureReader"]

_INK_CONTRAST = 0.25
_FRAME_MM = 1.2
_SPECK_MM = 0.6
_ENOUGH_STROKE_MM = 3.0


class PictureReader:
    """Reader of fields that stay pictures; ``raw`` is "1" where something is written."""

    name = "picture-1"
    kinds: frozenset[FieldKind] = frozenset({"signature", "image", "text_line"})
    px_per_mm = 6.0
    margin_mm = 0.0

    def read(self, crops: Sequence[FieldCrop], template: Template) -> list[FieldReading]:
        """One reading per crop, in order."""
        return [self._read(crop) for crop in crops]

    def _read(self, crop: FieldCrop) -> FieldReading:
        stroke_mm = stroke_extent_mm(crop)
        probability = float(1 / (1 + np.exp(-(stroke_mm - _ENOUGH_STROKE_MM) / 0.5)))
        inked, blank = Candidate("1", probability), Candidate("", 1 - probability)
        candidates = (inked, blank) if probability >= 0.5 else (blank, inked)
        return FieldReading(
            name=crop.field.name,
            row=crop.field.row,
            reader=self.name,
            candidates=candidates,
            confidence=candidates[0].probability,
            measures=(Measure("stroke_mm", round(stroke_mm, 3)),),
        )


def stroke_extent_mm(crop: FieldCrop) -> float:
    """Summed diagonal of the connected ink inside the frame, specks apart, in mm."""
    inset = round(_FRAME_MM * crop.px_per_mm)
    gray = crop.gray[inset:-inset, inset:-inset] if min(crop.gray.shape) > 3 * inset else crop.gray
    paper = float(np.percentile(gray, 80))
    contrast = max(paper - min(crop.ink, 0.8 * paper), 1.0)
    ink = (gray < paper - max(_INK_CONTRAST * contrast, 18.0)).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    if count < 2:
        return 0.0
    sides = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]] / crop.px_per_mm
    diagonals = np.hypot(sides[:, 0], sides[:, 1])
    return float(diagonals[diagonals > _SPECK_MM].sum())
