"""Paper rows → the blocks of a page, each with the style that suits it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from formscan.geometry import BoxMm
from formscan.templates.layout.codes import CodesBlock
from formscan.templates.layout.listing import ListBlock
from formscan.templates.layout.piece import Piece
from formscan.templates.layout.roster import RosterBlock
from formscan.templates.layout.scope import Block, Scope
from formscan.templates.layout.strip import StripBlock
from formscan.templates.paper import PaperRow

__all__ = ["PageBlock", "PlacedBlock", "page_blocks", "page_numbers"]


class PlacedBlock(Protocol):
    """What can be measured and placed."""

    @property
    def stretch_rows(self) -> int:
        """How many of its rows can grow."""
        ...

    def height_mm(self, width_mm: float) -> float:
        """Height that it needs."""
        ...

    def place(self, frame: BoxMm) -> Piece:
        """Lay it into ``frame``."""
        ...


@dataclass(frozen=True, slots=True)
class PageBlock:
    """A block and the column in which it stands."""

    block: PlacedBlock
    col: Literal["", "left", "right"]
    items: tuple[PaperRow, ...]
    rows: tuple[int, int] | None = None


def page_numbers(paper: Sequence[PaperRow]) -> list[int]:
    """The page types of a form, in order."""
    return sorted({row.page for row in paper})


def page_blocks(
    paper: Sequence[PaperRow], page: int, scope: Scope
) -> tuple[Block, list[PageBlock]]:
    """The header line's fields, and the blocks of a page in order."""
    header, groups = _group(paper, page)
    blocks: list[PageBlock] = []
    for head, items, hint in groups:
        if head.name == "@codes":
            shown = tuple(row for row in _all_items(paper, blocks, head.short))
            codes = CodesBlock(Block(head, ()), scope, shown)
            if any(scope.choices(item) for item in shown):
                blocks.append(PageBlock(codes, head.col, ()))
            continue
        if head.sort == "repeat":
            members = items or _members(paper, head.name)
            first, last = head.rows or (1, 7)
            roster = RosterBlock(Block(head, tuple(members), hint), scope, first, last)
            blocks.append(PageBlock(roster, head.col, tuple(members), (first, last)))
            continue
        block = Block(head, tuple(items), hint)
        strip = all(item.line or scope.is_area(item) for item in items)
        made = StripBlock(block, scope) if strip else ListBlock(block, scope)
        blocks.append(PageBlock(made, head.col, tuple(items)))
    return Block(None, tuple(header)), blocks


def _group(
    paper: Sequence[PaperRow], page: int
) -> tuple[list[PaperRow], list[tuple[PaperRow, list[PaperRow], str]]]:
    header: list[PaperRow] = []
    groups: list[tuple[PaperRow, list[PaperRow], str]] = []
    for row in paper:
        if row.page != page:
            continue
        if row.sort in ("block", "repeat") or row.name in ("@block", "@codes"):
            groups.append((row, [], ""))
        elif row.name == "@hint" and groups:
            head, items, _ = groups[-1]
            groups[-1] = (head, items, row.short)
        elif row.sort in ("question", "paper_only"):
            (groups[-1][1] if groups else header).append(row)
    return header, groups


def _members(paper: Sequence[PaperRow], repeat: str) -> list[PaperRow]:
    """The fields of a repeat, where a continuation page names the repeat alone."""
    members: list[PaperRow] = []
    inside = False
    for row in paper:
        if row.sort in ("block", "repeat") or row.name in ("@block", "@codes"):
            inside = row.name == repeat
        elif inside and row.sort == "question":
            members.append(row)
    return members


def _all_items(
    paper: Sequence[PaperRow], blocks: Sequence[PageBlock], wanted: str
) -> list[PaperRow]:
    """The fields whose lists are printed: those named, else all of the page so far."""
    if wanted:
        names = wanted.split()
        known = {row.name: row for row in paper if row.sort == "question"}
        return [known[name] for name in names if name in known]
    return [
        item
        for block in blocks
        if not isinstance(block.block, ListBlock)
        for item in block.items
        if item.groups
    ]
