"""Several first fits, four ways up: the one whose bubbles are where they should be, or none."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np

from formscan.errors import RegistrationError
from formscan.geometry import BoxMm, Homography, PxFromMm
from formscan.image.ambiguity import ambiguous
from formscan.image.bubble_fit import BubbleFit, BubbleFitOptions, fit_bubbles, way_up
from formscan.image.bubbles import BubblePattern
from formscan.image.fading import faded
from formscan.image.first import Anchored, FirstOptions, first_fits, fit_corners
from formscan.image.inscribed import inscribed
from formscan.image.next_bubble import ends_well, further
from formscan.image.search import search_sheet, skew_deg
from formscan.image.structure import Channel
from formscan.image.turned import deskewed_fits
from formscan.page import Page, Picture
from formscan.templates.model import PageLayout

__all__ = ["place_by_bubbles"]


def place_by_bubbles(
    page: Page,
    layout: PageLayout,
    pattern: BubblePattern,
    first: FirstOptions,
    options: BubbleFitOptions,
) -> BubbleFit:
    """The sheet where most of its bubbles are seen; else looked for at every angle and size.

    Raises:
        RegistrationError: ``residual_too_large`` or ``anchors_not_found``.
    """
    gray = page.gray
    starts, reason = _starts(page, layout, first, options)
    best = _best(gray, layout, pattern, starts, options)
    if best is not None:
        best = _where_blocks_end(gray, layout, pattern, best, options)
    poor = best is None or bool(_against(best, pattern, options))
    if poor or (best is not None and best.agreement < options.settled):
        loose = _searched(gray, layout, pattern, options)
        usual = -1.0 if best is None or poor else best.agreement + options.margin
        if loose is not None and loose.agreement > max(usual, options.min_searched):
            best = loose
    if best is None and reason is not None:
        raise reason
    if best is None or best.agreement < options.min_agreement:
        seen = 0.0 if best is None else max(best.agreement, 0.0)
        detail = (
            f"the form's bubbles are not where they should be (agreement {seen:.2f}, at least "
            f"{options.min_agreement:.2f} is needed); scan the whole sheet flat, upright and sharp"
        )
        raise RegistrationError("residual_too_large", detail)
    if against := _against(best, pattern, options):
        raise RegistrationError("residual_too_large", against)
    return _with_doubt(gray, layout, pattern, best, options)


def _against(fit: BubbleFit, pattern: BubblePattern, options: BubbleFitOptions) -> str:
    """What speaks against all of a fit, "" where nothing does."""
    lost = len(fit.doubtful_mm)
    if lost > options.max_doubtful * len(pattern.boxes):
        return (
            f"{lost} of {len(pattern.boxes)} groups of bubbles are not where they should be; "
            "scan the whole sheet flat and sharp"
        )
    if len(pattern.boxes) >= options.many and fit.against > options.max_against:
        return (
            "the bubbles fit better one row or column further; scan the whole sheet flat and level"
        )
    return ""


def _where_blocks_end(
    gray: Picture,
    layout: PageLayout,
    pattern: BubblePattern,
    fit: BubbleFit,
    options: BubbleFitOptions,
) -> BubbleFit:
    """The fit, or the one some bubbles further whose blocks end where the template says."""
    channel = small_channel(gray, fit.px_from_mm.homography, layout, pattern)
    if fit.start is None or ends_well(channel, layout, fit.px_from_mm, options.ambiguity):
        return fit
    starts = [fit.start]
    for _, way in way_up(channel, layout, fit.start, pattern, options):
        if not np.allclose(way.matrix, fit.start.matrix):
            starts.append(way)
    others = [fit_bubbles(channel, layout, way, pattern, options) for way in starts[1:]]
    fits = [one.px_from_mm for one in (fit, *others)]
    found = further(channel, layout, fits, options.ambiguity)
    if found is None:
        return fit
    index, move = found
    moved = Homography(fits[index].homography.matrix @ move)
    again = fit_bubbles(channel, layout, moved, pattern, options)
    return dataclasses.replace(again, start=Homography(starts[index].matrix @ move))


def _with_doubt(
    gray: Picture,
    layout: PageLayout,
    pattern: BubblePattern,
    fit: BubbleFit,
    options: BubbleFitOptions,
) -> BubbleFit:
    """The fit with the parts that may lie one bubble off among its doubtful ones."""
    channel = small_channel(gray, fit.px_from_mm.homography, layout, pattern)
    doubt = ambiguous(channel, layout, pattern, fit.start, fit.px_from_mm, options.ambiguity)
    if doubt.all():
        whole = BoxMm(x=0.0, y=0.0, width=layout.width_mm, height=layout.height_mm)
        return dataclasses.replace(fit, doubtful_mm=(whole,))
    parts = tuple(box for box, bad in zip(pattern.boxes, doubt, strict=True) if bad)
    return dataclasses.replace(fit, doubtful_mm=(*fit.doubtful_mm, *parts))


def _starts(
    page: Page, layout: PageLayout, first: FirstOptions, options: BubbleFitOptions
) -> tuple[list[Anchored], RegistrationError | None]:
    """First fits of the picture as it is and with its print turned level; why there are none."""
    starts: list[Anchored] = []
    reason: RegistrationError | None = None
    skew = 0.0 if _has_edges(layout) else skew_deg(page.gray)
    for turn in (0.0, skew) if abs(skew) >= options.level_deg else (0.0,):
        try:
            starts += (
                deskewed_fits(page, layout, first, turn)
                if turn
                else first_fits(page, layout, first)
            )
        except RegistrationError as error:
            reason = reason or error
    corners = inscribed(page.gray.shape[::-1], skew) if skew and not layout.anchors else None
    return starts + ([] if corners is None else [fit_corners(corners, layout)]), reason


def _has_edges(layout: PageLayout) -> bool:
    """Whether the sheet is found by what is not itself level with the picture."""
    return bool(layout.reference_png) or any(one.kind == "paper" for one in layout.anchors)


def _best(
    gray: Picture,
    layout: PageLayout,
    pattern: BubblePattern,
    starts: list[Anchored],
    options: BubbleFitOptions,
) -> BubbleFit | None:
    """The first fit and way up with the best agreement, refined."""
    found: list[tuple[float, Homography, bool]] = []
    for start in starts:
        channel = small_channel(gray, start.fit.homography, layout, pattern)
        anchored = len(start.points_mm) > 0
        if start.turns:
            ways = way_up(channel, layout, start.fit.homography, pattern, options)
            (first, homography), (second, _) = ways[:2]
            if first > max(options.min_start, second + options.margin):
                found.append((first * start.weight, homography, anchored))
        else:
            found.append((start.weight, start.fit.homography, anchored))
    if not found:
        return None
    _, homography, anchored = max(found, key=lambda one: one[0])
    fit = _fitted(gray, layout, pattern, homography, options)
    fit = dataclasses.replace(fit, start=homography)
    return _kept_near(fit, homography, layout, pattern, options) if anchored else fit


def _kept_near(
    fit: BubbleFit,
    plane: Homography,
    layout: PageLayout,
    pattern: BubblePattern,
    options: BubbleFitOptions,
) -> BubbleFit:
    """The fit at the bubbles, and the plane of the page's anchors far from them."""
    near = faded(
        fit.px_from_mm,
        plane,
        pattern.boxes,
        full_mm=options.full_mm,
        fade_mm=options.fade_mm,
        knot_mm=options.knot_mm,
        size_mm=(layout.width_mm, layout.height_mm),
    )
    return dataclasses.replace(fit, px_from_mm=near)


