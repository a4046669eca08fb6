"""Printed squares, rings and L-corners as small pictures, looked for like any anchor picture."""

from __future__ import annotations

import base64

import cv2
import numpy as np

from formscan.geometry import BoxMm
from formscan.image.kept import once_per_layout
from formscan.page import Picture
from formscan.templates.model import Anchor, PageLayout

__all__ = ["SHAPES", "with_pictures"]

SHAPES = frozenset({"square", "ring", "corner"})

_SIDE_PX = 64
_QUIET = 0.3
"""Paper around a shape that belongs to its picture, as a share of its shorter side."""
_STROKE = 0.2
"""Stroke of rings and corners, likewise."""


@once_per_layout
def with_pictures(layout: PageLayout) -> PageLayout:
    """The page with a picture in place of each square, ring and corner."""
    anchors = tuple(
        _pictured(anchor, layout) if anchor.kind in SHAPES else anchor for anchor in layout.anchors
    )
    return layout.model_copy(update={"anchors": anchors})


def _pictured(anchor: Anchor, layout: PageLayout) -> Anchor:
    quiet_mm = _QUIET * min(anchor.box.width, anchor.box.height)
    drawn = cv2.imencode(".png", _drawn(anchor, layout))[1].tobytes()
    png = base64.b64encode(drawn).decode()
    return Anchor(kind="picture", box=anchor.box.grow(quiet_mm), picture_png=png)


def _drawn(anchor: Anchor, layout: PageLayout) -> Picture:
    """Black on white, with the quiet zone; the arms of a corner lie along the sheet's edges."""
    scale = _SIDE_PX / min(anchor.box.width, anchor.box.height)
    width, height = round(anchor.box.width * scale), round(anchor.box.height * scale)
    inner = np.full((height, width), 255, np.uint8)
    stroke = round(_STROKE * _SIDE_PX)
    if anchor.kind == "square":
        inner[:] = 0
    elif anchor.kind == "ring":
        middle = (width // 2, height // 2)
        cv2.circle(inner, middle, (_SIDE_PX - stroke) // 2, (0,), stroke, cv2.LINE_AA)
    else:
        right, low = _beyond_middle(anchor.box, layout)
        inner[height - stroke :] = 0 if low else inner[height - stroke :]
        inner[:stroke] = inner[:stroke] if low else 0
        inner[:, width - stroke :] = 0 if right else inner[:, width - stroke :]
        inner[:, :stroke] = inner[:, :stroke] if right else 0
    quiet = round(_QUIET * _SIDE_PX)
    return np.pad(inner, quiet, constant_values=255)


def _beyond_middle(box: BoxMm, layout: PageLayout) -> tuple[bool, bool]:
    x, y = box.center
    return x > layout.width_mm / 2, y > layout.height_mm / 2
