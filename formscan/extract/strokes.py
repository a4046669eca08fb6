"""Measures of what was written in and around one box, print removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.extract.patch import BOX_PX, EDGE_PX, SIDE_PX, Ink

__all__ = ["BoxMeasures", "measure_box", "noise_level", "pen_level"]

_DEFAULT_PEN = 0.8
_SEEN_INK = 0.15
_LEAST_COVER = 0.04
_SIGMAS = 4.0
_INSET_PX = 3


@dataclass(frozen=True, slots=True)
class BoxMeasures:
    """Ink of one box; shares are 0 to 1.

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

    cover: float
    full: float
    extent: float
    inside: float
    around: float
    fill: float
    core: float
    blackness: float
    strokes: int


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


def noise_level(patches: Sequence[Ink]) -> float:
    """Standard deviation of blank paper on the ink scale, from the page's quieter boxes.

    Differences of pixels two apart tell noise from strokes, which are wider.
    """
    inner = slice(EDGE_PX + _INSET_PX, EDGE_PX + BOX_PX - _INSET_PX)
    spreads = [
        float(np.median(np.abs(box[:, 2:] - box[:, :-2])))
        for box in (ink[inner, inner] for ink in patches)
    ]
    return float(np.percentile(spreads, 25)) / (0.6745 * np.sqrt(2)) if spreads else 0.0


def pen_level(
    patches: Sequence[Ink], blanks: Sequence[Ink], noise: float, *, rounded: bool
) -> float:
    """Darkness of this page's own marks, 0.25 to 1.2 of the darkest ink; 0.8 if there are none.

    Args:
        patches: Ink maps of all boxes of one shape.
        blanks: What is printed in each.
        noise: See ``noise_level``.
        rounded: Circles or bubbles instead of squares.
    """
    inner = _MASK["round" if rounded else "box"]
    seen = min(max(_SEEN_INK, _SIGMAS * noise), 0.4)
    levels = []
    for ink, blank in zip(patches, blanks, strict=True):
        written = (_written(ink, blank) > seen) & inner
        if written.sum() > _LEAST_COVER * inner.sum():
            levels.append(float(np.percentile(ink[written], 75)))
    levels.sort()
    return min(max(levels[len(levels) // 2], 0.25), 1.2) if levels else _DEFAULT_PEN


def _written(ink: Ink, blank: Ink) -> Ink:
    """Ink beyond the print; the print may lie a pixel off."""
    print_near = cv2.dilate(blank, np.ones((3, 3), np.uint8))
    return np.asarray(np.clip(ink - print_near, 0.0, None), dtype=np.float32)


def measure_box(ink: Ink, blank: Ink, pen: float, noise: float, *, rounded: bool) -> BoxMeasures:
    """Measure one box.

    Args:
        ink: Its ink map, placed on the printed outline.
        blank: What is printed there.
        pen: Darkness of the page's marks, see ``pen_level``.
        noise: See ``noise_level``.
        rounded: Circle or bubble instead of a square.
    """
    inner = _MASK["round" if rounded else "box"]
    written = _written(ink, blank)
    binary = written > min(max(0.4 * pen, 0.12, _SIGMAS * noise), 0.5)
    inside_ink = binary & inner
    extent, inside, strokes = _largest(binary, inner)
    white = np.where(inner, np.clip(1 - 2.5 * blank, 0.02, 1.0), 0.0)
    return BoxMeasures(
        cover=float(inside_ink.sum() / inner.sum()),
        full=float(binary[_MASK["whole"]].mean()),
        extent=extent,
        inside=inside,
        around=float(binary[_MASK["ring"]].mean()),
        fill=float((np.minimum(ink, 1.2) * white).sum() / white.sum()) / pen,
        core=_core(ink, blank, pen),
        blackness=float(written[inside_ink].mean()) / pen if inside_ink.any() else 0.0,
        strokes=strokes,
    )


def _core(ink: Ink, blank: Ink, pen: float) -> float:
    """The middle alone: a small blob over a printed letter darkens little else."""
    core = _MASK["core"]
    printed = float(blank[core].mean())
    return (float(np.minimum(ink[core], 1.2).mean()) - printed) / max(pen - printed, 0.3)


def _largest(binary: NDArray[np.bool_], inner: NDArray[np.bool_]) -> tuple[float, float, int]:
    """(extent, inside, strokes) of the connected ink that reaches inside."""
    count, labels = cv2.connectedComponents(binary.astype(np.uint8), connectivity=8)
    if count < 2:
        return 0.0, 1.0, 0
    within = np.bincount(labels[inner], minlength=count)
    within[0] = 0
    largest = int(np.argmax(within))
    if within[largest] == 0:
        return 0.0, 1.0, 0
    rows, columns = np.nonzero((labels == largest) & inner)
    diagonal = np.hypot(np.ptp(rows) + 1, np.ptp(columns) + 1) / (BOX_PX * np.sqrt(2))
    share = within[largest] / int((labels == largest).sum())
    return float(diagonal), float(share), int((within > 6).sum())
