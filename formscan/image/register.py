"""Where every millimetre of the sheet lies in the picture, or the reason why nobody knows.

Anchors give a first transform; the printed structure (box outlines, texts) refines it and is
the judge: a page whose boxes are not where they should be is refused, never read.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, replace

import numpy as np

from formscan.errors import RegistrationError
from formscan.geometry import BoxMm, Points, PxFromMm
from formscan.image.bubble_fit import BubbleFitOptions
from formscan.image.bubbles import bubble_pattern
from formscan.image.first import (
    Anchored,
    FirstOptions,
    first_fits,
    fit_pointed,
    fit_tags,
)
from formscan.image.hypotheses import place_by_bubbles
from formscan.image.identify import Sighting
from formscan.image.inside import check_inside
from formscan.image.quality import sharpness
from formscan.image.search import skew_deg
from formscan.image.shapes import SHAPES
from formscan.image.structure import outline_segments, structure_channel
from formscan.image.turned import turned_fits
from formscan.image.verify import VerifyOptions, verify
from formscan.image.warp import WarpOptions, estimate_warp
from formscan.page import Page, RegisteredPage
from formscan.templates.model import PageLayout

__all__ = ["RegisterOptions", "register"]


@dataclass(frozen=True, slots=True)
class RegisterOptions:
    """Limits of a trustworthy registration.

    Attributes:
        max_first_residual_mm: A page whose anchors are further (RMS) off a plane is refused.
        max_residual_mm: A page whose anchors are further off the bent sheet is refused.
        max_pointing_mm: Likewise where a person pointed at them; no hand is as steady as ink.
        cut_off_mm: How far a field may reach beyond the picture.
        first: How anchors are looked for.
        bubbles: How bubbles refine and judge.
        warp: How bent paper is estimated.
        verify: What the printed structure must confirm.
        verify_pointed: What it must confirm where a person pointed at the corners because they are
            damaged: nearly all of it, but one patch may be off.
    """

    max_first_residual_mm: float = 1.5
    max_residual_mm: float = 0.6
    max_pointing_mm: float = 4.0
    cut_off_mm: float = 0.5
    first: FirstOptions = dataclasses.field(default_factory=FirstOptions)
    bubbles: BubbleFitOptions = dataclasses.field(default_factory=BubbleFitOptions)
    warp: WarpOptions = dataclasses.field(default_factory=WarpOptions)
    verify: VerifyOptions = dataclasses.field(default_factory=VerifyOptions)
    verify_pointed: VerifyOptions = dataclasses.field(
        default_factory=lambda: VerifyOptions(
            lines=0.9,
            weakest=0.8,
            patches=0.95,
            known=0.6,
            known_against_lines=1.1,
            worst_mm=math.inf,
            max_doubtful=0.0,
        )
    )


def register(
    page: Page, sighting: Sighting, options: RegisterOptions | None = None
) -> RegisteredPage:
    """Align a page to its template: any way up, skewed, in perspective, slightly bent.

    Raises:
        RegistrationError: ``anchors_not_found``, ``mirrored``, ``residual_too_large`` or
            ``cut_off``, with what was measured and what to do.
    """
    options = options or RegisterOptions()
    layout = sighting.layout
    page = page.negative() if sighting.inverted else page
    placed = _placed(page, sighting, options)
    px_from_mm, residual_mm = placed.px_from_mm, placed.residual_mm
    check_inside(px_from_mm, layout, page.gray, options.cut_off_mm)
    center = (layout.width_mm / 2, layout.height_mm / 2)
    angle = _angle_deg(px_from_mm, center)
    px_per_mm = px_from_mm.px_per_mm(center)
    return RegisteredPage(
        page=page,
        template=sighting.template,
        layout=layout,
        identity=sighting.identity,
        px_from_mm=px_from_mm,
        residual_mm=residual_mm,
        orientation_deg=round(-angle / 90) * 90 % 360,
        skew_deg=angle - round(angle / 90) * 90,
        dpi=px_per_mm * 25.4,
        sharpness=sharpness(page.gray, px_per_mm),
        doubtful_mm=placed.doubtful_mm,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Placed:
    """Where the sheet lies."""

    px_from_mm: PxFromMm
    residual_mm: float
    doubtful_mm: tuple[BoxMm, ...] = ()


def _placed(page: Page, sighting: Sighting, options: RegisterOptions) -> _Placed:
    """The transform of a page, by the way that its form allows."""
    layout = sighting.layout
    if sighting.by_hand is not None:
        return _pointed_at(page, layout, *sighting.by_hand, options)
    if any(anchor.kind == "tag" for anchor in layout.anchors):
        return _by_outlines(page, layout, fit_tags(page.gray, sighting, options.first), options)
    pattern = bubble_pattern(layout)
    if pattern is not None:
        fit = place_by_bubbles(page, layout, pattern, options.first, options.bubbles)
        return _Placed(fit.px_from_mm, fit.residual_mm, fit.doubtful_mm)
    printed = any(anchor.kind in SHAPES or anchor.kind == "picture" for anchor in layout.anchors)
    if printed and all(len(part) for part in outline_segments(layout)):
        return _any_way_up(page, layout, options)
    starts = first_fits(page, layout, options.first)
    if not starts:
        raise RegistrationError("anchors_not_found", "no edges of a sheet are seen; scan it whole")
    if layout.reference_png:
        return _by_outlines(page, layout, starts[0], options)
    plane = PxFromMm(starts[0].fit.homography)
    return _Placed(plane, _anchor_residual_mm(plane, starts[0], options))


def _any_way_up(page: Page, layout: PageLayout, options: RegisterOptions) -> _Placed:
    """Anchors that look the same from all sides: the way up that the printed boxes confirm.

    Raises:
        RegistrationError: Of the picture as it is, where no way up is confirmed.
    """
    reason: RegistrationError | None = None
    skew = skew_deg(page.gray)
    for quarters in range(4):
        for turn in (0.0, skew) if abs(skew) >= options.bubbles.level_deg else (0.0,):
            try:
                fits = turned_fits(page, layout, options.first, quarters, turn)
                if fits:
                    return _by_outlines(page, layout, fits[0], options)
            except RegistrationError as error:
                reason = reason or error
    raise reason or RegistrationError("anchors_not_found", "no edges of a sheet are seen")


def _pointed_at(
    page: Page, layout: PageLayout, mm: Points, px: Points, options: RegisterOptions
) -> _Placed:
    """The sheet whose corners a person pointed at, if its print confirms them."""
    strict = replace(options, verify=options.verify_pointed)
    px_from_mm, parts = _bent(page, layout, fit_pointed(page.gray, mm, px, layout), strict)
    residual_mm = _small_residual_mm(px_from_mm, mm, px, options.max_pointing_mm)
    return _Placed(px_from_mm, residual_mm, parts)


def _by_outlines(
    page: Page, layout: PageLayout, anchored: Anchored, options: RegisterOptions
) -> _Placed:
    """The first fit, bent and confirmed by box outlines and the blank form's picture."""
    if anchored.fit.residual_mm > options.max_first_residual_mm:
        raise _too_far(anchored.fit.residual_mm, options.max_first_residual_mm)
    px_from_mm, parts = _bent(page, layout, anchored, options)
    return _Placed(px_from_mm, _anchor_residual_mm(px_from_mm, anchored, options), parts)


