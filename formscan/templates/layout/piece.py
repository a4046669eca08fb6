"""What a block of the page becomes: fields and the print around them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from formscan.geometry import BoxMm
from formscan.templates.decor import Decor, Role, Text
from formscan.templates.model import Field
from formscan.templates.typeface import MM_PER_PT

__all__ = ["Piece", "box", "centred_baseline", "join", "text"]

CAP_HEIGHT_EM = 0.711
"""Height of capitals of the bundled typeface."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Fields in printed order; decor in the order in which it is painted."""

    fields: tuple[Field, ...] = ()
    decor: tuple[Decor, ...] = ()


def join(pieces: Iterable[Piece]) -> Piece:
    """All fields and all decor, in order."""
    parts = list(pieces)
    return Piece(
        tuple(field for part in parts for field in part.fields),
        tuple(item for part in parts for item in part.decor),
    )


def box(x: float, y: float, width: float, height: float) -> BoxMm:
    """A box rounded to micrometres, so that a template reads well and hashes alike."""
    return BoxMm(x=round(x, 3), y=round(y, 3), width=round(width, 3), height=round(height, 3))


def centred_baseline(y: float, height: float, size_pt: float) -> float:
    """The baseline that centres capitals between ``y`` and ``y + height``."""
    return y + (height + CAP_HEIGHT_EM * size_pt * MM_PER_PT) / 2


def text(
    x: float,
    y: float,
    words: str,
    size_pt: float,
    *,
    bold: bool = False,
    align: str = "left",
    colour: Role = "ink",
) -> Text:
    """A line of text with its baseline at ``y``."""
    return Text.model_validate(
        {
            "kind": "text",
            "x": round(x, 3),
            "y": round(y, 3),
            "text": words,
            "size_pt": size_pt,
            "bold": bold,
            "align": align,
            "colour": colour,
        }
    )
