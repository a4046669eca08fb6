"""One column of a roster: boxes, tick boxes or a free area, in every row alike."""

from __future__ import annotations

from dataclasses import dataclass

from formscan.templates.decor import Decor
from formscan.templates.layout.fields import area_field, comb_field, comb_width, mark_field
from formscan.templates.layout.metrics import METRICS
from formscan.templates.layout.piece import box, text
from formscan.templates.layout.scope import Scope
from formscan.templates.model import Field
from formscan.templates.paper import PaperRow
from formscan.templates.typeface import text_width_mm

__all__ = ["Column"]

_AREA_MM = 20.0
_TICK_GAP_MM = 1.6


@dataclass(frozen=True, slots=True)
class Column:
    """The field of ``item`` in a roster."""

    item: PaperRow
    scope: Scope

    @property
    def is_ticked(self) -> bool:
        """Whether it is answered by ticking; the answers are then printed over the column."""
        return self.scope.is_marks(self.item)

    @property
    def width_mm(self) -> float:
        """Printed width of the field; a label is never cut by the next column's."""
        if self.item.groups:
            return comb_width(self.item.groups)
        label = text_width_mm(self.scope.label(self.item), METRICS.label_pt, bold=True)
        if self.is_ticked:
            choices = len(self.scope.choices(self.item))
            return max(choices * self._step_mm - _TICK_GAP_MM, label)
        return max(self.item.w_mm or _AREA_MM, label)

    @property
    def _step_mm(self) -> float:
        """From one tick box to the next: the widest answer over them has room."""
        widest = max(text_width_mm(words, METRICS.small_pt) for words in self._answers())
        return max(METRICS.tick_mm, widest) + _TICK_GAP_MM

    def _answers(self) -> list[str]:
        choices = self.scope.choices(self.item)
        return [self.scope.say(choice.labels) or choice.value for choice in choices]

    def head(self, x: float, baseline: float) -> list[Decor]:
        """The answers over the tick boxes of a column that begins at ``x``."""
        if not self.is_ticked:
            return []
        return [
            text(left + METRICS.tick_mm / 2, baseline, words, METRICS.small_pt, align="center")
            for left, words in zip(self._lefts(x), self._answers(), strict=True)
        ]

    def _lefts(self, x: float) -> list[float]:
        inset = (self._step_mm - _TICK_GAP_MM - METRICS.tick_mm) / 2
        return [x + inset + index * self._step_mm for index in range(len(self._answers()))]

    def field(self, x: float, y: float, row: int) -> Field:
        """The field of one row; ``y`` is the top of its line of boxes."""
        question = self.scope.question(self.item)
        if self.item.groups:
            return comb_field(self.item, question, x, y, row)
        if self.is_ticked and question is not None:
            top = y + (METRICS.box_mm - METRICS.tick_mm) / 2
            corners = [(left, top) for left in self._lefts(x)]
            return mark_field(self.item, question, self.scope.choices(self.item), corners, row)
        height = self.item.h_mm or METRICS.box_mm
        top = y + (METRICS.box_mm - height) / 2
        return area_field(self.item, question, box(x, top, self.width_mm, height), row)
