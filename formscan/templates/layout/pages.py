"""Blocks → pages: what stands where, and what does not fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formscan.errors import Sentence, told
from formscan.templates.layout.blocks import PageBlock, page_blocks, page_numbers
from formscan.templates.layout.chrome import PagePrint, anchors, bars_box, header, qr_box
from formscan.templates.layout.fit import misfits
from formscan.templates.layout.metrics import METRICS
from formscan.templates.layout.piece import Piece, box, join
from formscan.templates.layout.scope import Scope
from formscan.templates.layout.single import place_single
from formscan.templates.model import PageLayout
from formscan.templates.paper import PaperRow
from formscan.templates.place import at_page, at_row

__all__ = ["Laid", "Sheet", "lay_out"]

_COLUMN_GAP_MM = 3.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper and the names printed on it.

    Attributes:
        code: e.g. ``FK23-H{page}-v1``.
        title: Of the form, for pages without one of their own.
    """

    width_mm: float
    height_mm: float
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Laid:
    """Pages without reference pictures, and what did not fit."""

    pages: tuple[PageLayout, ...]
    problems: tuple[Sentence, ...]


def lay_out(paper: Sequence[PaperRow], scope: Scope, sheet: Sheet) -> Laid:
    """Lay out every page type of a form."""
    numbers = page_numbers(paper)
    first_pages = _first_pages(paper, numbers)
    pages: list[PageLayout] = []
    problems: list[Sentence] = []
    for number in numbers:
        rows = tuple(row for row in paper if row.page == number and row.sort == "print")
        line, blocks = page_blocks(paper, number, scope)
        if boxless := [row for row in line.items if not row.groups]:
            headless = told("definition.no_block")
            problems += [at_row("paper", row.number, headless, f" ({row.name})") for row in boxless]
            continue
        said = PagePrint(
            page=number,
            pages=len(numbers),
            width_mm=sheet.width_mm,
            height_mm=sheet.height_mm,
            form_title=sheet.title,
            sheet_code=sheet.code.replace("{page}", str(number)),
            rows=rows,
            fields=line,
        )
        body, too_much = _body(blocks, sheet)
        if too_much > 0:
            long = told("definition.page_long", mm=f"{too_much:.1f}")
            problems.append(at_page(number, long))
        piece = join([header(said, scope), body, *_overrides(blocks, scope)])
        page = PageLayout(
            page=number,
            width_mm=sheet.width_mm,
            height_mm=sheet.height_mm,
            rows=next((block.rows for block in blocks if block.rows), None),
            continuation=number not in first_pages,
            anchors=anchors(number, sheet.width_mm, sheet.height_mm),
            qr_box=qr_box(sheet.width_mm),
            bars_box=bars_box(sheet.height_mm),
            fields=piece.fields,
            decor=piece.decor,
        )
        problems += [] if too_much > 0 else misfits(page, {row.name: row.number for row in paper})
        pages.append(page)
    return Laid(tuple(pages), tuple(problems))


def _first_pages(paper: Sequence[PaperRow], numbers: Sequence[int]) -> set[int]:
    """Pages that every record has: those without a second part of a repeat."""
    seen: set[str] = set()
    later: set[int] = set()
    for row in paper:
        if row.sort == "repeat":
            if row.name in seen:
                later.add(row.page)
            seen.add(row.name)
    return set(numbers) - later


