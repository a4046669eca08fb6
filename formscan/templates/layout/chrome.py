"""What stands on every page: tags, QR, bars, serial, titles, instructions, examples, footer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formscan.geometry import BoxMm
from formscan.messages import text as text_of
from formscan.templates.bars import BARS_MODULES
from formscan.templates.decor import Decor, Rect
from formscan.templates.layout.fields import cells, comb_field, comb_width
from formscan.templates.layout.metrics import METRICS
from formscan.templates.layout.piece import Piece, box, centred_baseline, text
from formscan.templates.layout.scope import Block, Scope
from formscan.templates.model import Anchor, Field
from formscan.templates.paper import PaperRow
from formscan.templates.tags import tag_ids
from formscan.templates.typeface import text_width_mm, wrap

__all__ = ["PagePrint", "anchors", "bars_box", "header", "qr_box"]

_EXAMPLE_PT = 10.0


@dataclass(frozen=True, slots=True)
class PagePrint:
    """The print rows of a page.

    Attributes:
        sheet_code: What the page is called, e.g. ``FK23-H1``.
        form_title: Printed where the page has no ``@title``.
        fields: Fields in the header line.
    """

    page: int
    pages: int
    width_mm: float
    height_mm: float
    sheet_code: str
    form_title: str
    rows: tuple[PaperRow, ...]
    fields: Block

    def all(self, name: str) -> list[str]:
        """The texts of the print rows called ``name``."""
        return [row.short for row in self.rows if row.name == name]

    def first(self, name: str) -> str:
        """The first of them, "" where there is none."""
        return next(iter(self.all(name)), "")

    @property
    def title(self) -> str:
        """What stands in large letters at the top."""
        return self.first("@title") or self.form_title.upper()


def anchors(page: int, width_mm: float, height_mm: float) -> tuple[Anchor, ...]:
    """Four tags: top-left, top-right, bottom-right, bottom-left."""
    near, side = METRICS.inset_mm, METRICS.tag_mm
    right, bottom = width_mm - near - side, height_mm - near - side
    corners = ((near, near), (right, near), (right, bottom), (near, bottom))
    return tuple(
        Anchor(kind="tag", box=box(x, y, side, side), tag_id=tag_id)
        for tag_id, (x, y) in zip(tag_ids(page), corners, strict=True)
    )


def qr_box(width_mm: float) -> BoxMm:
    """The QR, left of the top-right tag."""
    right = width_mm - METRICS.inset_mm - METRICS.tag_mm - METRICS.quiet_mm - 0.5
    return box(right - METRICS.qr_mm, METRICS.inset_mm, METRICS.qr_mm, METRICS.qr_mm)


def bars_box(height_mm: float) -> BoxMm:
    """The bars, in the left margin above the lower tag: what hurts the QR seldom reaches them."""
    free, long = 10 * METRICS.bars_module_mm, BARS_MODULES * METRICS.bars_module_mm
    bottom = height_mm - METRICS.inset_mm - METRICS.tag_mm - free
    return box(METRICS.bars_edge_mm, bottom - long, METRICS.bars_mm, long)


def header(page: PagePrint, scope: Scope) -> Piece:
    """Titles, serial, the header line with fields, examples and rules, and the footer."""
    left = METRICS.inset_mm + METRICS.tag_mm + METRICS.quiet_mm
    right = qr_box(page.width_mm).x - METRICS.quiet_mm
    decor: list[Decor] = [
        text(left, 15.6, page.title, METRICS.title_pt, bold=True),
        text(left, 19.4, page.first("@subtitle"), 8.0, colour="soft"),
        text(right, 14.2, page.sheet_code, 9.0, bold=True, align="right"),
        text(
            right, 17.9, text_of("form.paper_serial", scope.language), 9.0, bold=True, align="right"
        ),
        text(
            right,
            20.9,
            text_of("form.paper_print_run", scope.language),
            METRICS.label_pt,
            align="right",
            colour="soft",
        ),
    ]
    notice = page.first("@notice")
    if notice:
        width = text_width_mm(notice, METRICS.label_pt, bold=True)
        middle = (left + right) / 2
        title_end = left + text_width_mm(page.title, METRICS.title_pt, bold=True) + 5
        start = max(title_end, middle - width / 2)
        decor.append(
            Rect(
                kind="rect", box=box(start - 1.5, 12.0, width + 3, 4.2), stroke="ink", width_mm=0.25
            )
        )
        decor.append(text(start, centred_baseline(12.0, 4.2, METRICS.label_pt), notice,
                          METRICS.label_pt, bold=True))  # fmt: skip
    fields = _header_line(page, scope, right, decor)
    footer = page.first("@footer").replace("{page}", str(page.page))
    footer = footer.replace("{pages}", str(page.pages))
    decor.append(text(page.width_mm / 2, page.height_mm - 6.2, footer, METRICS.small_pt,
                      align="center", colour="soft"))  # fmt: skip
    return Piece(tuple(fields), tuple(decor))


def _header_line(page: PagePrint, scope: Scope, right: float, decor: list[Decor]) -> list[Field]:
    """Fields with their labels before them, then examples, then rules; left to right."""
    x = METRICS.inset_mm
    y = METRICS.header_mm - METRICS.box_mm - 1.2
    fields: list[Field] = []
    for item in page.fields.items:
        label = scope.label(item)
        baseline = centred_baseline(y, METRICS.box_mm, METRICS.label_pt)
        decor.append(text(x, baseline, label, METRICS.label_pt, bold=True))
        x += text_width_mm(label, METRICS.label_pt, bold=True) + 1.2
        fields.append(comb_field(item, scope.question(item), x, y))
        x += comb_width(item.groups) + 4.0
    for example in page.all("@example"):
        x = _example(example, x, y, decor) + 4.0
    _rules(page.all("@rule"), x, y, right - x, decor)
    return fields


def _example(example: str, x: float, y: float, decor: list[Decor]) -> float:
    """``label: BOXES|BOXES``; ``#`` is a box blacked out. Returns the right end."""
    label, _, combs = example.rpartition(":")
    if label:
        baseline = centred_baseline(y, METRICS.box_mm, METRICS.label_pt)
        decor.append(text(x, baseline, f"{label}:", METRICS.label_pt, bold=True))
        x += text_width_mm(f"{label}:", METRICS.label_pt, bold=True) + 1.2
    for comb in combs.strip(" ").split("|"):
        for cell, character in zip(cells(x, y, (len(comb),)), comb, strict=True):
            decor.append(Rect(kind="rect", box=cell, fill="paper", stroke="line", width_mm=0.25))
            if character == "#":
                inner = box(cell.x + 0.4, cell.y + 0.4, cell.width - 0.8, cell.height - 0.8)
                decor.append(Rect(kind="rect", box=inner, fill="ink"))
            elif character not in " _":
                baseline = centred_baseline(cell.y, cell.height, _EXAMPLE_PT)
                decor.append(text(cell.center[0], baseline, character, _EXAMPLE_PT, bold=True,
                                  align="center"))  # fmt: skip
        x += comb_width((len(comb),)) + 1.6
    return x


def _rules(rules: Sequence[str], x: float, y: float, width: float, decor: list[Decor]) -> None:
    lines = [line for rule in rules for line in wrap(rule, METRICS.small_pt, width)]
    step = 2.65
    top = y + METRICS.box_mm / 2 - step * len(lines) / 2
    for index, line in enumerate(lines):
        decor.append(text(x, top + step * index + step * 0.78, line, METRICS.small_pt))
