"""Printed corner marks of foreign sheets as anchor pictures: angles, rings, discs and squares.

Files that tell where a mark is, but not what it looks like, get a picture of each look; the one
that all corners of a scan show best is taken.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.templates.importers.foreign import rounded_box
from formscan.templates.model import Anchor

__all__ = ["Corner", "Look", "corner_anchors"]

Corner = Literal["top_left", "top_right", "bottom_right", "bottom_left"]

_PX_PER_MM = 8.0


@dataclass(frozen=True, slots=True)
class Look:
    """One way in which corner marks may be printed.

    Attributes:
        kind: An ``angle`` and a ``square`` have their outer corner at the mark's point and reach
            inwards from there; a ``ring`` and a ``disc`` have it in their middle.
        size_mm: Length of an arm, side, or diameter.
        line_mm: Width of the lines of angles and rings.
        inset_mm: How far inside of the point the outer edge of an angle lies.
        inner_mm: (distance from the point, side) of a small box printed inside an angle.
        filled: Whether that box is black; else its outline is printed.
    """

    kind: Literal["angle", "square", "ring", "disc"]
    size_mm: float
    line_mm: float = 0.0
    inset_mm: float = 0.0
    inner_mm: tuple[float, float] | None = None
    filled: bool = False


def corner_anchors(
    corners: Mapping[Corner, tuple[float, float]],
    looks: Mapping[Corner, Sequence[Look]],
    reach_mm: float,
) -> tuple[Anchor, ...]:
    """Anchor pictures of the corner marks of a sheet, each with the mark's point in its middle.

    Args:
        corners: Where the points of the marks are, mm.
        looks: How the mark of each corner may look, likeliest first, as many for each.
        reach_mm: How far the picture reaches from the point on each side.
    """
    anchors = []
    for corner, (x, y) in corners.items():
        first, *others = (_png(_drawn(corner, look, reach_mm)) for look in looks[corner])
        box = rounded_box(x - reach_mm, y - reach_mm, x + reach_mm, y + reach_mm)
        anchors.append(Anchor(kind="picture", box=box, picture_png=first, other_pngs=tuple(others)))
    return tuple(anchors)


def _drawn(corner: Corner, look: Look, reach_mm: float) -> NDArray[np.uint8]:
    """Black on white, the point in the middle; drawn as a top left corner, then mirrored."""
    side = 2 * round(reach_mm * _PX_PER_MM) + 1
    picture = np.full((side, side), 255, np.uint8)
    middle = side // 2
    size, line = _px(look.size_mm), max(1, _px(look.line_mm))
    if look.kind == "ring":
        cv2.circle(picture, (middle, middle), (size - line) // 2, (0,), line, cv2.LINE_AA)
    elif look.kind == "disc":
        cv2.circle(picture, (middle, middle), size // 2, (0,), -1, cv2.LINE_AA)
    else:
        start = middle + _px(look.inset_mm)
        _fill(picture, start, start, size, line if look.kind == "angle" else size)
        _fill(picture, start, start, line if look.kind == "angle" else size, size)
    if look.inner_mm is not None:
        start, inner = middle + _px(look.inner_mm[0]), _px(look.inner_mm[1])
        cv2.rectangle(picture, (start, start), (start + inner, start + inner), (0,),
                      -1 if look.filled else line)  # fmt: skip
    across = picture[:, ::-1] if corner.endswith("right") else picture
    return np.ascontiguousarray(across[::-1] if corner.startswith("bottom") else across)


def _fill(picture: NDArray[np.uint8], x: int, y: int, width: int, height: int) -> None:
    picture[max(y, 0) : y + height, max(x, 0) : x + width] = 0


def _px(length_mm: float) -> int:
    return round(length_mm * _PX_PER_MM)


def _png(picture: NDArray[np.uint8]) -> str:
    return base64.b64encode(cv2.imencode(".png", picture)[1].tobytes()).decode("ascii")
