"""Paper that is stretched, wavy, folded or curled: a smooth displacement from what is printed.

Measures are the tags' corners, patches of the reference picture (coarse, never one box off)
and the outlines of boxes (fine, hundreds of them). Each bin of outlines votes together, and a
stiff spline goes through the bins robustly: handwriting cannot drag it.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from formscan.geometry import Homography, Points, PxFromMm
from formscan.image.bins import BinOptions, Measures, look_at_lines
from formscan.image.evidence import Evidence
from formscan.image.patches import PatchMatches, PatchOptions, match_patches
from formscan.image.solve import Solver
from formscan.image.spline import SplineOptions, SplineSpace
from formscan.image.structure import Channel, Segments, outline_segments
from formscan.templates.model import PageLayout

__all__ = ["Warp", "WarpOptions", "estimate_warp"]


@dataclass(frozen=True, slots=True)
class WarpOptions:
    """How the displacement is estimated.

    Attributes:
        reach_mm: How far off outlines are looked for, round by round.
        calm_reach_mm: Likewise in a first try, which is enough for a sheet that is nearly flat.
        still_mm: Where nine tenths of the bins are nearer to their places, rounds end.
        settled: Share of supporting bins at which that try is enough.
        settled_anywhere: The same in every region.
        first_stiffness: How much stiffer the first round is than the last.
        blind_stiffness: How much stiffer it stays where no outlines are seen.
        nearly_flat_mm: A sheet bent more than this is compared with the reference picture too.
        patch_near_mm: A patch so close to its place supports the fit.
        enough: Share of outlines that must support the fit for lines to count as seen.
        enough_anywhere: The same in every region.
        knot_mm: Distance of the knots of the finished displacement.
        bins: How outlines vote.
        spline: Stiffness.
        patches: Coarse comparison.
    """

    reach_mm: tuple[float, ...] = (1.4, 1.2, 1.0, 0.8, 0.6, 0.6)
    calm_reach_mm: tuple[float, ...] = (0.7, 0.6)
    still_mm: float = 0.05
    settled: float = 0.95
    settled_anywhere: float = 0.8
    first_stiffness: float = 5.0
    blind_stiffness: float = 40.0
    patch_near_mm: float = 0.8
    nearly_flat_mm: float = 0.6
    enough: float = 0.6
    enough_anywhere: float = 0.6
    knot_mm: float = 5.0
    bins: BinOptions = dataclasses.field(default_factory=BinOptions)
    spline: SplineOptions = dataclasses.field(default_factory=SplineOptions)
    patches: PatchOptions = dataclasses.field(default_factory=PatchOptions)


@dataclass(frozen=True, slots=True, eq=False)
class Warp:
    """The transform with its displacement, and what the printed structure says of it."""

    px_from_mm: PxFromMm
    evidence: Evidence


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
    solver = Solver(space, homography, anchors, options.knot_mm)
    segments = outline_segments(layout)
    start = PxFromMm(homography)
    if trusted and len(segments[0]) and len(segments[1]):
        fine = _by_lines(channel, segments, start, solver, options)
        settled = (
            fine.evidence.lines_seen >= options.settled
            and fine.evidence.weakest >= options.settled_anywhere
        )
        if settled and _largest_mm(fine.px_from_mm) < options.nearly_flat_mm:
            return fine
        if _convincing(fine, options):
            matches = match_patches(channel, layout, fine.px_from_mm, options.patches)
            judged = _judged(fine.px_from_mm, fine, matches)
            if matches is None or judged.evidence.worst_mm < options.patch_near_mm:
                return judged
    return _by_patches_then_lines(channel, layout, segments, start, solver, options)


def _by_patches_then_lines(
    channel: Channel,
    layout: PageLayout,
    segments: tuple[Segments, Segments],
    start: PxFromMm,
    solver: Solver,
    options: WarpOptions,
) -> Warp:
    matches = match_patches(channel, layout, start, options.patches)
    if matches is None or not _plausible(matches, options):
        unknown = matches and dataclasses.replace(matches, score=np.zeros_like(matches.score))
        lines = _by_lines(channel, segments, start, solver, options)
        best = lines.px_from_mm if _convincing(lines, options) else start
        return _judged(best, lines, unknown)
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
    if fine.evidence.lines_seen < options.enough:
        best = solver.solve(
            start,
            *_patch_measures(matches, options),
            stiffness=options.blind_stiffness,
            limit_mm=options.patches.reach_mm,
        )
    checked = match_patches(channel, layout, best, options.patches)
    return _judged(best, fine, checked)


def _largest_mm(px_from_mm: PxFromMm) -> float:
    """Largest displacement, mm."""
    moved = px_from_mm.displacement
    return 0.0 if moved is None else float(np.abs(moved.shift_mm).max())


def _convincing(warp: Warp, options: WarpOptions) -> bool:
    seen = warp.evidence
    return seen.lines_seen >= options.enough and seen.weakest >= options.enough_anywhere


def _by_lines(
    channel: Channel,
    segments: tuple[Segments, Segments],
    start: PxFromMm,
    solver: Solver,
    options: WarpOptions,
) -> Warp:
    """Rounds of measuring outlines and solving, from stiff to supple, until nothing moves."""
    if not len(segments[0]) or not len(segments[1]):
        return Warp(start, _evidence(None, options))
    calm = _rounds(channel, segments, start, solver, options, options.calm_reach_mm)
    if (
        calm.evidence.lines_seen >= options.settled
        and calm.evidence.weakest >= options.settled_anywhere
    ):
        return calm
    return _rounds(channel, segments, start, solver, options, options.reach_mm)


def _rounds(
    channel: Channel,
    segments: tuple[Segments, Segments],
    start: PxFromMm,
    solver: Solver,
    options: WarpOptions,
    reaches_mm: tuple[float, ...],
) -> Warp:
    """Rounds of measuring and solving until nothing moves; what the last look says."""
    current = start
    for number, reach in enumerate((*reaches_mm, reaches_mm[-1])):
        bins = look_at_lines(channel, segments, current, reach, options.bins)
        if number == len(reaches_mm) or (number and _still(bins, options)):
            break
        stiffness = max(1.0, options.first_stiffness * 0.4**number)
        current = solver.solve(current, *bins, stiffness=stiffness, limit_mm=reach)
    return Warp(current, _evidence(bins, options))


def _evidence(bins: tuple[Measures, Measures] | None, options: WarpOptions) -> Evidence:
    return Evidence(bins, None, options.bins, options.patches, options.patch_near_mm)


def _still(bins: tuple[Measures, Measures], options: WarpOptions) -> bool:
    """Whether nine outlines of ten are so near their places that another round moves nothing."""
    return all(float(np.percentile(np.abs(part.value_mm), 90)) < options.still_mm for part in bins)


def _patch_measures(matches: PatchMatches, options: WarpOptions) -> tuple[Measures, Measures]:
    good = matches.score >= options.patches.min_score
    at, offset, score = matches.at_mm[good], matches.offset_mm[good], matches.score[good]
    return (Measures(at, offset[:, 0], 2 * score), Measures(at, offset[:, 1], 2 * score))


def _plausible(matches: PatchMatches, options: WarpOptions) -> bool:
    """Whether enough patches were recognised to say anything."""
    good = int(np.count_nonzero(matches.score >= options.patches.min_score))
    return good >= max(4, 0.3 * len(matches.score))


def _judged(px_from_mm: PxFromMm, lines: Warp, matches: PatchMatches | None) -> Warp:
    return Warp(px_from_mm, dataclasses.replace(lines.evidence, matches=matches))
