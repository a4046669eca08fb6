"""The boxes of a page as they are seen: measures of each, and what the mark network looks at."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.extract.patch import BOX_PX, SIDE_PX, Ink, shrunk
from formscan.extract.placing import Spot, boxes_of
from formscan.extract.reference import Blanks
from formscan.extract.strokes import BoxMeasures, measure_boxes, noise_level, pen_level

__all__ = ["INPUT_PX", "SeenBoxes", "see_boxes"]

INPUT_PX = 20
"""Side of the pictures that the mark network looks at: 8 px to a box, 6 px around it."""

_MOST_INK = 1.3
_BARE = 0.02
"""Share of a box's inside that is inked from which something is in it."""
_SOLID, _SOLID_PX = 0.6, 5
_STRIP_PX, _BASE = 3, 0.7
"""A solid that is printed stands on a side of the box: on so much of its length, so near."""


@dataclass(frozen=True, slots=True, eq=False)
class SeenBoxes:
    """The n boxes of a page.

    Attributes:
        measures: Of each box.
        inputs: (n, 2 * INPUT_PX ** 2 + 4) float32: ink and written ink, both relative to the
            page's pen; then noise and pen on the ink scale, size in scan pixels (log 2), round.
    """

    measures: BoxMeasures
    inputs: NDArray[np.float32] = dataclasses.field(repr=False)


def see_boxes(spots: Sequence[Spot], patches: Ink, blanks: Blanks) -> SeenBoxes:
    """Measure all boxes of a page, those of one shape together.

    Args:
        spots: The groups.
        patches: Ink of their boxes, placed on the printed outlines.
        blanks: What is printed in them.
    """
    parts = []
    inputs = np.zeros((len(patches), 2 * INPUT_PX**2 + 4), np.float32)
    for rounded in (False, True):
        members = [i for i, spot in enumerate(spots) if (spot.shape != "box") == rounded]
        at = boxes_of(spots, members)
        if not len(at):
            continue
        mine = patches if len(at) == len(patches) else patches[at]
        prints = blanks.subset(at)
        written = prints.written(mine)
        noise = noise_level(mine)
        pen = pen_level(mine, written, noise, rounded=rounded)
        measures = measure_boxes(mine, prints, written, pen, noise, rounded=rounded)
        parts.append((at, measures))
        sizes = [_size_px(spots[i]) for i in members for _ in spots[i].marks]
        bare = np.flatnonzero(measures.cover < _BARE)
        looked_at = _without_solids(mine, written, bare)
        inputs[at] = _inputs(*looked_at, pen, noise, sizes, rounded=rounded)
    return SeenBoxes(BoxMeasures.together(parts), inputs)


def _without_solids(patches: Ink, written: Ink, bare: NDArray[np.intp]) -> tuple[Ink, Ink]:
    """Ink and written ink without solid areas that stand on a side of an otherwise empty box.

    Arrows and tabs are printed there, black all over; what people fill beside a box stands apart.
    """
    based = [(patches[bare][:, strip] > _SOLID).mean(axis=1) >= _BASE for strip, _ in _SIDES]
    black = np.any(based, axis=0)
    if not black.any():
        return patches, written
    tall = np.pad(patches[bare[black]] > _SOLID, ((0, 0), (0, _SOLID_PX), (0, 0)))
    rows = tall.astype(np.uint8).reshape(-1, SIDE_PX)
    core = cv2.erode(rows, np.ones((_SOLID_PX, _SOLID_PX), np.uint8))
    grown = cv2.dilate(core, np.ones((2 * _SOLID_PX - 1, 2 * _SOLID_PX - 1), np.uint8))
    solid = grown.reshape(-1, SIDE_PX + _SOLID_PX, SIDE_PX)[:, :SIDE_PX].astype(bool)
    beyond = sum(on[black, None, None] & side for on, (_, side) in zip(based, _SIDES, strict=True))
    cleaned = (patches.copy(), written.copy())
    for each in cleaned:
        each[bare[black]] = np.where(solid & (beyond > 0), np.float32(0), each[bare[black]])
    return cleaned


Mask = NDArray[np.bool_]


def _sides() -> list[tuple[Mask, Mask]]:
    """Of each side of the box: a strip right outside of it, and all that lies beyond it."""
    y, x = np.mgrid[:SIDE_PX, :SIDE_PX] - (SIDE_PX - 1) / 2
    half, sides = BOX_PX / 2 + 1, []
    for along, across in ((x, y), (x, -y), (y, x), (y, -x)):
        beyond = across > half
        strip = beyond & (across < half + _STRIP_PX) & (np.abs(along) < BOX_PX / 2)
        sides.append((np.asarray(strip), np.asarray(beyond)))
    return sides


_SIDES = _sides()


def _size_px(spot: Spot) -> float:
    return min(spot.size_mm) * spot.crop.scan_px_per_mm


def _inputs(
    patches: Ink, written: Ink, pen: float, noise: float, sizes: Sequence[float], *, rounded: bool
) -> NDArray[np.float32]:
    times = patches.shape[1] // INPUT_PX
    pictures = [
        np.minimum(shrunk(ink, times).reshape(len(ink), -1) / np.float32(pen), _MOST_INK)
        for ink in (patches, written)
    ]
    page = np.tile(np.array([10 * noise, pen, 0.0, rounded], np.float32), (len(patches), 1))
    page[:, 2] = np.log2(np.maximum(sizes, 4.0)) - 5
    return np.hstack([*pictures, page])
