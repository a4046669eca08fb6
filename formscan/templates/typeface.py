"""The bundled typeface (Roboto Condensed, Apache-2.0, subset to Latin): names and widths."""

from __future__ import annotations

import functools
from importlib import resources

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

__all__ = ["ARROW_EM", "MM_PER_PT", "font_name", "text_width_mm", "wrap"]

MM_PER_PT = 25.4 / 72
ARROW_EM = 0.95
"""Advance of the drawn arrow, in units of the type size."""

_FILES = {
    "FormscanRegular": "RobotoCondensed-Regular.ttf",
    "FormscanBold": "RobotoCondensed-Bold.ttf",
}


@functools.cache
def _register() -> None:
    folder = resources.files("formscan.templates").joinpath("fonts")
    for name, file in _FILES.items():
        with resources.as_file(folder.joinpath(file)) as path:
            pdfmetrics.registerFont(TTFont(name, str(path)))


def font_name(bold: bool = False) -> str:
    """The name under which reportlab knows the face; registers it on first use."""
    _register()
    return "FormscanBold" if bold else "FormscanRegular"


@functools.cache
def text_width_mm(text: str, size_pt: float, bold: bool = False) -> float:
    """Advance width of one line, mm; an arrow counts ``ARROW_EM``."""
    plain = text.replace("→", "")
    arrows = len(text) - len(plain)
    width = pdfmetrics.stringWidth(plain, font_name(bold), size_pt) + arrows * ARROW_EM * size_pt
    return float(width) * MM_PER_PT


def wrap(text: str, size_pt: float, width_mm: float, bold: bool = False) -> list[str]:
    """Break ``text`` at spaces so that each line fits ``width_mm``; a long word stands alone."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width_mm(f"{lines[-1]} {word}", size_pt, bold) <= width_mm:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]
