"""Check boxes, circles and bubbles: what is chosen on a page."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formscan.page import FieldCrop
from formscan.reading import Candidate, FieldReading, Measure
from formscan.templates.model import FieldKind, MarkBox, Template

__all__ = ["MarkReader"]


class MarkReader:
    """Reader of ``mark_group`` and ``mark_grid``."""

    name = "mark-1"
    kinds: frozenset[FieldKind] = frozenset({"mark_group", "mark_grid"})
    px_per_mm = 8.0
    margin_mm = 1.5

    def read(self, crops: Sequence[FieldCrop], template: Template) -> list[FieldReading]:
        """One reading per crop, in order."""
        return [self._read(crop) for crop in crops]

    def _read(self, crop: FieldCrop) -> FieldReading:
        field = crop.field
        groups = field.columns if field.kind == "mark_grid" else (field.marks,)
        text, probability = "", 1.0
        for group in groups:
            covers = [_coverage(crop, mark) for mark in group]
            p = [1 / (1 + np.exp(-(cover - 0.1) / 0.01)) for cover in covers]
            chosen = [mark.value for mark, each in zip(group, p, strict=True) if each >= 0.5]
            probability *= float(np.prod([max(each, 1 - each) for each in p]))
            if len(chosen) > 1 and not field.multiple:
                probability *= 0.1
            text += field.multiple_join.join(chosen) if chosen else field.empty_value
        return FieldReading(
            name=field.name,
            row=field.row,
            reader=self.name,
            candidates=(Candidate(text, probability),),
            confidence=probability,
            measures=(Measure("probability", probability),),
        )


def _coverage(crop: FieldCrop, mark: MarkBox) -> float:
    box = mark.box
    inset = 0.18 * min(box.width, box.height)
    left, top, right, bottom = (round(edge) for edge in crop.px_box(box.grow(-inset)))
    inner = crop.gray[max(top, 0) : bottom, max(left, 0) : right]
    if inner.size == 0:
        return 0.0
    contrast = max(crop.paper - crop.ink, 30.0)
    return float(np.mean(inner < crop.paper - 0.35 * contrast))
