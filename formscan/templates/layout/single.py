"""One field at an absolute place, with its label above."""

from __future__ import annotations

from formscan.templates.layout.fields import area_field, comb_field, mark_field
from formscan.templates.layout.metrics import METRICS
from formscan.templates.layout.piece import Piece, box, text
from formscan.templates.layout.scope import Scope
from formscan.templates.paper import PaperRow

__all__ = ["place_single"]


def place_single(item: PaperRow, scope: Scope) -> Piece:
    """The field of a row that has ``x_mm`` and ``y_mm``."""
    x, y = item.x_mm or 0.0, item.y_mm or 0.0
    label = text(x, y - 0.8, scope.label(item), METRICS.label_pt)
    question = scope.question(item)
    if item.groups:
        return Piece((comb_field(item, question, x, y),), (label,))
    if scope.is_marks(item) and question is not None:
        step = METRICS.tick_mm + 4.0
        choices = scope.choices(item)
        corners = [(x + index * step, y) for index in range(len(choices))]
        names = tuple(
            text(cx + METRICS.tick_mm + 0.8, cy + 3.2, scope.say(choice.labels), METRICS.label_pt)
            for choice, (cx, cy) in zip(choices, corners, strict=True)
        )
        return Piece((mark_field(item, question, choices, corners),), (label, *names))
    area = box(x, y, item.w_mm or 40.0, item.h_mm or METRICS.box_mm)
    return Piece((area_field(item, question, area),), (label,))
