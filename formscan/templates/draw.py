"""Template → PDF, one page a page code, exact to the millimetre.

The same template and codes give the same bytes: no clock, no random names.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Literal

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from formscan.errors import TemplateError
from formscan.geometry import BoxMm
from formscan.templates import ink
from formscan.templates.decor import DROP_OUT, GREY, TINTED, Role
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
    codes: Sequence[PageCode],
    *,
    mono: bool = False,
    paper: Paper = "a4",
) -> bytes:
    """A PDF with one page per code.

    Args:
        template: The form; must hold the page types that ``codes`` name.
        codes: What the QR of each page says.
        mono: Thin grey lines instead of the drop-out tint.
        paper: F4 holds the A4 geometry unscaled and centred.

    Raises:
        TemplateError: A code names another form, version or page.
    """
    _check(template, codes)
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, pageCompression=1)
    canvas.setTitle(f"{template.form} {template.version}")
    canvas.setCreator("formscan")
    for code in codes:
        layout = template.layout(code.page)
        width, height = _sheet_size(layout, paper)
        canvas.setPageSize((width * ink.PT_PER_MM, height * ink.PT_PER_MM))
        pen = ink.Pen(
            canvas=canvas,
            left_mm=(width - layout.width_mm) / 2,
            top_mm=height - (height - layout.height_mm) / 2,
            colours=GREY if mono else TINTED,
            mono=mono,
        )
        _draw_page(pen, layout, code)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _check(template: Template, codes: Sequence[PageCode]) -> None:
    pages = {layout.page for layout in template.pages}
    for code in codes:
        if (code.form, code.version) != (template.form, template.version) or code.page not in pages:
            wanted = f"{code.form} {code.version} page {code.page}"
            raise TemplateError(template.form, (f"cannot draw {wanted} with this template",))


def _sheet_size(layout: PageLayout, paper: Paper) -> tuple[float, float]:
    """(width, height) mm of the sheet, turned as the page is."""
    short, long = SHEETS[paper]
    if paper == "a4":
        return layout.width_mm, layout.height_mm
    return (long, short) if layout.width_mm > layout.height_mm else (short, long)


def _draw_page(pen: ink.Pen, layout: PageLayout, code: PageCode) -> None:
    for item in layout.decor:
        ink.draw_decor(pen, item, code)
    for field in layout.fields:
        _draw_field(pen, field)
    for anchor in layout.anchors:
        if anchor.kind == "tag":
            ink.draw_tag(pen, anchor.box, anchor.tag_id)
    if layout.qr_box is not None:
        ink.draw_qr(pen, layout.qr_box, payload(code))


def _draw_field(pen: ink.Pen, field: Field) -> None:
    grid = [mark for column in field.columns for mark in column]
    boxes = list(field.cells) or [mark.box for mark in (*field.marks, *grid)] or [field.box]
    width = _MONO_LINE_MM if pen.mono else _LINE_MM
    for box in boxes:
        _outline(pen, box, field, width)


def _outline(pen: ink.Pen, box: BoxMm, field: Field, width: float) -> None:
    stroke: Role = "line"
    if field.drop_out and field.drop_out != DROP_OUT and not pen.mono:
        pen.canvas.setStrokeColor(HexColor(field.drop_out))
        pen.rect(box, fill="paper", stroke=None, width_mm=width)
        return
    if field.shape in ("circle", "bubble"):
        pen.ellipse(box, stroke=stroke, width_mm=width)
    else:
        pen.rect(box, fill="paper", stroke=stroke, width_mm=width)
