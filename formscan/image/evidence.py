"""What the printed structure says of a transform: on the whole page, and part by part."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formscan.geometry import BoxMm, Points
from formscan.image.bins import BinOptions, Measures, support, weakest
from formscan.image.patches import PatchMatches, PatchOptions

__all__ = ["Evidence", "inside_any"]

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The last look at a page: how far its outlines and patches are from their places.

    Attributes:
        bins: (upright, level) outlines; None where the template has none.
        matches: Patches of the reference picture; None where they were not looked at.
        bin_options: How outlines are judged.
        patch_options: Which patches count as recognised.
        near_mm: A recognised patch so close to its place supports the transform.
    """

    bins: tuple[Measures, Measures] | None = dataclasses.field(default=None, repr=False)
    matches: PatchMatches | None = dataclasses.field(default=None, repr=False)
    bin_options: BinOptions = dataclasses.field(default_factory=BinOptions)
    patch_options: PatchOptions = dataclasses.field(default_factory=PatchOptions)
    near_mm: float = 0.8

    @property
    def lines_seen(self) -> float:
        """Share of the bins of outlines that lie where they should, 0 to 1; nan without any."""
        if self.bins is None or not all(len(part.weight) for part in self.bins):
            return math.nan
        return support(self.bins, self.bin_options)

    @property
    def weakest(self) -> float:
        """The same share in the worst region of the page; nan without outlines."""
        return math.nan if self.bins is None else weakest(self.bins, self.bin_options)

    @property
    def patches_known(self) -> float:
        """Share of the patches that were recognised; nan where they were not looked at."""
        if self.matches is None or not len(self.matches.score):
            return math.nan
        return float(np.mean(self.recognised))

    @property
    def patches_seen(self) -> float:
        """Share of the recognised patches that are near their places; nan without any."""
        off = self.off_mm[self.recognised]
        return float(np.mean(off < self.near_mm)) if len(off) else math.nan

    @property
    def worst_mm(self) -> float:
        """Largest distance of a recognised patch from its place; 0 without any."""
        return float(self.off_mm[self.recognised].max(initial=0.0))

    @property
    def recognised(self) -> Flags:
        """(n,) which patches were recognised."""
        if self.matches is None:
            return np.zeros(0, dtype=bool)
        return np.asarray(self.matches.score >= self.patch_options.min_score)

    @property
    def off_mm(self) -> NDArray[np.float64]:
        """(n,) distance of each patch from its place."""
        if self.matches is None:
            return np.zeros(0)
        return np.asarray(np.linalg.norm(self.matches.offset_mm, axis=1), np.float64)

    def outside(self, parts: tuple[BoxMm, ...]) -> Evidence:
        """What is said of the page without some of its parts."""
        bins, matches = self.bins, self.matches
        if bins is not None:
            across, down = (_picked(part, ~inside_any(part.at_mm, parts)) for part in bins)
            bins = (across, down)
        if matches is not None:
            kept = ~inside_any(matches.at_mm, parts)
            matches = PatchMatches(
                matches.at_mm[kept], matches.offset_mm[kept], matches.score[kept]
            )
        return dataclasses.replace(self, bins=bins, matches=matches)


def _picked(measures: Measures, kept: Flags) -> Measures:
    return Measures(measures.at_mm[kept], measures.value_mm[kept], measures.weight[kept])


def inside_any(points_mm: Points, parts: tuple[BoxMm, ...]) -> Flags:
    """(n,) which points lie in one of the boxes."""
    if not parts:
        return np.zeros(len(points_mm), dtype=bool)
    edges = np.array([(box.x, box.y, box.right, box.bottom) for box in parts])
    within = (points_mm[:, None] >= edges[None, :, :2]) & (points_mm[:, None] < edges[None, :, 2:])
    return np.asarray(np.any(np.all(within, axis=2), axis=1))
