"""A cover sheet as a page to print; who only reads covers needs none of this."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas

from formscan.geometry import BoxMm
from formscan.templates import ink
from formscan.templates.cover import Cover, cover_payload
from formscan.templates.decor import GREY, Text
from formscan.templates.typeface import wrap

__all__ = ["draw_cover"]

_WIDTH_MM, _HEIGHT_MM, _LEFT_MM, _QR_MM = 210.0, 297.0, 20.0, 50.0
_QR = BoxMm(x=_WIDTH_MM - _LEFT_MM - _QR_MM, y=20, width=_QR_MM, height=_QR_MM)


def draw_cover(cover: Cover, title: str, facts: Sequence[tuple[str, str]], advice: str) -> bytes:
    """A PDF of one A4 page.

    Args:
        cover: What the QR says.
        title: Large, at the top.
        facts: Label and value, one line each, large enough to read from a shelf.
        advice: What to do with the sheet.
    """
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1, pageCompression=1)
    canvas.setPageSize((_WIDTH_MM * ink.PT_PER_MM, _HEIGHT_MM * ink.PT_PER_MM))
    canvas.setTitle(f"formscan {cover.bundle}")
    pen = ink.Pen(canvas=canvas, left_mm=0, top_mm=_HEIGHT_MM, colours=GREY, mono=True)
    ink.draw_qr(pen, _QR, cover_payload(cover))
    _write(pen, 34, title, 26, bold=True)
    for line, (label, value) in enumerate(facts):
        _write(pen, 92 + 26 * line, label, 14)
        _write(pen, 104 + 26 * line, value, 30, bold=True)
    for line, words in enumerate(wrap(advice, 12, _WIDTH_MM - 2 * _LEFT_MM)):
        _write(pen, 100 + 26 * len(facts) + 6 * line, words, 12)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _write(pen: ink.Pen, y_mm: float, words: str, size_pt: float, *, bold: bool = False) -> None:
    line = Text(kind="text", x=_LEFT_MM, y=y_mm, text=words, size_pt=size_pt, bold=bold)
    ink.draw_decor(pen, line)
