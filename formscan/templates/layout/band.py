"""The coloured heading of a block."""

from __future__ import annotations

from formscan.templates.decor import Decor, Rect
from formscan.templates.layout.metrics import METRICS
from formscan.templates.layout.piece import box, centred_baseline, text
from formscan.templates.typeface import text_width_mm

__all__ = ["band"]


def band(x: float, y: float, width: float, title: str, hint: str) -> list[Decor]:
    """A heading with its hint in smaller type beside it."""
    height = METRICS.band_mm
    items: list[Decor] = [
        Rect(kind="rect", box=box(x, y, width, height), fill="band", stroke="band")
    ]
    baseline = centred_baseline(y, height, METRICS.band_pt)
    items.append(text(x + 2, baseline, title.upper(), METRICS.band_pt, bold=True))
    if hint:
        start = x + 4.5 + text_width_mm(title.upper(), METRICS.band_pt, bold=True)
        items.append(text(start, baseline, hint, METRICS.label_pt))
    return items
