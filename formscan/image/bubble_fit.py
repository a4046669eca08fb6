"""A first transform refined and judged on the bubbles that the form prints."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import cv2
import numpy as np

from formscan.geometry import BoxMm, Homography, Points, PxFromMm
from formscan.image.ambiguity import AmbiguityOptions
from formscan.image.bins import Measures
from formscan.image.bubbles import (
    BubbleOptions,
    BubblePattern,
    Sights,
    agreement,
    contradictions,
    ink,
    look,
)
from formscan.image.flat import flattened
from formscan.image.solve import Solver
from formscan.image.spline import SplineOptions, SplineSpace
from formscan.image.structure import Channel
from formscan.templates.model import PageLayout

__all__ = ["BubbleFit", "BubbleFitOptions", "fit_bubbles", "way_up"]


@dataclass(frozen=True, slots=True)
class BubbleFitOptions:
    """How far bubbles may move a transform, and when they contradict it.

    Attributes:
        rounds: Times that patches are looked at and the plane is moved.
        min_patches: Fewer recognised patches than this only shift the plane.
        near: A patch so close to its place, in pitches, supports the fit.
        neighbours: Patches that are asked together.
        weak: A patch that looks less like its bubbles than this share of the middle patch is
            not where the template says, or covered.
        settled: Agreement from which no other place is looked for.
        min_agreement: Least agreement of a page that is not refused.
        max_doubtful: A page is refused where more than this share of its bubbles is doubtful.
        min_start: Least agreement of a first fit before it is refined.
        min_searched: Least agreement of a place that was found by searching all of them.
        margin: How much better than the next a way up, or another place, must agree.
        max_against: A page of many bubbles is refused where they fit so much better one bubble
            further.
        many: Patches from which that is judged.
        level_deg: Print that is turned more than this is also looked at level.
        knot_mm: Distance of the knots of the displacement.
        ambiguity: When a bubble cannot be told from the next one.
        full_mm: So far from the bubbles their fit holds whole, where the page has anchors too.
        fade_mm: Beyond this distance from the bubbles the plane of those anchors holds.
        bubbles: How they are compared.
        spline: Stiffness.
    """

    rounds: int = 3
    min_patches: int = 8
    near: float = 0.25
    neighbours: int = 4
    weak: float = 0.35
    settled: float = 0.25
    min_agreement: float = 0.2
    max_doubtful: float = 0.5
    min_start: float = 0.15
    min_searched: float = 0.35
    margin: float = 0.08
    max_against: float = 0.06
    many: int = 10
    level_deg: float = 0.4
    knot_mm: float = 10.0
    full_mm: float = 10.0
    fade_mm: float = 25.0
    ambiguity: AmbiguityOptions = dataclasses.field(default_factory=AmbiguityOptions)
    bubbles: BubbleOptions = dataclasses.field(default_factory=BubbleOptions)
    spline: SplineOptions = dataclasses.field(
        default_factory=lambda: SplineOptions(
            spacing_mm=40.0, line_spacing_mm=20.0, stiffness=0.3, twist_stiffness=1.0,
            line_stiffness=0.5, scale_mm=0.8,
        )
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class BubbleFit:
    """A transform, and how the bubbles judge it.

    Attributes:
        px_from_mm: The transform.
        agreement: Correlation of the whole pattern in its place, -1 to 1.
        support: How well and how near to their places the patches are seen, on average.
        residual_mm: RMS distance of the recognised patches from their places.
        against: How much better the patches fit about one bubble further, on average.
        doubtful_mm: Parts of the sheet whose bubbles are not seen where they should be.
        start: Where the sheet's anchors put it, None where it was searched for.
    """

    px_from_mm: PxFromMm
    agreement: float
    support: float
    residual_mm: float
    against: float = 0.0
    doubtful_mm: tuple[BoxMm, ...] = ()
    start: Homography | None = None


def way_up(
    channel: Channel,
    layout: PageLayout,
    homography: Homography,
    pattern: BubblePattern,
    options: BubbleFitOptions,
) -> list[tuple[float, Homography]]:
    """The four ways in which the four corners can lie there, the likeliest first.

    Returns:
        (agreement, px from mm), best first; the first of equals is the way given.
    """
    sheet = np.array([(0.0, 0.0), (1, 0), (1, 1), (0, 1)]) * (layout.width_mm, layout.height_mm)
    corners = homography(sheet)
    found = []
    for turn in range(4):
        matrix = cv2.getPerspectiveTransform(
            sheet.astype(np.float32), np.roll(corners, -turn, axis=0).astype(np.float32)
        )
        turned = Homography(np.asarray(matrix, np.float64))
        seen = _seen(channel, layout, PxFromMm(turned), pattern, options)
        found.append((agreement(seen, pattern, options.bubbles), turned))
    return sorted(found, key=lambda one: -one[0])


def fit_bubbles(
    channel: Channel,
    layout: PageLayout,
    homography: Homography,
    pattern: BubblePattern,
    options: BubbleFitOptions,
) -> BubbleFit:
    """Move the plane, then bend it, to where the bubbles are."""
    plane = homography
    for _ in range(options.rounds):
        seen = _seen(channel, layout, PxFromMm(plane), pattern, options)
        moved = _moved_plane(plane, look(seen, pattern, options.bubbles), options)
        if moved is None:
            break
        plane = moved
    flat = [PxFromMm(homography), PxFromMm(plane)]
    fits = [_judged(channel, layout, one, pattern, options) for one in flat]
    best = max(fits, key=lambda fit: fit.support)
    bent = _bent(channel, layout, best.px_from_mm.homography, pattern, options)
    judged = _judged(channel, layout, bent, pattern, options)
    kept = judged if judged.support > best.support else best
    seen = _seen(channel, layout, kept.px_from_mm, pattern, options)
    return dataclasses.replace(kept, against=float(np.mean(contradictions(seen, pattern))))


def _seen(
    channel: Channel,
    layout: PageLayout,
    px_from_mm: PxFromMm,
    pattern: BubblePattern,
    options: BubbleFitOptions,
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    sheet = (layout.width_mm, layout.height_mm)
    flat = flattened(channel, sheet, px_from_mm, pattern.px_per_mm)
    return ink(flat, pattern)


def _good(sights: Sights, options: BubbleFitOptions) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(sights.score >= options.bubbles.min_score)


def _moved_plane(plane: Homography, sights: Sights, options: BubbleFitOptions) -> Homography | None:
    """The plane through the patches that agree; a mere shift where there are few."""
    good = _good(sights, options)
    if not good.any():
        return None
    at, offset = sights.at_mm[good], sights.offset_mm[good]
    if np.count_nonzero(good) < options.min_patches:
        shift = np.median(offset, axis=0)
        matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1]])
    else:
        found, _ = cv2.estimateAffine2D(at, at + offset, ransacReprojThreshold=1.0)
        if np.shape(found) != (2, 3):
            return None
        matrix = np.vstack([found, [0, 0, 1]])
    moved = plane.matrix @ matrix
    return Homography(np.asarray(moved / moved[2, 2], np.float64))


def _bent(
    channel: Channel,
    layout: PageLayout,
    plane: Homography,
    pattern: BubblePattern,
    options: BubbleFitOptions,
) -> PxFromMm:
    space = SplineSpace(layout.width_mm, layout.height_mm, options.spline)
    nothing: Points = np.zeros((0, 2))
    solver = Solver(space, plane, (nothing, nothing), options.knot_mm)
    current = PxFromMm(plane)
    for _ in range(2):
        sights = look(_seen(channel, layout, current, pattern, options), pattern, options.bubbles)
        good = _good(sights, options)
        if not good.any():
            break
        across, down = (
            Measures(sights.at_mm[good], sights.offset_mm[good, axis], sights.score[good])
            for axis in (0, 1)
        )
        current = solver.solve(current, across, down, limit_mm=0.5 * pattern.pitch_mm)
    return current


def _judged(
    channel: Channel,
    layout: PageLayout,
    px_from_mm: PxFromMm,
    pattern: BubblePattern,
    options: BubbleFitOptions,
) -> BubbleFit:
    seen = _seen(channel, layout, px_from_mm, pattern, options)
    sights = look(seen, pattern, options.bubbles)
    good = _good(sights, options)
    off = np.linalg.norm(sights.offset_mm, axis=1)
    residual = float(np.sqrt(np.mean(off[good] ** 2))) if good.any() else 0.0
    doubtful = _doubtful(sights, pattern, options)
    return BubbleFit(
        px_from_mm,
        agreement(seen, pattern, options.bubbles),
        _support(sights, pattern),
        residual,
        doubtful_mm=tuple(box for box, bad in zip(pattern.boxes, doubtful, strict=True) if bad),
    )


def _support(sights: Sights, pattern: BubblePattern) -> float:
    off = np.linalg.norm(sights.offset_mm, axis=1) / (0.5 * pattern.pitch_mm)
    return float(np.mean(sights.score * np.clip(1.0 - off**2, 0.0, None)))


def _doubtful(sights: Sights, pattern: BubblePattern, options: BubbleFitOptions) -> list[bool]:
    """Whether a patch does not look like bubbles, or its neighbours too say: they lie elsewhere."""
    usual = float(np.median(sights.score)) if len(sights.score) else 0.0
    found = []
    for at, score in zip(sights.at_mm, sights.score, strict=True):
        near = np.argsort(np.linalg.norm(sights.at_mm - at, axis=1))[: options.neighbours]
        shift = np.linalg.norm(np.median(sights.offset_mm[near], axis=0)) / pattern.pitch_mm
        found.append(bool(shift > options.near or score < options.weak * usual))
    return found
