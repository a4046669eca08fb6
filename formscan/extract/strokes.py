"""Measures of what was written in and around the boxes of a page, print removed."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.extract.patch import BOX_PX, EDGE_PX, SIDE_PX, Ink
from formscan.extract.reference import Blanks

__all__ = ["MEASURE_NAMES", "BoxMeasures", "measure_boxes", "noise_level", "pen_level"]

_DEFAULT_PEN = 0.8
_SEEN_INK = 0.15
_LEAST_COVER = 0.04
_SIGMAS = 4.0
_INSET_PX = 3
_SPECK_PX = 6

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class BoxMeasures:
    """Ink of n boxes, (n,) each; shares are 0 to 1.

    Attributes:
        cover: Part of the inside that is covered with written ink.
        full: Part of the whole box, outline included, that is covered.
        extent: Diagonal of the largest stroke's part inside, relative to the box's diagonal.
        inside: Part of that stroke's ink that lies inside the box.
        around: Part of a ring outside that is covered.
        fill: Mean ink where the empty box is white, relative to the pen; print not removed.
        core: How far the middle went from its print (0) to the pen (1); below 0 if lighter.
        blackness: Ink of the strokes relative to the page's pen.
        strokes: Number of separate strokes inside, specks apart.
    """

    cover: Values
    full: Values
    extent: Values
    inside: Values
    around: Values
    fill: Values
    core: Values
    blackness: Values
    strokes: Values

    @classmethod
    def together(cls, parts: Sequence[tuple[NDArray[np.intp], BoxMeasures]]) -> BoxMeasures:
        """The measures of several sets of boxes, each with the positions of its boxes."""
        order = np.argsort(np.concatenate([at for at, _ in parts]))
        joined = {
            name: np.concatenate([getattr(one, name) for _, one in parts])[order]
            for name in MEASURE_NAMES
        }
        return cls(**joined)

    def of(self, index: int) -> dict[str, float]:
        """The measures of one box by name."""
        return {name: float(getattr(self, name)[index]) for name in MEASURE_NAMES}


MEASURE_NAMES = tuple(field.name for field in dataclasses.fields(BoxMeasures))
"""Names of the measures of a box."""


def _masks() -> dict[str, NDArray[np.bool_]]:
    y, x = np.mgrid[:SIDE_PX, :SIDE_PX] - (SIDE_PX - 1) / 2
    square = np.maximum(np.abs(x), np.abs(y))
    radius = np.hypot(x, y)
    half = BOX_PX / 2
    return {
        "box": square < half - _INSET_PX,
        "round": radius < half - _INSET_PX / 2,
        "core": radius < 0.25 * BOX_PX,
        "whole": square < half,
        "ring": (square > half + 1.5) & (square < half + EDGE_PX / 2),
    }


_MASK = _masks()
_AT = {name: np.flatnonzero(mask) for name, mask in _MASK.items()}


def _inner(rounded: bool) -> str:
    return "round" if rounded else "box"


def noise_level(patches: Ink) -> float:
    """Standard deviation of blank paper on the ink scale, from the page's quieter boxes.

    Differences of pixels two apart tell noise from strokes, which are wider.
    """
    if not len(patches):
        return 0.0
    inner = slice(EDGE_PX + _INSET_PX, EDGE_PX + BOX_PX - _INSET_PX)
    box = patches[:, inner, inner]
    steps = np.abs(box[:, :, 2:] - box[:, :, :-2]).reshape(len(box), -1)
    middle = steps.shape[1] // 2
    spreads = np.partition(steps, middle, axis=1)[:, middle]
    return float(np.percentile(spreads, 25) / (0.6745 * np.sqrt(2)))


def pen_level(patches: Ink, written: Ink, noise: float, *, rounded: bool) -> float:
    """Darkness of this page's own marks, 0.25 to 1.2 of the darkest ink; 0.8 if there are none.

    Args:
        patches: Ink maps of all boxes of one shape.
        written: What of it is beyond the print.
        noise: See ``noise_level``.
        rounded: Circles or bubbles instead of squares.
    """
    at = _AT[_inner(rounded)]
    seen = min(max(_SEEN_INK, _SIGMAS * noise), 0.4)
    beyond = written.reshape(len(written), -1)[:, at] > seen
    marked = np.flatnonzero(beyond.sum(axis=1) > _LEAST_COVER * len(at))
    inks = patches.reshape(len(patches), -1)[:, at]
    levels = sorted(_upper_quartile(inks[index][beyond[index]]) for index in marked)
    return min(max(levels[len(levels) // 2], 0.25), 1.2) if levels else _DEFAULT_PEN


def _upper_quartile(values: NDArray[np.float32]) -> float:
    kth = 3 * (len(values) - 1) // 4
    return float(np.partition(values, kth)[kth])


def measure_boxes(
    patches: Ink, blanks: Blanks, written: Ink, pen: float, noise: float, *, rounded: bool
) -> BoxMeasures:
    """Measure boxes of one shape.

    Args:
        patches: Ink maps, placed on the printed outlines.
        blanks: What is printed there.
        written: What of the ink is beyond the print.
        pen: Darkness of the page's marks, see ``pen_level``.
        noise: See ``noise_level``.
        rounded: Circles or bubbles instead of squares.
    """
    count, inner = len(patches), _inner(rounded)
    flat, beyond = patches.reshape(count, -1), written.reshape(count, -1)
    binary = beyond > min(max(0.4 * pen, 0.12, _SIGMAS * noise), 0.5)
    inside_ink = binary[:, _AT[inner]]
    extent, inside, strokes = _largest(binary.reshape(patches.shape), _MASK[inner])
    prints = blanks.maps.reshape(len(blanks.maps), -1)
    white = np.clip(1 - 2.5 * prints[:, _AT[inner]], 0.02, 1.0)
    white /= white.sum(axis=1, keepdims=True)
    core_print = prints[:, _AT["core"]].mean(axis=1)[blanks.of]
    core_ink = np.minimum(flat[:, _AT["core"]], 1.2).mean(axis=1)
    covered = inside_ink.sum(axis=1)
    dark = (beyond[:, _AT[inner]] * inside_ink).sum(axis=1) / np.maximum(covered, 1)
    return BoxMeasures(
        cover=covered / inside_ink.shape[1],
        full=binary[:, _AT["whole"]].mean(axis=1),
        extent=extent,
        inside=inside,
        around=binary[:, _AT["ring"]].mean(axis=1),
        fill=(np.minimum(flat[:, _AT[inner]], 1.2) * white[blanks.of]).sum(axis=1) / pen,
        core=(core_ink - core_print) / np.maximum(pen - core_print, 0.3),
        blackness=dark / pen,
        strokes=strokes,
    )


def _largest(binary: NDArray[np.bool_], inner: NDArray[np.bool_]) -> tuple[Values, Values, Values]:
    """(extent, inside, strokes) of the connected ink that reaches inside, per box.

    Boxes with ink stand below each other in one picture, a blank row between them.
    """
    extent, inside, strokes = np.zeros(len(binary)), np.ones(len(binary)), np.zeros(len(binary))
    inked = np.flatnonzero(binary[:, inner].any(axis=1))
    if not len(inked):
        return extent, inside, strokes
    count, (height, width) = len(inked), inner.shape
    apart = np.zeros((count, height + 1, width), np.uint8)
    apart[:, :height] = binary[inked]
    _, labels, stats, _ = cv2.connectedComponentsWithStats(apart.reshape(-1, width), connectivity=8)
    pieces = len(stats)
    boxes = labels.reshape(count, height + 1, width)[:, :height]
    number, rows, columns = np.nonzero(np.where(inner, boxes, 0))
    piece = np.asarray(boxes[number, rows, columns], np.intp)
    within = np.bincount(piece, minlength=pieces)
    low, high = np.full((2, pieces), height), np.full((2, pieces), -1)
    for axis, at in enumerate((rows, columns)):
        np.minimum.at(low[axis], piece, at)
        np.maximum.at(high[axis], piece, at)
    span = np.hypot(*(high - low + 1)) / (BOX_PX * np.sqrt(2))
    owner = stats[:, cv2.CC_STAT_TOP] // (height + 1)
    best = np.zeros(count, np.intp)
    counts = np.zeros(count)
    for each in np.flatnonzero(within):
        counts[owner[each]] += within[each] > _SPECK_PX
        if within[each] > within[best[owner[each]]]:
            best[owner[each]] = each
    extent[inked] = span[best]
    inside[inked] = within[best] / np.maximum(stats[best, cv2.CC_STAT_AREA], 1)
    strokes[inked] = counts
    return extent, inside, strokes
