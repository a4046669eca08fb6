"""Signatures and pictures: is something there, yes, no, or unsure? What it shows stays a crop."""

from __future__ import annotations

from collections.abc import Sequence

from formscan.extract.presence import Ink, chance_of_writing, ink_in
from formscan.page import FieldCrop
from formscan.reading import Candidate, FieldReading, Measure
from formscan.templates.model import FieldKind, Template

__all__ = ["PictureReader"]

_LEAST_SIZE_MM = (4.0, 2.0)
"""Width and height below which ink is a tick, a dash or a stain rather than a signature."""
_UNSURE = 0.9


class PictureReader:
    """Reader of fields that stay pictures; ``raw`` is "1" where something is drawn."""

    name = "picture-2"
    kinds: frozenset[FieldKind] = frozenset({"signature", "image"})
    px_per_mm = 6.0
    margin_mm = 0.0

    def read(self, crops: Sequence[FieldCrop], template: Template) -> list[FieldReading]:
        """One reading per crop, in order."""
        return [self._read(crop) for crop in crops]

    def _read(self, crop: FieldCrop) -> FieldReading:
        ink = ink_in(crop)
        probability = chance_of_writing(ink.stroke_mm)
        width_mm, height_mm = (side / crop.px_per_mm for side in ink.box_px[2:])
        if crop.field.kind == "signature" and not _like_a_hand(width_mm, height_mm):
            probability = min(probability, _UNSURE)
        inked, blank = Candidate("1", probability), Candidate("", 1 - probability)
        candidates = (inked, blank) if probability >= 0.5 else (blank, inked)
        return FieldReading(
            name=crop.field.name,
            row=crop.field.row,
            reader=self.name,
            candidates=candidates,
            confidence=candidates[0].probability,
            measures=_measures(ink, width_mm, height_mm),
        )


def _like_a_hand(width_mm: float, height_mm: float) -> bool:
    return width_mm >= _LEAST_SIZE_MM[0] and height_mm >= _LEAST_SIZE_MM[1]


def _measures(ink: Ink, width_mm: float, height_mm: float) -> tuple[Measure, ...]:
    values = {
        "stroke_mm": ink.stroke_mm,
        "width_mm": width_mm,
        "height_mm": height_mm,
        "pieces": float(ink.pieces),
    }
    return tuple(Measure(name, round(value, 3)) for name, value in values.items())