def _searched(
    gray: Picture, layout: PageLayout, pattern: BubblePattern, options: BubbleFitOptions
) -> BubbleFit | None:
    """The sheet at any angle and size; None where its way up stays unclear."""
    rough = search_sheet(gray, layout, pattern)
    channel = small_channel(gray, rough, layout, pattern)
    (first, homography), (second, _) = way_up(channel, layout, rough, pattern, options)[:2]
    if first < second + options.margin:
        return None
    return _fitted(gray, layout, pattern, homography, options)


def _fitted(
    gray: Picture,
    layout: PageLayout,
    pattern: BubblePattern,
    homography: Homography,
    options: BubbleFitOptions,
) -> BubbleFit:
    channel = small_channel(gray, homography, layout, pattern)
    return fit_bubbles(channel, layout, homography, pattern, options)


def small_channel(
    gray: Picture, homography: Homography, layout: PageLayout, pattern: BubblePattern
) -> Channel:
    """The scan no finer than twice what the pattern needs."""
    density = PxFromMm(homography).px_per_mm((layout.width_mm / 2, layout.height_mm / 2))
    shrink = int(density / (2 * pattern.px_per_mm))
    if shrink <= 1:
        return Channel(gray, 1.0)
    size = (gray.shape[1] // shrink, gray.shape[0] // shrink)
    cropped = gray[: size[1] * shrink, : size[0] * shrink]
    small = cv2.resize(cropped, size, interpolation=cv2.INTER_AREA)
    return Channel(np.asarray(small, np.uint8), 1.0 / shrink)
