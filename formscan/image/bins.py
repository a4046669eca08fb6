"""Box outlines vote by bins: where the lines of a small area lie, and how many agree."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formscan.geometry import PxFromMm
from formscan.image.profiles import LineVotes, line_votes
from formscan.image.structure import Channel, Segments

__all__ = ["BinOptions", "Measures", "look_at_lines", "support", "weakest"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BinOptions:
    """How outlines are gathered and judged.

    Attributes:
        bin_mm: Side of the bins in which outlines vote together.
        prior_mm: Of two lines in reach, the nearer one is the likelier; standard deviation.
        near_mm: An outline so close to its place supports it.
        region_mm: Side of the regions that are judged by themselves.
        strip_mm: Width of the strips, over the whole sheet, that are judged likewise.
        region_bins: Fewer bins than this are too few to judge a region.
    """

    bin_mm: float = 9.0
    prior_mm: float = 1.5
    near_mm: float = 0.2
    region_mm: float = 36.0
    strip_mm: float = 18.0
    region_bins: int = 6


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """Displacements measured in one component.

    Attributes:
        at_mm: (n, 2) where.
        value_mm: (n,) offset from where it should be.
        weight: (n,) trust, about 0 to 1.
    """

    at_mm: Floats = dataclasses.field(repr=False)
    value_mm: Floats = dataclasses.field(repr=False)
    weight: Floats = dataclasses.field(repr=False)


def look_at_lines(
    channel: Channel,
    segments: tuple[Segments, Segments],
    px_from_mm: PxFromMm,
    reach_mm: float,
    options: BinOptions,
) -> tuple[Measures, Measures]:
    """What the upright outlines say of x and the level ones of y, at most ``reach_mm`` off."""
    across, down = (
        _bin_votes(
            line_votes(channel, part, px_from_mm, reach_mm), _groups(part, options.bin_mm), options
        )
        for part in segments
    )
    return across, down


def support(bins: tuple[Measures, Measures], options: BinOptions) -> float:
    """Share of the bins that lie where they should, of the worse of the two directions."""
    return min(
        float(np.average(np.abs(part.value_mm) <= options.near_mm, weights=part.weight + 0.05))
        for part in bins
    )


def weakest(bins: tuple[Measures, Measures], options: BinOptions) -> float:
    """The same share in the worst region of the page that holds enough bins to judge."""
    worst = 1.0
    wide, narrow = options.region_mm, options.strip_mm
    for part in bins:
        near = (np.abs(part.value_mm) <= options.near_mm).astype(np.float64)
        weight = part.weight + 0.05
        for window in ((wide, wide), (narrow, np.inf), (np.inf, narrow)):
            for shift in (0.0, 0.5):
                cell = np.floor(part.at_mm / window + shift).astype(np.int64)
                _, members = np.unique(cell[:, 0] * 10_000 + cell[:, 1], return_inverse=True)
                share = np.bincount(members, weight * near) / np.bincount(members, weight)
                judged = np.bincount(members) >= options.region_bins
                worst = min(worst, float(share[judged].min(initial=1.0)))
    return worst


@dataclass(frozen=True, slots=True, eq=False)
class _Groups:
    """Which segments share a bin: the same for every page of a form.

    Attributes:
        order: (n,) segments, bin by bin.
        starts: (b,) where each bin starts in that order.
        sizes: (b,) segments in each.
        at_mm: (b, 2) their middles' mean.
    """

    order: NDArray[np.intp]
    starts: NDArray[np.intp]
    sizes: Floats
    at_mm: Floats


@functools.lru_cache(maxsize=64)
def _groups(segments: Segments, bin_mm: float) -> _Groups:
    cell = np.floor(segments.middle_mm / bin_mm).astype(np.int64)
    _, members = np.unique(cell[:, 0] * 10_000 + cell[:, 1], return_inverse=True)
    order = np.argsort(members, kind="stable")
    sizes = np.bincount(members).astype(np.float64)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
    at = np.add.reduceat(segments.middle_mm[order], starts, axis=0) / sizes[:, None]
    return _Groups(order, starts, sizes, at)


def _bin_votes(votes: LineVotes, groups: _Groups, options: BinOptions) -> Measures:
    """The offset on which the outlines of each bin agree."""
    depth = votes.votes
    typical = float(np.median(depth.max(axis=1))) + 1.0
    capped = np.minimum(depth, 1.5 * typical)
    summed = np.add.reduceat(capped[groups.order], groups.starts, axis=0, dtype=np.float64)
    prior = np.exp(-0.5 * (votes.offsets_mm / options.prior_mm) ** 2)
    value, height = _peaks(votes.offsets_mm, summed * prior)
    share = height / (groups.sizes * typical)
    background = np.median(summed, axis=1) / (groups.sizes * typical)
    weight = np.clip(share - background, 0.0, 1.0) * np.minimum(1.0, groups.sizes / 3)
    return Measures(groups.at_mm, value, weight)


def _peaks(offsets: Floats, summed: Floats) -> tuple[Floats, Floats]:
    """Position (to a fraction of a step) and height of the highest value of each row."""
    rows = np.arange(len(summed))
    best = np.clip(np.argmax(summed, axis=1), 1, summed.shape[1] - 2)
    before, at, after = (summed[rows, best + shift] for shift in (-1, 0, 1))
    bend = before - 2 * at + after
    fraction = np.where(bend < -1e-9, 0.5 * (before - after) / np.minimum(bend, -1e-9), 0.0)
    step = offsets[1] - offsets[0]
    return offsets[best] + np.clip(fraction, -0.5, 0.5) * step, at
