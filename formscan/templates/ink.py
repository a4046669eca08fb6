"""The strokes of a printed page: a pen that thinks in millimetres from the top-left corner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import segno
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.colors import HexColor

from formscan.geometry import BoxMm
from formscan.templates.decor import Decor, Line, Rect, Role, Text
from formscan.templates.payload import PageCode, check_character
from formscan.templates.tags import MODULES, black_modules
from formscan.templates.typeface import ARROW_EM, font_name, text_width_mm

__all__ = [
    "PT_PER_MM",
    "Pen",
    "draw_bars",
    "draw_decor",
    "draw_qr",
    "draw_tag",
    "is_filled_in",
]

PT_PER_MM = 72 / 25.4

_WIDTHS = "abcd"
"""How reportlab writes bars (capitals) and spaces of one to four modules."""


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws on a reportlab canvas.

    Attributes:
        left_mm: X of the page's left edge on the sheet.
        top_mm: Height of the page's top edge above the sheet's lower edge.
        colours: Role → "#rrggbb".
    """

    canvas: Any
    left_mm: float
    top_mm: float
    colours: Mapping[Role, str]
    mono: bool

    def x(self, x_mm: float) -> float:
        """Points from the left edge of the sheet."""
        return (self.left_mm + x_mm) * PT_PER_MM

    def y(self, y_mm: float) -> float:
        """Points from the lower edge of the sheet."""
        return (self.top_mm - y_mm) * PT_PER_MM

    def rect(
        self,
        box: BoxMm,
        fill: Role = "none",
        stroke: Role = "none",
        width_mm: float = 0.2,
        round_mm: float = 0.0,
    ) -> None:
        """A rectangle, filled or outlined or both."""
        stroked = stroke != "none"
        if stroked:
            self.canvas.setStrokeColor(HexColor(self.colours[stroke]))
        if fill != "none":
            self.canvas.setFillColor(HexColor(self.colours[fill]))
        self.canvas.setLineWidth(width_mm * PT_PER_MM)
        place = (self.x(box.x), self.y(box.bottom), box.width * PT_PER_MM, box.height * PT_PER_MM)
        paint = {"stroke": int(stroked), "fill": int(fill != "none")}
        if round_mm:
            self.canvas.roundRect(*place, round_mm * PT_PER_MM, **paint)
        else:
            self.canvas.rect(*place, **paint)

    def outline(self, box: BoxMm, colour: str, width_mm: float, *, round_: bool) -> None:
        """A white box, or an ellipse, with an outline of ``colour`` ("#rrggbb")."""
        self.canvas.setStrokeColor(HexColor(colour))
        self.canvas.setFillColor(HexColor(self.colours["paper"]))
        self.canvas.setLineWidth(width_mm * PT_PER_MM)
        if round_:
            corners = (self.x(box.x), self.y(box.bottom), self.x(box.right), self.y(box.y))
            self.canvas.ellipse(*corners, stroke=1, fill=1)
        else:
            size = (box.width * PT_PER_MM, box.height * PT_PER_MM)
            self.canvas.rect(self.x(box.x), self.y(box.bottom), *size, stroke=1, fill=1)

    def black(self, x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> None:
        """A black rectangle without outline."""
        self.canvas.setFillGray(0)
        self.canvas.rect(
            self.x(x_mm), self.y(y_mm + height_mm), width_mm * PT_PER_MM, height_mm * PT_PER_MM,
            stroke=0, fill=1,
        )  # fmt: skip


def is_filled_in(item: Decor) -> bool:
    """Whether a text differs from sheet to sheet."""
    return isinstance(item, Text) and "{" in item.text


def draw_decor(pen: Pen, item: Decor, code: PageCode | None = None) -> None:
    """Paint one piece of decor; texts are filled with the page's code."""
    if isinstance(item, Rect):
        if pen.mono and item.fill == "wash":
            return
        stroke: Role = "line" if pen.mono and item.stroke == "band" else item.stroke
        pen.rect(item.box, item.fill, stroke, item.width_mm, item.round_mm)
    elif isinstance(item, Line):
        pen.canvas.setStrokeColor(HexColor(pen.colours[item.stroke]))
        pen.canvas.setLineWidth(item.width_mm * PT_PER_MM)
        pen.canvas.line(pen.x(item.x1), pen.y(item.y1), pen.x(item.x2), pen.y(item.y2))
    else:
        _draw_text(pen, item, code)


def _draw_text(pen: Pen, item: Text, code: PageCode | None) -> None:
    words = item.text
    if code is not None:
        check = check_character(code.print_run + code.serial)
        words = words.replace("{serial}", code.serial).replace("{check}", check)
        words = words.replace("{print_run}", code.print_run)
    width = text_width_mm(words, item.size_pt, item.bold)
    x = item.x - {"left": 0.0, "center": width / 2, "right": width}[item.align]
    pen.canvas.setFillColor(HexColor(pen.colours[item.colour]))
    for index, part in enumerate(words.split("→")):
        if index:
            _draw_arrow(pen, x, item)
            x += ARROW_EM * item.size_pt / PT_PER_MM
        if part:
            pen.canvas.setFont(font_name(item.bold), item.size_pt)
            pen.canvas.drawString(pen.x(x), pen.y(item.y), part)
            x += text_width_mm(part, item.size_pt, item.bold)


def _draw_arrow(pen: Pen, x: float, item: Text) -> None:
    em = item.size_pt / PT_PER_MM
    left, right, middle = x + 0.06 * em, x + 0.86 * em, item.y - 0.34 * em
    pen.canvas.setStrokeColor(HexColor(pen.colours[item.colour]))
    pen.canvas.setLineWidth(0.09 * item.size_pt)
    pen.canvas.line(pen.x(left), pen.y(middle), pen.x(right - 0.2 * em), pen.y(middle))
    head = pen.canvas.beginPath()
    head.moveTo(pen.x(right), pen.y(middle))
    head.lineTo(pen.x(right - 0.34 * em), pen.y(middle - 0.2 * em))
    head.lineTo(pen.x(right - 0.34 * em), pen.y(middle + 0.2 * em))
    head.close()
    pen.canvas.drawPath(head, stroke=0, fill=1)


def draw_tag(pen: Pen, box: BoxMm, tag_id: int) -> None:
    """An AprilTag 36h11 on white."""
    module = box.width / MODULES
    pen.rect(box.grow(module), fill="paper")
    _runs(pen, box, module, black_modules(tag_id))


def draw_qr(pen: Pen, box: BoxMm, text: str) -> None:
    """A QR code, error correction M, that fills ``box``; its quiet zone lies outside."""
    rows = segno.make_qr(text, error="m", boost_error=False).matrix
    module = box.width / len(rows)
    black = tuple(
        (column, row) for row, line in enumerate(rows) for column, dark in enumerate(line) if dark
    )
    _runs(pen, box, module, black)


def draw_bars(pen: Pen, box: BoxMm, digits: str) -> None:
    """A Code128 along the longer side of ``box``, which it fills; free paper lies outside."""
    code = Code128(digits, quiet=False)
    code.validate()
    code.encode()
    code.decompose()
    widths = [_WIDTHS.index(letter.lower()) + 1 for letter in code.decomposed]
    module = max(box.width, box.height) / sum(widths)
    at = 0.0
    for letter, width in zip(code.decomposed, widths, strict=True):
        if letter.isupper() and box.height > box.width:
            pen.black(box.x, box.y + at * module, box.width, width * module)
        elif letter.isupper():
            pen.black(box.x + at * module, box.y, width * module, box.height)
        at += width


def _runs(pen: Pen, box: BoxMm, module: float, black: tuple[tuple[int, int], ...]) -> None:
    """Black modules, those side by side as one rectangle: no hairlines between them."""
    start = 0
    for index in range(1, len(black) + 1):
        column, row = black[index - 1]
        if index < len(black) and black[index] == (column + 1, row):
            continue
        first = black[start][0]
        x, y = box.x + first * module, box.y + row * module
        pen.black(x, y, (column - first + 1) * module, module)
        start = index
