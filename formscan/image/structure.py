"""The printed box outlines of a page, and the channel of a scan in which they are darkest.

A drop-out tint is nearly white in one channel and darkest in another: an orange line is seen
best in blue. What the readers want to lose is what registration wants to see.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from formscan.geometry import BoxMm, Points
from formscan.image.kept import once_per_layout
from formscan.page import Page, Picture
from formscan.templates.model import Field, PageLayout

__all__ = ["Channel", "Segments", "outline_segments", "structure_channel"]

_MIN_LENGTH_MM = 2.0
_PIECE_MM = 8.0
_INSET = 0.15


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """Printed lines of one direction.

    Attributes:
        middle_mm: (n, 2) their middles.
        half_mm: (n,) half of the length that is sampled; corners are left out.
        axis: 0 for upright lines (they tell x), 1 for level ones (they tell y).
    """

    middle_mm: Points = dataclasses.field(repr=False)
    half_mm: np.ndarray[tuple[int], np.dtype[np.float64]] = dataclasses.field(repr=False)
    axis: int

    def __len__(self) -> int:
        return len(self.half_mm)


@dataclass(frozen=True, slots=True, eq=False)
class Channel:
    """One channel of a scan at reduced resolution.

    Attributes:
        gray: (h, w) uint8.
        scale: Its pixels per pixel of the scan.
    """

    gray: Picture = dataclasses.field(repr=False)
    scale: float

    def from_scan_px(self, points_px: Points) -> Points:
        """Pixel coordinates of the scan in this picture."""
        return (points_px + 0.5) * self.scale - 0.5


@once_per_layout
def outline_segments(layout: PageLayout) -> tuple[Segments, Segments]:
    """(upright, level) outlines of every box cell and square mark of the page, each line once."""
    upright: dict[tuple[int, int, int], tuple[float, float, float]] = {}
    level: dict[tuple[int, int, int], tuple[float, float, float]] = {}
    boxes = [box for field in layout.fields for box in _printed_boxes(field)]
    if not boxes:
        return _area_outlines(layout)
    for box in boxes:
        for x in (box.x, box.right):
            key = (round(10 * x), round(2 * box.y), round(2 * box.height))
            upright[key] = (x, box.center[1], box.height)
        for y in (box.y, box.bottom):
            key = (round(10 * y), round(2 * box.x), round(2 * box.width))
            level[key] = (box.center[0], y, box.width)
    return _segments(upright.values(), 0), _segments(level.values(), 1)


def _area_outlines(layout: PageLayout) -> tuple[Segments, Segments]:
    """Outlines of the free areas, in short pieces, for pages that have no other boxes."""
    upright: list[tuple[float, float, float]] = []
    level: list[tuple[float, float, float]] = []
    for box in (field.box for field in layout.fields if field.drop_out):
        count = math.ceil(box.height / _PIECE_MM)
        middles = box.y + box.height * (np.arange(count) + 0.5) / count
        upright += [(x, y, box.height / count) for x in (box.x, box.right) for y in middles]
        count = math.ceil(box.width / _PIECE_MM)
        middles = box.x + box.width * (np.arange(count) + 0.5) / count
        level += [(x, y, box.width / count) for y in (box.y, box.bottom) for x in middles]
    return _segments(upright, 0), _segments(level, 1)


def _printed_boxes(field: Field) -> Iterator[BoxMm]:
    yield from field.cells
    if field.shape == "box":
        yield from (mark.box for mark in field.marks)
        yield from (mark.box for column in field.columns for mark in column)


def _segments(lines: object, axis: int) -> Segments:
    table = np.array(list(lines), dtype=np.float64).reshape(-1, 3)  # type: ignore[call-overload]
    table = table[table[:, 2] >= _MIN_LENGTH_MM]
    return Segments(table[:, :2], table[:, 2] * (0.5 - _INSET), axis)


def structure_channel(page: Page, layout: PageLayout, px_per_mm: float) -> Channel:
    """The channel in which the page's lines are darkest, at 5 to 10 px per mm."""
    gray = page.gray
    if page.bgr is not None:
        index = darkest_channel(layout)
        if index is not None:
            gray = np.asarray(cv2.extractChannel(page.bgr, index), np.uint8)
    shrink = max(1, round(px_per_mm / 6.0))
    if shrink == 1:
        return Channel(gray, 1.0)
    size = (gray.shape[1] // shrink, gray.shape[0] // shrink)
    cropped = gray[: size[1] * shrink, : size[0] * shrink]
    small = cv2.resize(cropped, size, interpolation=cv2.INTER_AREA)
    return Channel(np.asarray(small, np.uint8), 1.0 / shrink)


def darkest_channel(layout: PageLayout) -> int | None:
    """0 blue, 1 green, 2 red: where the commonest tint of the page is darkest; None for grey."""
    tints = [field.drop_out for field in layout.fields if field.drop_out]
    if not tints:
        return None
    tint = max(sorted(set(tints)), key=tints.count)
    blue, green, red = (int(tint[start : start + 2], 16) for start in (5, 3, 1))
    levels = (blue, green, red)
    return None if max(levels) - min(levels) < 16 else levels.index(min(levels))
