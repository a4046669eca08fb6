"""Where the tick boxes of a list stand: lists that begin alike share their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formscan.geometry import BoxMm
from formscan.templates.decor import Decor
from formscan.templates.layout.fields import mark_field
from formscan.templates.layout.metrics import METRICS
from formscan.templates.layout.piece import centred_baseline, text
from formscan.templates.layout.scope import Scope
from formscan.templates.model import Field
from formscan.templates.paper import PaperRow
from formscan.templates.typeface import text_width_mm

__all__ = ["TickPlan", "plan_ticks"]

_BEHIND_MM = 0.9
_BETWEEN_MM = 3.2


@dataclass(frozen=True, slots=True)
class TickPlan:
    """The columns that a question's ticks use.

    Attributes:
        column_mm: Width of each column: box and label.
        width_mm: Width of the family's longest list.
    """

    column_mm: tuple[float, ...]
    width_mm: float

    def place(
        self,
        item: PaperRow,
        part: BoxMm,
        top: float,
        scope: Scope,
        decor: list[Decor],
        *,
        below: bool,
    ) -> Field:
        """Draw the labels into ``decor`` and return the field."""
        question = scope.question(item)
        assert question is not None
        choices = scope.choices(item)
        columns = self.column_mm
        x = part.right - self.width_mm
        gap = _BETWEEN_MM
        if below:
            x = part.x
            gap = min(6.0, (part.width - sum(columns)) / max(1, len(columns) - 1))
        corners: list[tuple[float, float]] = []
        for choice, column in zip(choices, columns, strict=False):
            corners.append((x, top))
            baseline = centred_baseline(top, METRICS.tick_mm, METRICS.label_pt)
            left = x + METRICS.tick_mm + _BEHIND_MM
            decor.append(text(left, baseline, tick_label(scope, item, choice.value),
                              METRICS.label_pt))  # fmt: skip
            x += column + gap
        return mark_field(item, question, choices, corners)


def tick_label(scope: Scope, item: PaperRow, value: str) -> str:
    """The choice as printed, with its skip arrow."""
    label = next(scope.say(c.labels) for c in scope.choices(item) if c.value == value)
    jump = scope.skips.jumps.get((item.name, value), "")
    return f"{label} {jump}" if jump else label


def plan_ticks(items: Sequence[PaperRow], scope: Scope) -> dict[str, TickPlan]:
    """A plan for each question that is answered by ticking."""
    ticked = [item for item in items if scope.is_marks(item)]
    families: dict[tuple[str, ...], list[PaperRow]] = {}
    lists = {item.name: _words(scope, item) for item in ticked}
    for item in ticked:
        mine = lists[item.name]
        family = max(
            (words for words in lists.values() if words[: len(mine)] == mine),
            key=len,
        )
        families.setdefault(family, []).append(item)
    plans: dict[str, TickPlan] = {}
    for family, members in families.items():
        columns = tuple(
            max(_tick_mm(scope, item, index) for item in members if index < len(lists[item.name]))
            for index in range(len(family))
        )
        width = sum(columns) + (len(columns) - 1) * _BETWEEN_MM
        for item in members:
            plans[item.name] = TickPlan(columns, width)
    return plans


def _words(scope: Scope, item: PaperRow) -> tuple[str, ...]:
    return tuple(scope.say(choice.labels) for choice in scope.choices(item))


def _tick_mm(scope: Scope, item: PaperRow, index: int) -> float:
    choice = scope.choices(item)[index]
    label = tick_label(scope, item, choice.value)
    return METRICS.tick_mm + _BEHIND_MM + text_width_mm(label, METRICS.label_pt)
