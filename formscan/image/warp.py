"""Paper that is stretched, wavy, folded or curled: a smooth displacement from what is printed.

Measures are the tags' corners, patches of the reference picture (coarse, never one box off)
and the outlines of boxes (fine, hundreds of them). Each bin of outlines votes together, and a
stiff spline goes through the bins robustly: handwriting cannot drag it.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formscan.geometry import Displacement, Homography, Points, PxFromMm
from formscan.image.patches import PatchMatches, PatchOptions, match_patches
from formscan.image.profiles import LineVotes, line_votes
from formscan.image.spline import SplineOptions, SplineSpace, fit_field
from formscan.image.structure import Channel, Segments, outline_segments
from formscan.templates.model import PageLayout

__all__ = ["Warp", "WarpOptions", "estimate_warp"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WarpOptions:
    """How the displacement is estimated.

    Attributes:
        bin_mm: Side of the bins in which outlines vote together.
        reach_mm: How far off outlines are looked for, round by round.
        calm_reach_mm: Likewise in a first try, which is enough for a sheet that is nearly flat.
        settled: Share of supporting bins at which that try is enough.
        settled_anywhere: The same in every region.
        first_stiffness: How much stiffer the first round is than the last.
        blind_stiffness: How much stiffer it stays where no outlines are seen.
        region_mm: Side of the regions that are judged by themselves.
        strip_mm: Width of the strips, over the whole sheet, that are judged likewise.
        region_bins: Fewer bins than this are too few to judge a region.
        prior_mm: Of two lines in reach, the nearer one is the likelier; standard deviation.
        near_mm: An outline so close to the fit supports it.
        nearly_flat_mm: A sheet bent more than this is compared with the reference picture too.
        patch_near_mm: A patch so close to its place supports the fit.
        enough: Share of outlines that must support the fit for lines to count as seen.
        enough_anywhere: The same in every region.
        knot_mm: Distance of the knots of the finished displacement.
        spline: Stiffness.
        patches: Coarse comparison.
    """

    bin_mm: float = 9.0
    reach_mm: tuple[float, ...] = (1.4, 1.2, 1.0, 0.8, 0.6, 0.6)
    calm_reach_mm: tuple[float, ...] = (0.7, 0.6)
    prior_mm: float = 1.5
    settled: float = 0.95
    settled_anywhere: float = 0.8
    first_stiffness: float = 5.0
    blind_stiffness: float = 40.0
    region_mm: float = 36.0
    strip_mm: float = 18.0
    region_bins: int = 6
    near_mm: float = 0.2
    patch_near_mm: float = 0.8
    nearly_flat_mm: float = 0.6
    enough: float = 0.6
    enough_anywhere: float = 0.6
    knot_mm: float = 5.0
    spline: SplineOptions = dataclasses.field(default_factory=SplineOptions)
    patches: PatchOptions = dataclasses.field(default_factory=PatchOptions)


@dataclass(frozen=True, slots=True, eq=False)
class Warp:
    """The transform with its displacement, and how the printed structure judges it.

    Attributes:
        px_from_mm: The transform.
        lines_seen: Share of the bins of outlines that lie where they should, 0 to 1; nan
            where the template has no outlines.
        weakest: The same share in the worst region of the page.
        patches_known: Share of the patches that were recognised; nan where they were not
            looked at.
        patches_seen: Share of the recognised patches within 0.8 mm of where they should be.
        worst_mm: Largest distance of a recognised patch from where it should be.
    """

    px_from_mm: PxFromMm
    lines_seen: float
    weakest: float = math.nan
    patches_known: float = math.nan
    patches_seen: float = math.nan
    worst_mm: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Measures:
    """Displacements measured in one component."""

    at_mm: Floats
    value_mm: Floats
    weight: Floats


def estimate_warp(
    channel: Channel,
    layout: PageLayout,
    homography: Homography,
    anchors: tuple[Points, Points],
    *,
    trusted: bool,
    options: WarpOptions | None = None,
) -> Warp:
    """Refine a first transform on the printed structure.

    Args:
        channel: From ``structure.structure_channel``.
        layout: The page of the template.
        homography: First fit, px from mm.
        anchors: Their (n, 2) mm and (n, 2) px.
        trusted: Whether the first fit cannot be a whole box off (all tags agree).
        options: Stiffness, reach and limits.
    """
    options = options or WarpOptions()
    space = SplineSpace(layout.width_mm, layout.height_mm, options.spline)
    solver = _Solver(space, homography, anchors, options.knot_mm)
    segments = outline_segments(layout)
    start = PxFromMm(homography)
    if trusted and len(segments[0]) and len(segments[1]):
        fine = _by_lines(channel, segments, start, solver, options)
        settled = fine.lines_seen >= options.settled and fine.weakest >= options.settled_anywhere
        if settled and _largest_mm(fine.px_from_mm) < options.nearly_flat_mm:
            return fine
        if _convincing(fine, options):
            matches = match_patches(channel, layout, fine.px_from_mm, options.patches)
            judged = _judged(fine.px_from_mm, fine, matches, options)
            if matches is None or judged.worst_mm < options.patch_near_mm:
                return judged
    return _by_patches_then_lines(channel, layout, segments, start, solver, options)


def _by_patches_then_lines(
    channel: Channel,
    layout: PageLayout,
    segments: tuple[Segments, Segments],
    start: PxFromMm,
    solver: _Solver,
    options: WarpOptions,
) -> Warp:
    matches = match_patches(channel, layout, start, options.patches)
    if matches is None or not _plausible(matches, options):
        known = math.nan if matches is None else 0.0
        lines = _by_lines(channel, segments, start, solver, options)
        if _convincing(lines, options):
            return dataclasses.replace(lines, patches_known=known)
        return Warp(start, lines.lines_seen, lines.weakest, known)
    coarse = solver.solve(
        start, *_patch_measures(matches, options), limit_mm=options.patches.reach_mm
    )
    far = np.abs(matches.offset_mm[matches.score >= options.patches.min_score]).max()
    better = match_patches(channel, layout, coarse, options.patches) if far > 0.8 else None
    if better is not None:
        coarse = solver.solve(coarse, *_patch_measures(better, options), limit_mm=1.5)
    near = dataclasses.replace(options, reach_mm=(0.9, 0.7, 0.6))
    fine = _by_lines(channel, segments, coarse, solver, near)
    best = fine.px_from_mm
    if fine.lines_seen < options.enough:
        best = solver.solve(
            start,
            *_patch_measures(matches, options),
            stiffness=options.blind_stiffness,
            limit_mm=options.patches.reach_mm,
        )
    checked = match_patches(channel, layout, best, options.patches)
    return _judged(best, fine, checked, options)


def _largest_mm(px_from_mm: PxFromMm) -> float:
    """Largest displacement, mm."""
    moved = px_from_mm.displacement
    return 0.0 if moved is None else float(np.abs(moved.shift_mm).max())


def _convincing(warp: Warp, options: WarpOptions) -> bool:
    return warp.lines_seen >= options.enough and warp.weakest >= options.enough_anywhere


class _Solver:
    """Turns measures into displacements; the anchors always count among the measures."""

    def __init__(
        self,
        space: SplineSpace,
        homography: Homography,
        anchors: tuple[Points, Points],
        knot_mm: float,
    ) -> None:
        self._space = space
        self._homography = homography
        self._penalty = space.penalty()
        self._anchor_mm = anchors[0]
        self._anchor_off = (
            homography.inverse()(anchors[1]) - anchors[0] if len(anchors[0]) else anchors[0]
        )
        self._x = _knots(space.width_mm, knot_mm)
        self._y = _knots(space.height_mm, knot_mm)
        grid = np.stack(np.meshgrid(self._x, self._y), axis=-1).reshape(-1, 2)
        self._knot_basis = space.basis(grid)

    def solve(
        self,
        current: PxFromMm,
        across: _Measures,
        down: _Measures,
        *,
        stiffness: float = 1.0,
        limit_mm: float = 1.0,
    ) -> PxFromMm:
        """A new transform; measures are offsets from ``current``, at most ``limit_mm`` off."""
        shift = np.zeros((len(self._y), len(self._x), 2))
        for axis, measures in enumerate((across, down)):
            known = _displaced(current, measures.at_mm)[:, axis]
            at = np.concatenate([measures.at_mm, self._anchor_mm])
            values = np.concatenate([known + measures.value_mm, self._anchor_off[:, axis]])
            weights = np.concatenate([measures.weight, np.full(len(self._anchor_mm), 0.7)])
            basis = self._space.basis(at)
            penalty = stiffness * self._penalty
            found = fit_field(basis, penalty, values, weights, limit_mm, self._space.options)
            shift[..., axis] = (self._knot_basis @ found).reshape(len(self._y), len(self._x))
        return PxFromMm(self._homography, Displacement(self._x, self._y, shift))


def _knots(side_mm: float, step_mm: float) -> Floats:
    return np.linspace(0.0, side_mm, max(2, round(side_mm / step_mm) + 1))


def _displaced(px_from_mm: PxFromMm, at_mm: Points) -> Points:
    if px_from_mm.displacement is None:
        return np.zeros_like(at_mm)
    return px_from_mm.displacement(at_mm)


def _by_lines(
    channel: Channel,
    segments: tuple[Segments, Segments],
    start: PxFromMm,
    solver: _Solver,
    options: WarpOptions,
) -> Warp:
    """Rounds of measuring outlines and solving, from stiff to supple, until nothing moves."""
    if not len(segments[0]) or not len(segments[1]):
        return Warp(start, math.nan)
    calm = _rounds(channel, segments, start, solver, options, options.calm_reach_mm)
    if calm.lines_seen >= options.settled and calm.weakest >= options.settled_anywhere:
        return calm
    return _rounds(channel, segments, start, solver, options, options.reach_mm)


def _rounds(
    channel: Channel,
    segments: tuple[Segments, Segments],
    start: PxFromMm,
    solver: _Solver,
    options: WarpOptions,
    reaches_mm: tuple[float, ...],
) -> Warp:
    """One round of measuring and solving per reach; what the last look says of the result."""
    current = start
    for number, reach in enumerate(reaches_mm):
        bins = _look(channel, segments, current, reach, options)
        stiffness = max(1.0, options.first_stiffness * 0.4**number)
        current = solver.solve(current, *bins, stiffness=stiffness, limit_mm=reach)
    last = _look(channel, segments, current, reaches_mm[-1], options)
    return Warp(current, _support(last, options), _weakest(last, options))


def _look(
    channel: Channel,
    segments: tuple[Segments, Segments],
    px_from_mm: PxFromMm,
    reach_mm: float,
    options: WarpOptions,
) -> tuple[_Measures, _Measures]:
    across, down = (
        _bin_votes(line_votes(channel, part, px_from_mm, reach_mm), options) for part in segments
    )
    return across, down


def _support(bins: tuple[_Measures, _Measures], options: WarpOptions) -> float:
    """Share of the bins that lie where they should, of the worse of the two directions."""
    return min(
        float(np.average(np.abs(part.value_mm) <= options.near_mm, weights=part.weight + 0.05))
        for part in bins
    )


def _weakest(bins: tuple[_Measures, _Measures], options: WarpOptions) -> float:
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


def _bin_votes(votes: LineVotes, options: WarpOptions) -> _Measures:
    """The offset on which the outlines of each bin agree."""
    depth = votes.votes
    typical = float(np.median(depth.max(axis=1))) + 1.0
    capped = np.minimum(depth, 1.5 * typical)
    cell = np.floor(votes.at_mm / options.bin_mm).astype(np.int64)
    _, members = np.unique(cell[:, 0] * 10_000 + cell[:, 1], return_inverse=True)
    count = int(members.max()) + 1
    sizes = np.bincount(members, minlength=count).astype(np.float64)
    summed = np.zeros((count, depth.shape[1]))
    np.add.at(summed, members, capped)
    at = np.stack(
        [np.bincount(members, votes.at_mm[:, axis], count) / sizes for axis in (0, 1)], axis=-1
    )
    prior = np.exp(-0.5 * (votes.offsets_mm / options.prior_mm) ** 2)
    value, height = _peaks(votes.offsets_mm, summed * prior)
    share = height / (sizes * typical)
    background = np.median(summed, axis=1) / (sizes * typical)
    weight = np.clip(share - background, 0.0, 1.0) * np.minimum(1.0, sizes / 3)
    return _Measures(at, value, weight)


def _peaks(offsets: Floats, summed: Floats) -> tuple[Floats, Floats]:
    """Position (to a fraction of a step) and height of the highest value of each row."""
    rows = np.arange(len(summed))
    best = np.clip(np.argmax(summed, axis=1), 1, summed.shape[1] - 2)
    before, at, after = (summed[rows, best + shift] for shift in (-1, 0, 1))
    bend = before - 2 * at + after
    fraction = np.where(bend < -1e-9, 0.5 * (before - after) / np.minimum(bend, -1e-9), 0.0)
    step = offsets[1] - offsets[0]
    return offsets[best] + np.clip(fraction, -0.5, 0.5) * step, at


def _patch_measures(matches: PatchMatches, options: WarpOptions) -> tuple[_Measures, _Measures]:
    good = matches.score >= options.patches.min_score
    at, offset, score = matches.at_mm[good], matches.offset_mm[good], matches.score[good]
    return (_Measures(at, offset[:, 0], 2 * score), _Measures(at, offset[:, 1], 2 * score))


def _plausible(matches: PatchMatches, options: WarpOptions) -> bool:
    """Whether enough patches were recognised to say anything."""
    good = int(np.count_nonzero(matches.score >= options.patches.min_score))
    return good >= max(4, 0.3 * len(matches.score))


def _judged(
    px_from_mm: PxFromMm, lines: Warp, matches: PatchMatches | None, options: WarpOptions
) -> Warp:
    judged = dataclasses.replace(lines, px_from_mm=px_from_mm)
    if matches is None or not len(matches.score):
        return judged
    good = matches.score >= options.patches.min_score
    if not good.any():
        return dataclasses.replace(judged, patches_known=0.0)
    off = np.linalg.norm(matches.offset_mm, axis=1)[good]
    known, seen = float(np.mean(good)), float(np.mean(off < options.patch_near_mm))
    return dataclasses.replace(
        judged, patches_known=known, patches_seen=seen, worst_mm=float(off.max())
    )
