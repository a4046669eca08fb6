"""Where the boxes of a page really lie: the printed outlines tell, box by box, joined locally.

A template's boxes are never exactly where the paper has them (bent paper, templates drawn by
eye). Each box votes for the shift at which its outline, or the letter or filling inside it, is
best centred; the votes of neighbours are added, so a box that is hidden under a mark is placed
by the boxes around it.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.extract.patch import BOX_PX, SIDE_PX, Ink

__all__ = [
    "REACH_PX",
    "OutlineOptions",
    "Placement",
    "Votes",
    "box_kernel",
    "bubble_kernel",
    "circle_kernel",
    "place_groups",
    "votes",
]

REACH_PX = 14
"""Largest shift that is looked for, in patch pixels (BOX_PX to a box)."""

_STEP_PX = 2
_SIDE = 2 * (REACH_PX // _STEP_PX) + 1
_KERNEL_PX = 40
Votes = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class OutlineOptions:
    """How boxes are placed.

    Attributes:
        neighbourhood_mm: Standard deviation of the distance at which groups still help.
        prior_px: Standard deviation of the shifts that are expected, patch pixels.
        ink_limit: Ink above this does not weigh more: a filling is no better outline.
    """

    neighbourhood_mm: float = 12.0
    prior_px: float = 7.0
    ink_limit: float = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Where the boxes of one group lie.

    Attributes:
        shift_px: (x, y) from the template's box to the printed one, patch pixels.
        contrast: 0 to 1, how far the best shift stands out from the ones far from it.
        lost: Whether a clear outline lies where it cannot belong to the box.
    """

    shift_px: tuple[float, float]
    contrast: float
    lost: bool = False


def votes(inks: NDArray[np.float32], kernel: Ink) -> Votes:
    """Score of each shift of some boxes, from -REACH_PX to REACH_PX in steps of 2 patch pixels.

    Args:
        inks: (n, SIDE_PX / 2, SIDE_PX / 2) their capped ink, at half the patch's resolution;
            the paper beyond is supposed to go on as at the edge.
        kernel: (SIDE_PX, SIDE_PX) what an empty box looks like, centred; only its middle, a
            third of a box around the outline, counts.

    Returns:
        (n, y, x) scores, (n, REACH_PX + 1, REACH_PX + 1).
    """
    weights = _shifted(kernel.tobytes())
    return np.asarray(inks.reshape(len(inks), -1) @ weights).reshape(-1, _SIDE, _SIDE)


@functools.lru_cache(maxsize=8)
def _shifted(kernel: bytes) -> NDArray[np.float32]:
    """(pixels, shifts): the weight of each pixel of a half patch in the score of each shift."""
    whole = np.frombuffer(kernel, np.float32).reshape(SIDE_PX, SIDE_PX)
    first = (SIDE_PX - _KERNEL_PX) // 2
    middle = whole[first : first + _KERNEL_PX, first : first + _KERNEL_PX]
    half = cv2.resize(middle, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    padding = (REACH_PX - first) // 2
    side = SIDE_PX // 2 + 2 * padding
    weights = np.zeros((side, side, _SIDE, _SIDE), np.float32)
    for y in range(_SIDE):
        for x in range(_SIDE):
            weights[y : y + len(half), x : x + len(half), y, x] = half
    for axis in (0, 1):
        rows = np.moveaxis(weights, axis, 0)
        rows[padding] += rows[:padding].sum(axis=0)
        rows[-padding - 1] += rows[side - padding :].sum(axis=0)
    inner = slice(padding, side - padding)
    return weights[inner, inner].reshape((SIDE_PX // 2) ** 2, _SIDE**2)


def place_groups(
    scores: Votes, centers_mm: NDArray[np.float64], options: OutlineOptions
) -> list[Placement]:
    """Where each group of boxes lies, by its own votes and those of its neighbours.

    Args:
        scores: (n, y, x) per group, the mean of its boxes' votes.
        centers_mm: (n, 2) centres of the groups on the sheet.
        options: How far neighbours reach.

    Returns:
        One placement per group, in order.
    """
    if not len(scores):
        return []
    stacked = scores.reshape(len(scores), -1)
    apart = np.linalg.norm(centers_mm[:, None] - centers_mm[None, :], axis=2)
    weights = np.exp(-0.5 * (apart / options.neighbourhood_mm) ** 2).astype(np.float32)
    joint = (weights @ stacked) / weights.sum(axis=1, keepdims=True)
    reach = np.arange(-REACH_PX, REACH_PX + 1, _STEP_PX, dtype=np.float32)
    apart_px = np.hypot(reach[:, None], reach[None, :])
    prior = np.exp(-0.5 * (apart_px / options.prior_px) ** 2).astype(np.float32)
    return [_best(each.reshape(_SIDE, _SIDE), prior) for each in joint]


def _best(score: Votes, prior: Votes) -> Placement:
    lifted = score - score.min()
    if lifted.max() <= 1e-6:
        return Placement((0.0, 0.0), 0.0)
    weighed = lifted * prior
    _, _, _, (x, y) = cv2.minMaxLoc(weighed)
    shift = (
        _STEP_PX * (x + _vertex(weighed[y, :], x)) - REACH_PX,
        _STEP_PX * (y + _vertex(weighed[:, x], y)) - REACH_PX,
    )
    contrast = 1 - float(lifted[_far(x, y)].max(initial=0.0) / lifted.max())
    return Placement(shift, contrast)


@functools.lru_cache(maxsize=_SIDE**2)
def _far(x: int, y: int) -> NDArray[np.bool_]:
    """Shifts at least a third of a box away from (x, y)."""
    reach = np.arange(_SIDE) * _STEP_PX
    x, y = x * _STEP_PX, y * _STEP_PX
    return np.asarray(np.hypot(reach[:, None] - y, reach[None, :] - x) > BOX_PX / 3)


def _vertex(line: Votes, at: int) -> float:
    """Offset of the parabola's top from the best whole shift."""
    if not 0 < at < len(line) - 1:
        return 0.0
    before, best, after = (float(value) for value in line[at - 1 : at + 2])
    bend = before - 2 * best + after
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0 else 0.0


def bubble_kernel() -> NDArray[np.float32]:
    """Round and soft: whatever is printed or filled in a bubble is centred on it."""
    return _centred(np.exp(-0.5 * (_radius() / (0.4 * BOX_PX)) ** 2))


def box_kernel() -> NDArray[np.float32]:
    """A square outline against the paper on both sides of it."""
    y, x = np.mgrid[:SIDE_PX, :SIDE_PX] - (SIDE_PX - 1) / 2
    return _outline(np.maximum(np.abs(x), np.abs(y)))


def circle_kernel() -> NDArray[np.float32]:
    """A circular outline against the paper on both sides of it."""
    return _outline(_radius())


def _radius() -> NDArray[np.float64]:
    y, x = np.mgrid[:SIDE_PX, :SIDE_PX] - (SIDE_PX - 1) / 2
    return np.asarray(np.hypot(x, y))


def _outline(distance: NDArray[np.float64]) -> NDArray[np.float32]:
    off = np.abs(distance - BOX_PX / 2)
    line, beside = off < 1.5, (off >= 1.5) & (off < 4.0)
    return _centred(line / line.sum() - beside / beside.sum())


def _centred(kernel: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(kernel / np.abs(kernel).sum(), dtype=np.float32)
