"""One question a row: label on the left, boxes or ticks on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formscan.geometry import BoxMm
from formscan.templates.decor import Decor, Line, Rect
from formscan.templates.layout.band import band
from formscan.templates.layout.fields import area_field, comb_field, comb_width
from formscan.templates.layout.metrics import METRICS
from formscan.templates.layout.piece import Piece, box, text
from formscan.templates.layout.scope import Block, Scope
from formscan.templates.layout.ticks import TickPlan, plan_ticks
from formscan.templates.model import Field
from formscan.templates.paper import PaperRow
from formscan.templates.typeface import text_width_mm, wrap

__all__ = ["ListBlock"]

_PAD_MM = 2.0
_LABEL_LINE_MM = 3.1
_SMALL_LINE_MM = 2.7
_SHORT_LABEL_MM = 10.0
_GAP_MM = 2.0
_CODE_INDENT_MM = 0.7
_CODE_GAP_MM = 2.3


@dataclass(frozen=True, slots=True)
class _Cell:
    """One question in its part of a row."""

    item: PaperRow
    label: list[str]
    condition: list[str]
    codes: list[str]
    answer_mm: float
    below: bool

    def height_mm(self, ticks: TickPlan | None) -> float:
        """Height that the cell needs."""
        words = len(self.label) * _LABEL_LINE_MM + len(self.condition) * _SMALL_LINE_MM
        words += len(self.codes) * METRICS.code_line_mm
        answer = METRICS.tick_mm + 0.6 if ticks else METRICS.box_mm + 0.6
        return words + answer + 0.4 if self.below else max(words + 0.6, answer)


@dataclass(frozen=True, slots=True)
class ListBlock:
    """Rows of questions under a heading."""

    block: Block
    scope: Scope

    @property
    def stretch_rows(self) -> int:
        """Each row can grow."""
        return len(self._rows())

    def height_mm(self, width_mm: float) -> float:
        """Height at the given width."""
        plans = plan_ticks(self.block.items, self.scope)
        rows = sum(self._row_height(row, width_mm, plans) for row in self._rows())
        return METRICS.band_mm + rows

    def place(self, frame: BoxMm) -> Piece:
        """Lay the block into ``frame``; room to spare goes to the rows."""
        plans = plan_ticks(self.block.items, self.scope)
        head = self.block.head
        title = self.scope.label(head) if head else ""
        decor = band(frame.x, frame.y, frame.width, title, self.block.hint)
        fields: list[Field] = []
        rows = self._rows()
        spare = (frame.height - self.height_mm(frame.width)) / len(rows)
        y = frame.y + METRICS.band_mm
        for number, row in enumerate(rows):
            height = self._row_height(row, frame.width, plans) + spare
            if number % 2 == 0:
                shade = box(frame.x, y, frame.width, height)
                decor.append(Rect(kind="rect", box=shade, fill="wash"))
            decor.append(_rule(frame, y))
            part = BoxMm(x=frame.x, y=y, width=frame.width, height=height)
            self._place_row(row, part, plans, fields, decor)
            y += height
        decor.append(_rule(frame, y))
        return Piece(tuple(fields), tuple(decor))

    def _rows(self) -> list[list[PaperRow]]:
        rows: dict[str, list[PaperRow]] = {}
        for item in self.block.items:
            rows.setdefault(item.line or f"#{item.number}", []).append(item)
        return list(rows.values())

    def _parts(self, row: Sequence[PaperRow], width: float) -> list[float]:
        """Widths of the cells of a row: equal, unless a label is as short as "P"."""
        short = [text_width_mm(self.scope.label(item), METRICS.label_pt) for item in row]
        if len(row) == 1 or min(short[1:]) >= _SHORT_LABEL_MM:
            needs = [self._need(item) for item in row]
            spare = (width - sum(needs)) / len(row)
            if max(needs) <= width / len(row) or spare < 0:
                return [width / len(row)] * len(row)
            return [need + spare for need in needs]
        tails = [
            label + comb_width(item.groups) + 3 * _PAD_MM
            for label, item in zip(short[1:], row[1:], strict=True)
        ]
        return [width - sum(tails), *tails]

    def _need(self, item: PaperRow) -> float:
        """Width of a comb with its label and codes on one line each."""
        codes = _code_lines(self.scope, item, float("inf"))
        words = max(
            text_width_mm(self.scope.label(item), METRICS.label_pt + 0.3),
            *(_codes_width(line) for line in codes),
            0.0,
        )
        return words + comb_width(item.groups or (1,)) + _GAP_MM + 2 * _PAD_MM + 0.1

    def _row_height(
        self, row: Sequence[PaperRow], width: float, plans: dict[str, TickPlan]
    ) -> float:
        parts = self._parts(row, width)
        return max(
            self._cell(item, part, plans).height_mm(plans.get(item.name))
            for item, part in zip(row, parts, strict=True)
        )

    def _cell(self, item: PaperRow, width: float, plans: dict[str, TickPlan]) -> _Cell:
        plan = plans.get(item.name)
        if plan:
            answer = plan.width_mm
        else:
            answer = comb_width(item.groups) if item.groups else (item.w_mm or width * 0.5)
        inner = width - 2 * _PAD_MM
        below = plan is not None and answer > inner * 0.62
        room = inner if below else inner - answer - _GAP_MM
        label = wrap(self.scope.label(item), METRICS.label_pt + 0.3, room)
        condition = self._condition(item, label, room)
        codes = [] if plan else _code_lines(self.scope, item, room)
        return _Cell(item, label, condition, codes, answer, below)

    def _condition(self, item: PaperRow, label: list[str], room: float) -> list[str]:
        question = self.scope.question(item)
        hint = self.scope.say(question.hints) if question else ""
        when = self.scope.condition(item)
        if hint[1:2].islower():
            hint = hint[0].lower() + hint[1:]
        words = "; ".join(part for part in (hint, when) if part)
        if not words:
            return []
        words = f"({words})"
        last = text_width_mm(f"{label[-1]}  ", METRICS.label_pt + 0.3)
        if last + text_width_mm(words, METRICS.small_pt) <= room:
            label[-1] = f"{label[-1]}\t{words}"
            return []
        return wrap(words, METRICS.small_pt, room)

    def _place_row(
        self,
        row: Sequence[PaperRow],
        area: BoxMm,
        plans: dict[str, TickPlan],
        fields: list[Field],
        decor: list[Decor],
    ) -> None:
        x = area.x
        for item, width in zip(row, self._parts(row, area.width), strict=True):
            cell = self._cell(item, width, plans)
            part = BoxMm(x=x + _PAD_MM, y=area.y, width=width - 2 * _PAD_MM, height=area.height)
            fields.append(self._place_cell(cell, part, plans.get(item.name), decor))
            x += width

    def _place_cell(
        self, cell: _Cell, part: BoxMm, plan: TickPlan | None, decor: list[Decor]
    ) -> Field:
        needed = cell.height_mm(plan)
        top = part.y + (part.height - needed) / 2
        words = len(cell.label) * _LABEL_LINE_MM + len(cell.condition) * _SMALL_LINE_MM
        words += len(cell.codes) * METRICS.code_line_mm
        y = top + 0.3 if cell.below else part.y + (part.height - words) / 2
        _place_words(cell, part.x, y, decor)
        question = self.scope.question(cell.item)
        if plan is not None and question is not None:
            tick_top = (
                top + words + 0.6 if cell.below else part.y + (part.height - METRICS.tick_mm) / 2
            )
            return plan.place(cell.item, part, tick_top, self.scope, decor, below=cell.below)
        box_top = part.y + (part.height - METRICS.box_mm) / 2
        if cell.item.groups:
            return comb_field(cell.item, question, part.right - cell.answer_mm, box_top)
        height = cell.item.h_mm or METRICS.box_mm
        left = part.right - cell.answer_mm
        return area_field(
            cell.item, question, box(left, part.y + (part.height - height) / 2,
                                     cell.answer_mm, height)
        )  # fmt: skip


def _rule(frame: BoxMm, y: float) -> Line:
    y = round(y, 3)
    return Line(kind="line", x1=frame.x, y1=y, x2=round(frame.right, 3), y2=y, width_mm=0.12)


def _place_words(cell: _Cell, x: float, y: float, decor: list[Decor]) -> None:
    size = METRICS.label_pt + 0.3
    for line in cell.label:
        label, _, aside = line.partition("\t")
        baseline = y + _LABEL_LINE_MM * 0.78
        decor.append(text(x, baseline, label, size))
        if aside:
            start = x + text_width_mm(f"{label}  ", size)
            decor.append(text(start, baseline, aside, METRICS.small_pt, colour="soft"))
        y += _LABEL_LINE_MM
    for line in cell.condition:
        decor.append(text(x, y + _SMALL_LINE_MM * 0.78, line, METRICS.small_pt, colour="soft"))
        y += _SMALL_LINE_MM
    for line in cell.codes:
        left = x
        for entry in line.split("\t"):
            code, _, label = entry.partition(" ")
            baseline = y + METRICS.code_line_mm * 0.78
            decor.append(text(left, baseline, code, METRICS.code_pt, bold=True))
            indent = text_width_mm(code, METRICS.code_pt, bold=True) + _CODE_INDENT_MM
            decor.append(text(left + indent, baseline, label, METRICS.code_pt))
            left += _codes_width(entry) + _CODE_GAP_MM
        y += METRICS.code_line_mm


def _code_lines(scope: Scope, item: PaperRow, room: float) -> list[str]:
    """Lines of tab-separated "code label" entries."""
    lines: list[str] = []
    used = 0.0
    for choice in scope.choices(item):
        label = scope.say(choice.labels)
        width = _codes_width(f"{choice.value} {label}") + _CODE_GAP_MM
        if lines and used + width - _CODE_GAP_MM <= room:
            lines[-1] += f"\t{choice.value} {label}"
            used += width
        else:
            lines.append(f"{choice.value} {label}")
            used = width
    return lines


def _codes_width(line: str) -> float:
    """Printed width of a line of tab-separated entries, mm."""
    width = -_CODE_GAP_MM
    for entry in line.split("\t"):
        code, _, label = entry.partition(" ")
        width += text_width_mm(code, METRICS.code_pt, bold=True) + _CODE_INDENT_MM
        width += text_width_mm(label, METRICS.code_pt) + _CODE_GAP_MM
    return width