def _body(blocks: Sequence[PageBlock], sheet: Sheet) -> tuple[Piece, float]:
    """The blocks in place, and by how many mm they are too long (0 where they fit)."""
    segments = _segments(blocks)
    if not segments:
        return Piece(), 0.0
    tag_top = sheet.height_mm - METRICS.inset_mm - METRICS.tag_mm - METRICS.quiet_mm + 0.5
    wide = (METRICS.edge_mm, sheet.width_mm - 2 * METRICS.edge_mm)
    inner = METRICS.inset_mm + METRICS.tag_mm + METRICS.quiet_mm
    narrow = (inner, sheet.width_mm - 2 * inner)
    frames = [wide] * len(segments)
    bottom = tag_top
    if _natural(segments, frames) > bottom - METRICS.header_mm and len(segments) > 1:
        frames = [*frames[:-1], narrow]
        bottom = sheet.height_mm - METRICS.edge_mm
    spare = bottom - METRICS.header_mm - _natural(segments, frames)
    rows = sum(_rows(segment) for segment in segments)
    each = min(METRICS.stretch_mm, max(0.0, spare) / rows) if rows else 0.0
    pieces: list[Piece] = []
    y = METRICS.header_mm
    too_much = max(0.0, -spare)
    for index, (segment, (x, width)) in enumerate(zip(segments, frames, strict=True)):
        height = _segment_height(segment, width) + each * _rows(segment)
        pieces += _place_segment(segment, x, y, width, height)
        last_wide = index == len(segments) - 2 and frames[-1] is narrow
        if last_wide and y + height > tag_top:
            too_much = max(too_much, y + height - tag_top)
        y += height + METRICS.block_gap_mm
    return join(pieces), too_much


def _segments(blocks: Sequence[PageBlock]) -> list[list[PageBlock]]:
    """Runs of blocks in columns, and full-width blocks alone."""
    segments: list[list[PageBlock]] = []
    for block in blocks:
        if block.col and segments and segments[-1][0].col:
            segments[-1].append(block)
        else:
            segments.append([block])
    return segments


def _columns(segment: Sequence[PageBlock]) -> list[list[PageBlock]]:
    if not segment[0].col:
        return [list(segment)]
    sides = [[b for b in segment if b.col == side] for side in ("left", "right")]
    return [side for side in sides if side]


def _column_width(segment: Sequence[PageBlock], width: float) -> float:
    return (width - _COLUMN_GAP_MM) / 2 if segment[0].col else width


def _column_height(column: Sequence[PageBlock], width: float) -> float:
    heights = sum(block.block.height_mm(width) for block in column)
    return heights + (len(column) - 1) * METRICS.block_gap_mm


def _segment_height(segment: Sequence[PageBlock], width: float) -> float:
    inner = _column_width(segment, width)
    return max(_column_height(column, inner) for column in _columns(segment))


def _rows(segment: Sequence[PageBlock]) -> int:
    return max(sum(b.block.stretch_rows for b in column) for column in _columns(segment))


def _natural(
    segments: Sequence[Sequence[PageBlock]], frames: Sequence[tuple[float, float]]
) -> float:
    heights = sum(_segment_height(s, width) for s, (_, width) in zip(segments, frames, strict=True))
    return heights + (len(segments) - 1) * METRICS.block_gap_mm


def _place_segment(
    segment: Sequence[PageBlock], x: float, y: float, width: float, height: float
) -> list[Piece]:
    inner = _column_width(segment, width)
    pieces: list[Piece] = []
    for number, column in enumerate(_columns(segment)):
        left = x + number * (inner + _COLUMN_GAP_MM)
        if segment[0].col and column[0].col == "right":
            left = x + inner + _COLUMN_GAP_MM
        spare = height - _column_height(column, inner)
        rows = max(1, sum(block.block.stretch_rows for block in column))
        top = y
        for block in column:
            own = block.block.height_mm(inner) + spare * block.block.stretch_rows / rows
            pieces.append(block.block.place(box(left, top, inner, own)))
            top += own + METRICS.block_gap_mm
    return pieces


def _overrides(blocks: Sequence[PageBlock], scope: Scope) -> list[Piece]:
    """Fields with ``x_mm`` and ``y_mm``: they stand where the sheet says, label above."""
    return [
        place_single(item, scope)
        for block in blocks
        for item in block.items
        if item.x_mm is not None and item.y_mm is not None and block.rows is None
    ]