def _bent(
    page: Page, layout: PageLayout, anchored: Anchored, options: RegisterOptions
) -> tuple[PxFromMm, tuple[BoxMm, ...]]:
    """The first fit with its local warp, confirmed but for some parts of the sheet."""
    plane = PxFromMm(anchored.fit.homography)
    density = plane.px_per_mm((layout.width_mm / 2, layout.height_mm / 2))
    channel = structure_channel(page, layout, density)
    warp = estimate_warp(
        channel,
        layout,
        anchored.fit.homography,
        (anchored.points_mm, anchored.points_px),
        trusted=anchored.trusted,
        options=options.warp,
    )
    parts = verify(warp.evidence, layout, trusted=anchored.trusted, options=options.verify)
    return warp.px_from_mm, parts


def _anchor_residual_mm(
    px_from_mm: PxFromMm, anchored: Anchored, options: RegisterOptions
) -> float:
    mm, px = anchored.points_mm, anchored.points_px
    return _small_residual_mm(px_from_mm, mm, px, options.max_residual_mm)


def _small_residual_mm(px_from_mm: PxFromMm, mm: Points, px: Points, limit_mm: float) -> float:
    """RMS distance of anchors from where the transform puts them, if it is small."""
    if not len(mm):
        return 0.0
    off_mm = px_from_mm.inverse(px) - mm
    residual_mm = float(np.sqrt(np.mean(np.sum(off_mm**2, axis=1))))
    if residual_mm > limit_mm:
        raise _too_far(residual_mm, limit_mm)
    return residual_mm


def _too_far(residual_mm: float, limit_mm: float) -> RegistrationError:
    detail = (
        f"anchors are {residual_mm:.2f} mm off, at most {limit_mm:.2f} are allowed; "
        "flatten the sheet and scan it again"
    )
    return RegistrationError("residual_too_large", detail)


def _angle_deg(px_from_mm: PxFromMm, at_mm: tuple[float, float]) -> float:
    """Clockwise angle by which the content is turned, -180 to 180."""
    x, y = at_mm
    start, end = px_from_mm(np.array([(x - 20, y), (x + 20, y)], dtype=np.float64))
    return float(np.degrees(np.arctan2(end[1] - start[1], end[0] - start[0])))
