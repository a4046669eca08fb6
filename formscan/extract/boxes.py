"""The boxes of a page as they are seen: measures of each, and what the mark network looks at."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formscan.extract.patch import Ink, shrunk
from formscan.extract.placing import Spot, boxes_of
from formscan.extract.reference import Blanks
from formscan.extract.strokes import BoxMeasures, measure_boxes, noise_level, pen_level

__all__ = ["INPUT_PX", "SeenBoxes", "see_boxes"]

INPUT_PX = 20
"""Side of the pictures that the mark network looks at: 8 px to a box, 6 px around it."""

_MOST_INK = 1.3


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
        inputs[at] = _inputs(mine, written, pen, noise, sizes, rounded=rounded)
    return SeenBoxes(BoxMeasures.together(parts), inputs)


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
