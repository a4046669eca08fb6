"""What is printed on a page besides its fields: texts, rules and areas, in millimetres.

Colours are roles, so that the same geometry prints in a drop-out tint or, for laser printers
and photocopiers, in thin grey lines.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Constraint

from formscan.geometry import BoxMm

__all__ = ["DROP_OUT", "GREY", "TINTED", "Decor", "Line", "Rect", "Role", "Text"]

Role = Literal["none", "ink", "soft", "line", "band", "wash", "paper"]

DROP_OUT = "#ff9f70"
"""Outline of the boxes: full red, so that it vanishes in the red channel, yet seen by eye."""

TINTED: dict[Role, str] = {
    "ink": "#14110f",
    "soft": "#4a4541",
    "line": DROP_OUT,
    "band": "#ffcdb0",
    "wash": "#fff2ea",
    "paper": "#ffffff",
}
"""Colours of a form printed in colour."""

GREY: dict[Role, str] = {
    "ink": "#000000",
    "soft": "#333333",
    "line": "#a0a0a0",
    "band": "#ffffff",
    "wash": "#ffffff",
    "paper": "#ffffff",
}
"""Colours of ``--mono``: no halftoned areas, boxes as thin grey lines."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(_Frozen):
    """One line of text.

    ``{serial}``, ``{check}`` and ``{print_run}`` are filled when a sheet is printed; ``→`` is
    drawn as an arrow.

    Attributes:
        x: Left end, middle or right end (see ``align``), mm.
        y: Baseline, mm.
    """

    kind: Literal["text"]
    x: float
    y: float
    text: str
    size_pt: float = 7.0
    bold: bool = False
    align: Literal["left", "center", "right"] = "left"
    colour: Role = "ink"


class Rect(_Frozen):
    """An area with or without outline."""

    kind: Literal["rect"]
    box: BoxMm
    fill: Role = "none"
    stroke: Role = "none"
    width_mm: float = 0.2
    round_mm: float = 0.0


class Line(_Frozen):
    """A straight rule."""

    kind: Literal["line"]
    x1: float
    y1: float
    x2: float
    y2: float
    stroke: Role = "line"
    width_mm: float = 0.2


Decor = Annotated[Text | Rect | Line, Constraint(discriminator="kind")]
