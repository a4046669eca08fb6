"""Fields side by side with their labels above: identity of a family, signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formscan.geometry import BoxMm
from formscan.templates.decor import Decor, Rect
from formscan.templates.layout.band import band
from formscan.templates.layout.fields import area_field, comb_field, comb_width, mark_field
from formscan.templates.layout.metrics import METRICS
from formscan.templates.layout.piece import Piece, box, centred_baseline, text
from formscan.templates.layout.scope import Block, Scope
from formscan.templates.model import Field
from formscan.templates.paper import PaperRow
from formscan.templates.typeface import text_width_mm

__all__ = ["StripBlock", "tick_width"]

_LABEL_MM = 2.9
_LINE_GAP_MM = 1.0
_PAD_MM = 2.0
_MIN_GAP_MM = 2.5
_MAX_GAP_MM = 9.0
_INLINE_MM = 2.0


@dataclass(frozen=True, slots=True)
class StripBlock:
    """Lines of fields, each line as wide as the block."""

    block: Block
    scope: Scope

    @property
    def stretch_rows(self) -> int:
        """Lines do not grow."""
        return 0

    def height_mm(self, width_mm: float) -> float:
        """Height at the given width."""
        del width_mm
        lines = sum(self._line_height(line) + _LINE_GAP_MM for line in self._lines())
        return self._head_height() + 0.6 + lines

    def place(self, frame: BoxMm) -> Piece:
        """Lay the block into ``frame``."""
        decor: list[Decor] = []
        fields: list[Field] = []
        titled = self.block.head is not None
        if titled and self._head_height():
            decor.append(Rect(kind="rect", box=frame, fill="wash"))
            title = self.scope.label(self.block.head) if self.block.head else ""
            decor += band(frame.x, frame.y, frame.width, title, self.block.hint)
        y = frame.y + self._head_height() + 0.6
        for line in self._lines():
            self._place_line(line, frame.x + _PAD_MM, y, frame.width - 2 * _PAD_MM, fields, decor)
            y += self._line_height(line) + _LINE_GAP_MM
        return Piece(tuple(fields), tuple(decor))

    def _head_height(self) -> float:
        head = self.block.head
        return METRICS.band_mm if head is not None and self.scope.label(head) else 0.0

    def _lines(self) -> list[list[PaperRow]]:
        lines: dict[str, list[PaperRow]] = {}
        for item in self.block.items:
            if item.x_mm is None:
                lines.setdefault(item.line or f"#{item.number}", []).append(item)
        return list(lines.values())

    def _inline(self, line: Sequence[PaperRow]) -> bool:
        """A line of free areas alone has its labels before them."""
        return all(self.scope.is_area(item) and item.w_mm is None for item in line)

    def _line_height(self, line: Sequence[PaperRow]) -> float:
        tallest = max(self._item_height(item) for item in line)
        return tallest if self._inline(line) else _LABEL_MM + tallest

    def _item_height(self, item: PaperRow) -> float:
        return item.h_mm or (6.2 if self.scope.is_area(item) else METRICS.box_mm)

    def _item_width(self, item: PaperRow) -> float:
        if item.groups:
            width = comb_width(item.groups)
        elif self.scope.is_marks(item):
            width = tick_width(self.scope, item)
        else:
            width = item.w_mm or 0.0
        label = text_width_mm(self._label(item), METRICS.label_pt)
        return max(width, label)

    def _label(self, item: PaperRow) -> str:
        condition = self.scope.condition(item)
        label = self.scope.label(item)
        return f"{label} ({condition})" if condition else label

    def _place_line(
        self,
        line: Sequence[PaperRow],
        x: float,
        y: float,
        width: float,
        fields: list[Field],
        decor: list[Decor],
    ) -> None:
        if self._inline(line):
            self._place_areas(line, x, y, width, fields, decor)
            return
        natural = [self._item_width(item) for item in line]
        growing = [i for i, item in enumerate(line) if self.scope.is_area(item) and not item.w_mm]
        spare = width - sum(natural)
        gap = min(_MAX_GAP_MM, max(_MIN_GAP_MM, spare / max(1, len(line) - 1)))
        if growing:
            gap = _MIN_GAP_MM + 2
            share = (spare - gap * (len(line) - 1)) / len(growing)
            natural = [w + share if i in growing else w for i, w in enumerate(natural)]
        for item, item_width in zip(line, natural, strict=True):
            decor.append(text(x, y + _LABEL_MM - 0.8, self._label(item), METRICS.label_pt))
            top = y + _LABEL_MM
            field = self._field(item, x, top, item_width, decor)
            fields.append(field)
            x += item_width + gap

    def _field(self, item: PaperRow, x: float, y: float, width: float, decor: list[Decor]) -> Field:
        question = self.scope.question(item)
        if item.groups:
            return comb_field(item, question, x, y)
        if self.scope.is_marks(item) and question is not None:
            return _ticks(self.scope, item, x, y, decor)
        area = box(x, y, item.w_mm or width, self._item_height(item))
        return area_field(item, question, area)

    def _place_areas(
        self,
        line: Sequence[PaperRow],
        x: float,
        y: float,
        width: float,
        fields: list[Field],
        decor: list[Decor],
    ) -> None:
        each = width / len(line)
        for item in line:
            label = self._label(item)
            height = self._item_height(item)
            baseline = centred_baseline(y, height, METRICS.label_pt)
            decor.append(text(x, baseline, label, METRICS.label_pt))
            left = text_width_mm(label, METRICS.label_pt) + _INLINE_MM
            area = box(x + left, y, each - left - _INLINE_MM / 2, height)
            fields.append(area_field(item, self.scope.question(item), area))
            x += each


def tick_width(scope: Scope, item: PaperRow) -> float:
    """Width of the ticks of a strip, each with its label behind it."""
    labels = [scope.say(choice.labels) for choice in scope.choices(item)]
    text_mm = sum(text_width_mm(label, METRICS.label_pt) for label in labels)
    return text_mm + len(labels) * (METRICS.tick_mm + 1.0) + (len(labels) - 1) * 3.0


def _ticks(scope: Scope, item: PaperRow, x: float, y: float, decor: list[Decor]) -> Field:
    question = scope.question(item)
    assert question is not None
    corners: list[tuple[float, float]] = []
    top = y + (METRICS.box_mm - METRICS.tick_mm) / 2
    for choice in scope.choices(item):
        corners.append((x, top))
        label = scope.say(choice.labels)
        x += METRICS.tick_mm + 1.0
        baseline = centred_baseline(top, METRICS.tick_mm, METRICS.label_pt)
        decor.append(text(x, baseline, label, METRICS.label_pt))
        x += text_width_mm(label, METRICS.label_pt) + 3.0
    return mark_field(item, question, scope.choices(item), corners)
