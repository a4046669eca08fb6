"""Cover sheets: what lies on top of a bundle of forms, and how many sheets it counts.

The QR holds ``FC1|bundle|area|kader|sheets|check``: six base32 characters, random per cover, a
region code or nothing, an enumerator's code or nothing, the number of sheets of paper, and the
check character of all four. A cover says nothing about the pages behind it but their number.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import NamedTuple

from reportlab.pdfgen.canvas import Canvas

from formscan.geometry import BoxMm
from formscan.templates import ink
from formscan.templates.decor import GREY, Text
from formscan.templates.payload import check_character
from formscan.templates.typeface import wrap

__all__ = ["KADER", "Cover", "cover_payload", "draw_cover", "parse_cover"]

KADER = re.compile(r"[0-9A-Z]{0,12}")
"""An enumerator's code on a cover."""

_PAYLOAD = re.compile(
    rf"FC1\|(?P<bundle>[0-9A-Z]{{6}})\|(?P<area>[0-9]{{0,10}})\|(?P<kader>{KADER.pattern})"
    r"\|(?P<sheets>[0-9]{1,4})\|(?P<check>[0-9A-Z])"
)
_WIDTH_MM, _HEIGHT_MM, _LEFT_MM, _QR_MM = 210.0, 297.0, 20.0, 50.0
_QR = BoxMm(x=_WIDTH_MM - _LEFT_MM - _QR_MM, y=20, width=_QR_MM, height=_QR_MM)


class Cover(NamedTuple):
    """What a cover sheet says."""

    bundle: str
    area: str
    kader: str
    sheets: int


def cover_payload(cover: Cover) -> str:
    """The text of the QR."""
    check = check_character(f"{cover.bundle}{cover.area}{cover.kader}{cover.sheets}")
    return f"FC1|{cover.bundle}|{cover.area}|{cover.kader}|{cover.sheets}|{check}"


def parse_cover(text: str) -> Cover | None:
    """The cover in a QR's text, or None where it is none or its check is wrong."""
    found = _PAYLOAD.fullmatch(text)
    if found is None:
        return None
    cover = Cover(found["bundle"], found["area"], found["kader"], int(found["sheets"]))
    return cover if cover_payload(cover) == text else None


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
