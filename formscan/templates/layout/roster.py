"""The rows of a repeat: one person a row, in as many lines as the paper sheet says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formscan.geometry import BoxMm
from formscan.messages import text as text_of
from formscan.templates.decor import Decor, Line, Rect
from formscan.templates.layout.band import band
from formscan.templates.layout.column import Column
from formscan.templates.layout.metrics import METRICS
from formscan.templates.layout.piece import Piece, box, centred_baseline, text
from formscan.templates.layout.scope import Block, Scope
from formscan.templates.model import Field
from formscan.templates.paper import PaperRow
from formscan.templates.typeface import text_width_mm, wrap

__all__ = ["RosterBlock"]

_NUMBER_MM = 8.0
_HEAD_MM = 3.9
_ANSWERS_MM = 2.9
_TOP_MM = 0.7
_BETWEEN_MM = 1.1
_BOTTOM_MM = 0.8
_LABEL_GAP_MM = 0.9
_PAD_MM = 2.0


@dataclass(frozen=True, slots=True)
class RosterBlock:
    """Rows ``first`` to ``last`` of a repeat."""

    block: Block
    scope: Scope
    first: int
    last: int

    @property
    def stretch_rows(self) -> int:
        """Each row can grow."""
        return self.last - self.first + 1

    def height_mm(self, width_mm: float) -> float:
        """Height at the given width."""
        del width_mm
        return METRICS.band_mm + self._head_mm() + self.stretch_rows * self._row_height()

    def place(self, frame: BoxMm) -> Piece:
        """Lay the block into ``frame``; room to spare goes to the rows."""
        head = self.block.head
        assert head is not None
        decor = band(frame.x, frame.y, frame.width, self.scope.label(head), self.block.hint)
        y = frame.y + METRICS.band_mm
        decor += self._heads(frame, y)
        y += self._head_mm()
        pitch = (frame.bottom - y) / self.stretch_rows
        fields: list[Field] = []
        for row in range(self.first, self.last + 1):
            area = BoxMm(x=frame.x, y=y, width=frame.width, height=pitch)
            self._place_row(row, area, fields, decor)
            y += pitch
        decor.append(_rule(frame, frame.bottom))
        return Piece(tuple(fields), tuple(decor))

    def _lines(self) -> list[list[Column]]:
        lines: dict[str, list[Column]] = {}
        for item in self.block.items:
            lines.setdefault(item.line, []).append(Column(item, self.scope))
        return list(lines.values())

    def _head_mm(self) -> float:
        """Height of the column heads: labels, and the answers of tick boxes below them."""
        ticked = any(column.is_ticked for column in self._lines()[0])
        return _HEAD_MM + (_ANSWERS_MM if ticked else 0.0)

    def _row_height(self) -> float:
        lines = len(self._lines())
        return _TOP_MM + lines * METRICS.box_mm + (lines - 1) * _BETWEEN_MM + _BOTTOM_MM

    def _starts(self, line: Sequence[Column], frame: BoxMm) -> list[float]:
        """X of each field of the first line, spread over the width."""
        left, right = frame.x + _NUMBER_MM + _PAD_MM, frame.right - _PAD_MM
        widths = [column.width_mm for column in line]
        gap = (right - left - sum(widths)) / max(1, len(line) - 1)
        gap = min(gap, 8.0)
        starts, x = [], left
        for width in widths:
            starts.append(x)
            x += width + gap
        return starts

    def _heads(self, frame: BoxMm, y: float) -> list[Decor]:
        line = self._lines()[0]
        items: list[Decor] = [
            Rect(kind="rect", box=box(frame.x, y, frame.width, self._head_mm()), fill="wash")
        ]
        baseline = centred_baseline(y, _HEAD_MM, METRICS.label_pt)
        number = text_of("form.paper_number", self.scope.language)
        middle = frame.x + _NUMBER_MM / 2
        items.append(text(middle, baseline, number, METRICS.label_pt, bold=True, align="center"))
        for column, x in zip(line, self._starts(line, frame), strict=True):
            label = self.scope.label(column.item)
            items.append(text(x, baseline, label, METRICS.label_pt, bold=True))
            items += column.head(x, baseline + _ANSWERS_MM)
        return items

    def _place_row(self, row: int, area: BoxMm, fields: list[Field], decor: list[Decor]) -> None:
        if (row - self.first) % 2 == 0:
            decor.append(
                Rect(kind="rect", box=box(area.x, area.y, area.width, area.height), fill="wash")
            )
        decor.append(_rule(area, area.y))
        plate = box(area.x + 0.6, area.y + 0.6, _NUMBER_MM - 1.2, area.height - 1.2)
        decor.append(Rect(kind="rect", box=plate, fill="band", stroke="band", round_mm=0.8))
        baseline = centred_baseline(area.y, area.height, 12)
        decor.append(
            text(area.x + _NUMBER_MM / 2, baseline, f"{row:02d}", 12, bold=True, align="center")
        )
        lines = self._lines()
        spare = area.height - self._row_height()
        share = spare / (len(lines) + 1)
        y = area.y + _TOP_MM + share
        for number, line in enumerate(lines):
            if number == 0:
                for column, x in zip(line, self._starts(line, area), strict=True):
                    fields.append(column.field(x, y, row))
            else:
                self._place_labelled(line, area, y, row, fields, decor)
            y += METRICS.box_mm + _BETWEEN_MM + share

    def _place_labelled(
        self,
        line: Sequence[Column],
        area: BoxMm,
        y: float,
        row: int,
        fields: list[Field],
        decor: list[Decor],
    ) -> None:
        left, right = area.x + _NUMBER_MM + _PAD_MM, area.right - _PAD_MM
        labels = [self._label_lines(column.item) for column in line]
        widths = [
            max(text_width_mm(words, METRICS.small_pt) for words in lines) for lines in labels
        ]
        boxes = [column.width_mm for column in line]
        used = sum(widths) + sum(boxes) + len(line) * _LABEL_GAP_MM
        gap = (right - left - used) / max(1, len(line) - 1)
        x = left
        for column, lines, label_mm, field_mm in zip(line, labels, widths, boxes, strict=True):
            step = METRICS.small_pt * 0.36
            top = y + (METRICS.box_mm - step * (len(lines) - 1)) / 2
            for index, words in enumerate(lines):
                baseline = centred_baseline(top + index * step, 0, METRICS.small_pt)
                decor.append(text(x + label_mm, baseline, words, METRICS.small_pt, align="right"))
            x += label_mm + _LABEL_GAP_MM
            fields.append(column.field(x, y, row))
            x += field_mm + gap

    def _label_lines(self, item: PaperRow) -> list[str]:
        condition = self.scope.condition(item)
        lines = wrap(self.scope.label(item), METRICS.small_pt, 17.0)
        return [*lines[:2], f"({condition})"][:2] if condition else lines[:2]


def _rule(frame: BoxMm, y: float) -> Line:
    y = round(y, 3)
    return Line(kind="line", x1=frame.x, y1=y, x2=round(frame.right, 3), y2=y)
