"""Code lists printed together under a table."""

from __future__ import annotations

from dataclasses import dataclass

from formscan.geometry import BoxMm
from formscan.templates.decor import Decor
from formscan.templates.layout.metrics import METRICS
from formscan.templates.layout.piece import Piece, text
from formscan.templates.layout.scope import Block, Scope
from formscan.templates.paper import PaperRow
from formscan.templates.typeface import text_width_mm

__all__ = ["CodesBlock"]

_PAD_MM = 1.0
_SIDE_MM = 1.0
_TITLE_GAP = 0.25
_FEWEST_LINES = 6
_COLUMN_GAP_MM = 3.0


@dataclass(frozen=True, slots=True)
class _List:
    title: str
    entries: tuple[tuple[str, str], ...]

    @property
    def lines(self) -> int:
        return len(self.entries) + 1

    def split(self, most: int) -> list[_List]:
        """Parts of at most ``most`` lines, equally long; the later ones have no title."""
        parts = -(-len(self.entries) // (most - 1))
        size = -(-len(self.entries) // parts)
        return [
            _List(self.title if start == 0 else "", self.entries[start : start + size])
            for start in range(0, len(self.entries), size)
        ]

    @property
    def width_mm(self) -> float:
        code = max(text_width_mm(value, METRICS.code_pt, bold=True) for value, _ in self.entries)
        entry = max(text_width_mm(label, METRICS.code_pt) for _, label in self.entries)
        return max(text_width_mm(self.title, METRICS.code_pt, bold=True), code + 1.2 + entry)


@dataclass(frozen=True, slots=True)
class CodesBlock:
    """The lists of ``items``, packed into columns."""

    block: Block
    scope: Scope
    items: tuple[PaperRow, ...]

    @property
    def stretch_rows(self) -> int:
        """Lists do not grow."""
        return 0

    def height_mm(self, width_mm: float) -> float:
        """Height at the given width."""
        columns = self._columns(width_mm - 2 * _SIDE_MM)
        lines = max(sum(one.lines + _TITLE_GAP for one in column) for column in columns)
        return _PAD_MM + lines * METRICS.code_line_mm

    def place(self, frame: BoxMm) -> Piece:
        """Lay the lists into ``frame``, the columns spread over its width."""
        room = frame.width - 2 * _SIDE_MM
        columns = self._columns(room)
        widths = [max(one.width_mm for one in column) for column in columns]
        gap = (room - sum(widths)) / max(1, len(columns) - 1)
        decor: list[Decor] = []
        x = frame.x + _SIDE_MM
        for column, width in zip(columns, widths, strict=True):
            y = frame.y + _PAD_MM
            for one in column:
                y = _place_list(one, x, y, decor)
            x += width + min(gap, 12.0)
        return Piece((), tuple(decor))

    def _lists(self) -> list[_List]:
        return [
            _List(
                self.scope.label(item),
                tuple((c.value, self.scope.say(c.labels)) for c in self.scope.choices(item)),
            )
            for item in self.items
            if self.scope.choices(item)
        ]

    def _columns(self, width_mm: float) -> list[list[_List]]:
        """The lowest packing, in order, whose columns fit side by side."""
        lists = self._lists()
        packed: list[list[_List]] = [lists]
        for most in range(_FEWEST_LINES, sum(one.lines for one in lists) + 1):
            packed = _pack([part for one in lists for part in one.split(most)], most + 0.6)
            total = sum(max(one.width_mm for one in column) for column in packed)
            if total + _COLUMN_GAP_MM * (len(packed) - 1) <= width_mm:
                break
        return packed


def _pack(lists: list[_List], most: float) -> list[list[_List]]:
    columns: list[list[_List]] = []
    used = most
    for one in lists:
        need = one.lines + _TITLE_GAP
        if used + need > most + _TITLE_GAP:
            columns.append([])
            used = 0.0
        columns[-1].append(one)
        used += need
    return columns


def _place_list(one: _List, x: float, y: float, decor: list[Decor]) -> float:
    step = METRICS.code_line_mm
    decor.append(text(x, y + step * 0.8, one.title, METRICS.code_pt, bold=True))
    y += step
    indent = max(text_width_mm(value, METRICS.code_pt, bold=True) for value, _ in one.entries)
    for value, label in one.entries:
        baseline = y + step * 0.8
        decor.append(text(x, baseline, value, METRICS.code_pt, bold=True))
        decor.append(text(x + indent + 1.2, baseline, label, METRICS.code_pt))
        y += step
    return y + step * _TITLE_GAP
