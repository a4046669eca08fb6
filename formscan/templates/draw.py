"""Template → PDF, one page a page code, exact to the millimetre.

The same template and codes give the same bytes: no clock, no random names.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Literal

from reportlab.pdfgen.canvas import Canvas

from formscan.errors import TemplateError, told
from formscan.templates import ink
from formscan.templates.bars import bars_text
from formscan.templates.decor import GREY, TINTED
from formscan.templates.model import Field, PageLayout, Template
from formscan.templates.payload import PageCode, payload

__all__ = ["SHEETS", "Paper", "draw_pages"]

Paper = Literal["a4", "f4"]

SHEETS: dict[str, tuple[float, float]] = {"a4": (210.0, 297.0), "f4": (215.0, 330.0)}
"""Short and long side, mm."""

_LINE_MM = 0.25
_MONO_LINE_MM = 0.15


def draw_pages(
    template: Template,
    codes: Sequence[PageCode | None],
    *,
    mono: bool = False,
    paper: Paper = "a4",
) -> bytes:
    """A PDF with one page per code.

    Args:
        template: The form; must hold the page types that ``codes`` name.
        codes: What the QR and the bars of each page say; None is the empty back of the page before.
        mono: Thin grey lines instead of the drop-out tint.
        paper: F4 holds the A4 geometry unscaled and centred.

    Raises:
        TemplateError: A code names another form, version or page.
    """
    _check(template, [code for code in codes if code is not None])
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, pageCompression=1)
    canvas.setTitle(f"{template.form} {template.version}")
    canvas.setCreator("formscan")
    drawn: set[int] = set()
    for code in codes:
        if code is None:
            canvas.showPage()
            continue
        layout = template.layout(code.page)
        width, height = (side * ink.PT_PER_MM for side in _sheet_size(layout, paper))
        pen = _pen(canvas, layout, paper, mono)
        if code.page not in drawn:
            canvas.beginForm(f"page{code.page}", 0, 0, width, height)
            _draw_blank(pen, layout)
            canvas.endForm()
            drawn.add(code.page)
        canvas.setPageSize((width, height))
        canvas.doForm(f"page{code.page}")
        _draw_identity(pen, layout, code)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _check(template: Template, codes: Sequence[PageCode]) -> None:
    pages = {layout.page for layout in template.pages}
    for code in codes:
        if (code.form, code.version) != (template.form, template.version) or code.page not in pages:
            wanted = f"{code.form} {code.version} page {code.page}"
            raise TemplateError(template.form, (told("template.cannot_draw", wanted=wanted),))


def _sheet_size(layout: PageLayout, paper: Paper) -> tuple[float, float]:
    """(width, height) mm of the sheet, turned as the page is."""
    short, long = SHEETS[paper]
    if paper == "a4":
        return layout.width_mm, layout.height_mm
    return (long, short) if layout.width_mm > layout.height_mm else (short, long)


def _pen(canvas: Canvas, layout: PageLayout, paper: Paper, mono: bool) -> ink.Pen:
    width, height = _sheet_size(layout, paper)
    return ink.Pen(
        canvas=canvas,
        left_mm=(width - layout.width_mm) / 2,
        top_mm=height - (height - layout.height_mm) / 2,
        colours=GREY if mono else TINTED,
        mono=mono,
    )


def _draw_blank(pen: ink.Pen, layout: PageLayout) -> None:
    """What all sheets of a page type share: it is stored once in the PDF."""
    for item in layout.decor:
        if not ink.is_filled_in(item):
            ink.draw_decor(pen, item)
    for field in layout.fields:
        _draw_field(pen, field)
    for anchor in layout.anchors:
        if anchor.kind == "tag":
            ink.draw_tag(pen, anchor.box, anchor.tag_id)


def _draw_identity(pen: ink.Pen, layout: PageLayout, code: PageCode) -> None:
    for item in layout.decor:
        if ink.is_filled_in(item):
            ink.draw_decor(pen, item, code)
    if layout.qr_box is not None:
        ink.draw_qr(pen, layout.qr_box, payload(code))
    if layout.bars_box is not None:
        ink.draw_bars(pen, layout.bars_box, bars_text(code))


def _draw_field(pen: ink.Pen, field: Field) -> None:
    grid = [mark for column in field.columns for mark in column]
    boxes = list(field.cells) or [mark.box for mark in (*field.marks, *grid)] or [field.box]
    width = _MONO_LINE_MM if pen.mono else _LINE_MM
    colour = pen.colours["line"] if pen.mono else field.drop_out or pen.colours["ink"]
    for box in boxes:
        pen.outline(box, colour, width, round_=field.shape != "box")
