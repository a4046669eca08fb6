"""Whether bubbles end where the template says: what tells a block from itself one bubble further.

Inside a block one place looks like the next. At its ends a bubble is seen where one is printed
and none where the next would be; how a bubble looks is taken from the page itself.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.geometry import Points, PxFromMm
from formscan.image.kept import once_per_layout
from formscan.image.structure import Channel
from formscan.templates.model import PageLayout

__all__ = ["BlockEnds", "block_ends", "end_contrast"]

Floats = NDArray[np.float64]

_DIRECTIONS = ((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0))
_OPPOSITE = (1, 0, 3, 2)
_SAMPLES = np.linspace(-0.5, 0.5, 9)
_FLAT = 36.0
"""Contrast, in grey levels times samples, below which a place shows nothing."""
_LOOSE = 2.5
"""A gap of so many usual pitches is no pitch."""
_FEW = 1.5
"""Fewer ends than this, by weight, say nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class BlockEnds:
    """The bubbles of a page, and the places beyond the ends of their blocks.

    Attributes:
        at_mm: (n, 2) middles of the bubbles.
        pitch_mm: Usual distance of two.
        step_mm: (x, y) usual distance along rows and along columns; nan where none stand so.
        last: For right, left, down, up: which bubbles have none further that way.
        beyond_mm: (m, 2) for each of these, where the next one would be.
    """

    at_mm: Points = dataclasses.field(repr=False)
    pitch_mm: float
    step_mm: tuple[float, float]
    last: tuple[NDArray[np.intp], ...] = dataclasses.field(repr=False)
    beyond_mm: tuple[Points, ...] = dataclasses.field(repr=False)


@once_per_layout
def block_ends(layout: PageLayout) -> BlockEnds | None:
    """The ends of a page's blocks; None where no two bubbles stand in a row or column."""
    bubbles = [field for field in layout.fields if field.shape == "bubble"]
    boxes = [mark.box for field in bubbles for mark in (*field.marks, *sum(field.columns, ()))]
    at = np.array([box.center for box in boxes]).reshape(-1, 2)
    apart = np.abs(at[None] - at[:, None])
    pitches = [_pitches(apart[..., axis], apart[..., 1 - axis]) for axis in (0, 1)]
    known = np.concatenate(pitches)
    if not np.isfinite(known).any():
        return None
    last, beyond = [], []
    for direction in _DIRECTIONS:
        pitch = pitches[0] if direction[0] else pitches[1]
        step = np.where(np.isfinite(pitch), pitch, 0.0)
        places = at + step[:, None] * direction
        taken = np.linalg.norm(places[:, None] - at[None], axis=2) < 0.6 * step[:, None]
        ends = np.flatnonzero(np.isfinite(pitch) & ~np.any(taken, axis=1))
        last.append(ends)
        beyond.append(places[ends])
    steps = [
        float(np.median(one[np.isfinite(one)])) if np.isfinite(one).any() else math.nan
        for one in pitches
    ]
    return BlockEnds(
        at, float(np.nanmedian(known)), (steps[0], steps[1]), tuple(last), tuple(beyond)
    )


def _pitches(along: Floats, across: Floats) -> Floats:
    """(n,) distance of each bubble from the next in its row or column; nan where it has none."""
    aligned = (along > 1e-6) & (across < 0.35 * along)
    nearest = np.where(aligned, along, np.inf).min(axis=1, initial=np.inf)
    usual = np.median(nearest[np.isfinite(nearest)]) if np.isfinite(nearest).any() else 0.0
    return np.where(nearest < _LOOSE * usual, nearest, np.nan)


def end_contrast(
    channel: Channel, px_from_mm: PxFromMm, ends: BlockEnds, around_mm: Points, reach_mm: float
) -> tuple[Floats, float]:
    """How much more the last bubbles of blocks look like bubbles than what lies beyond them.

    Args:
        channel: The scan, at about 12 px a pitch.
        px_from_mm: Where the sheet may lie.
        ends: Of the page.
        around_mm: (n, 2) where it is asked.
        reach_mm: Standard deviation of the neighbourhood that answers.

    Returns:
        (n,) least contrast of the four directions, -2 to 2, nan where too few ends are near;
        and that of the whole page.
    """
    seen = _looks(channel, px_from_mm, ends.at_mm, ends.pitch_mm)
    like = _usual_look(seen)
    bubbles = seen @ like
    found = [np.full(len(around_mm) + 1, np.nan)]
    for index, opposite in enumerate(_OPPOSITE):
        beyond, last = ends.beyond_mm[index], ends.last[opposite]
        if not len(beyond) or not len(last):
            continue
        empty = _looks(channel, px_from_mm, beyond, ends.pitch_mm) @ like
        inside = _near(around_mm, ends.at_mm[last], bubbles[last], reach_mm)
        found.append(inside - _near(around_mm, beyond, empty, reach_mm))
    least = np.fmin.reduce(found)
    return least[:-1], float(least[-1])


def _usual_look(seen: Floats) -> Floats:
    """(81,) unit vector: the median of the bubbles that are most like each other."""
    usual = np.median(seen, axis=0)
    for _ in range(2):
        like = seen @ usual
        usual = np.median(seen[like >= np.percentile(like, 30)], axis=0)
    return np.asarray(usual / (np.linalg.norm(usual) + 1e-9), np.float64)


def _looks(channel: Channel, px_from_mm: PxFromMm, at_mm: Points, side_mm: float) -> Floats:
    """(n, 81) what is seen at each place, without its mean, of length 1 where there is contrast."""
    grid = np.stack(np.meshgrid(_SAMPLES, _SAMPLES), axis=-1).reshape(-1, 2) * side_mm
    points = (at_mm[:, None] + grid[None]).reshape(-1, 2)
    px = channel.from_scan_px(px_from_mm(points)).astype(np.float32)
    px = px.reshape(len(at_mm), -1, 2)
    read = cv2.remap(
        channel.gray, px[..., 0], px[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    values = np.asarray(read, np.float64)
    values -= values.mean(axis=1, keepdims=True)
    length = np.linalg.norm(values, axis=1, keepdims=True)
    return np.asarray(values / (length + _FLAT), np.float64)


def _near(around_mm: Points, at_mm: Points, values: Floats, reach_mm: float) -> Floats:
    """(n + 1,) means of the values around each point, and last of all; nan where few are."""
    away = np.linalg.norm(around_mm[:, None] - at_mm[None], axis=2)
    weight = np.vstack([np.exp(-0.5 * (away / reach_mm) ** 2), np.ones(len(at_mm))])
    total = weight.sum(axis=1)
    mean = weight @ values / np.maximum(total, 1e-9)
    return np.where(total > _FEW, mean, np.nan)
