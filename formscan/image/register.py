"""Where every millimetre of the sheet lies in the picture, or the reason why nobody knows.

Anchors give a first transform; the printed structure (box outlines, texts) refines it and is
the judge: a page whose boxes are not where they should be is refused, never read.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass, replace

import cv2
import numpy as np

from formscan.errors import RegistrationError
from formscan.geometry import BoxMm, Homography, Points, PxFromMm
from formscan.image.fit import Fit, fit_groups, fit_homography
from formscan.image.identify import Sighting
from formscan.image.markers import MarkerOptions, find_markers
from formscan.image.quality import sharpness
from formscan.image.structure import structure_channel
from formscan.image.tags import TagOptions, find_tags
from formscan.image.verify import VerifyOptions, verify
from formscan.image.warp import WarpOptions, estimate_warp
from formscan.page import Page, Picture, RegisteredPage
from formscan.templates.model import PageLayout

__all__ = ["RegisterOptions", "register"]


@dataclass(frozen=True, slots=True)
class RegisterOptions:
    """Limits of a trustworthy registration.

    Attributes:
        max_first_residual_mm: A page whose anchors are further (RMS) off a plane is refused.
        max_residual_mm: A page whose anchors are further off the bent sheet is refused.
        max_pointing_mm: Likewise where a person pointed at them; no hand is as steady as ink.
        trusted_residual_mm: Below it, a page with all its anchors cannot be a whole box off.
        cut_off_mm: How far a field may reach beyond the picture.
        tags: How tags are looked for.
        markers: How anchor pictures are looked for.
        warp: How bent paper is estimated.
        verify: What the printed structure must confirm.
        verify_pointed: What it must confirm where a person pointed at the corners because they are
            damaged: nearly all of it, but one patch may be off.
    """

    max_first_residual_mm: float = 1.5
    max_residual_mm: float = 0.6
    max_pointing_mm: float = 4.0
    trusted_residual_mm: float = 0.4
    cut_off_mm: float = 0.5
    tags: TagOptions = dataclasses.field(default_factory=TagOptions)
    markers: MarkerOptions = dataclasses.field(default_factory=MarkerOptions)
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
    anchored = _first_fit(page.gray, sighting, options)
    if anchored.fit.residual_mm > options.max_first_residual_mm:
        raise _too_far(anchored.fit.residual_mm, options.max_first_residual_mm)
    if sighting.by_hand is not None:
        options = replace(options, verify=options.verify_pointed)
    px_from_mm = _refined(page, layout, anchored, options)
    residual_mm = _residual_mm(px_from_mm, anchored, sighting)
    limit_mm = options.max_pointing_mm if sighting.by_hand else options.max_residual_mm
    if residual_mm > limit_mm:
        raise _too_far(residual_mm, limit_mm)
    _check_inside(px_from_mm, layout, page.gray, options)
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
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Anchored:
    """The first fit and the points that it stands on."""

    fit: Fit
    points_mm: Points
    points_px: Points
    trusted: bool


def _anchored(
    fit: Fit, groups_mm: list[Points], groups_px: list[Points], *, trusted: bool
) -> _Anchored:
    used = np.flatnonzero(fit.used)
    mm = np.concatenate([groups_mm[index] for index in used])
    px = np.concatenate([groups_px[index] for index in used])
    return _Anchored(fit, mm, px, trusted)


def _refined(
    page: Page, layout: PageLayout, anchored: _Anchored, options: RegisterOptions
) -> PxFromMm:
    """The transform with its local warp; a page without printed boxes keeps the first fit."""
    plane = PxFromMm(anchored.fit.homography)
    if not any(anchor.kind == "tag" for anchor in layout.anchors):
        return plane
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
    verify(warp, trusted=anchored.trusted, options=options.verify)
    return warp.px_from_mm


def _residual_mm(px_from_mm: PxFromMm, anchored: _Anchored, sighting: Sighting) -> float:
    mm, px = sighting.by_hand or (anchored.points_mm, anchored.points_px)
    if not len(mm):
        return 0.0
    off_mm = px_from_mm.inverse(px) - mm
    return float(np.sqrt(np.mean(np.sum(off_mm**2, axis=1))))


def _first_fit(gray: Picture, sighting: Sighting, options: RegisterOptions) -> _Anchored:
    if sighting.by_hand is not None:
        return _pointed_at(gray, *sighting.by_hand, sighting.layout)
    kinds = {anchor.kind for anchor in sighting.layout.anchors}
    if "tag" in kinds:
        return _fit_tags(gray, sighting, options)
    if "picture" in kinds:
        return _fit_markers(gray, sighting.layout, options)
    if kinds:
        detail = f"anchors of kind {', '.join(sorted(kinds))} are not supported yet"
        raise RegistrationError("anchors_not_found", detail)
    return _stretched(gray, sighting.layout)


def _fit_tags(gray: Picture, sighting: Sighting, options: RegisterOptions) -> _Anchored:
    layout = sighting.layout
    found = find_tags(gray, layout.anchors, options.tags)
    wanted = sum(anchor.kind == "tag" for anchor in layout.anchors)
    if found.doubles:
        detail = f"tags {found.doubles} stand twice: two sheets in one picture? scan them apart"
        raise RegistrationError("anchors_not_found", detail)
    groups_mm = [anchor.box.corners() for anchor in found.anchors]
    groups_px = list(found.corners_px)
    if sighting.qr_px is not None and layout.qr_box is not None and len(groups_mm) < 4:
        groups_mm.append(layout.qr_box.corners())
        groups_px.append(sighting.qr_px)
    fit = fit_groups(groups_mm, groups_px) if len(groups_mm) >= 2 else None
    if fit is None or not found.anchors:
        if _seen_in_mirror(gray, layout, options):
            detail = "the picture is mirrored; scan the printed side, without mirroring"
            raise RegistrationError("mirrored", detail)
        detail = (
            f"{len(found.anchors)} of {wanted} corner marks found, at least 2 are needed; "
            "scan the whole sheet flat, with all corners in the picture"
        )
        raise RegistrationError("anchors_not_found", detail)
    tags = int(np.count_nonzero(fit.used[: len(found.anchors)]))
    enough = tags >= 4 or (tags == 3 and fit.stiff)
    trusted = enough and fit.residual_mm < options.trusted_residual_mm
    return _anchored(fit, groups_mm, groups_px, trusted=trusted)


def _seen_in_mirror(gray: Picture, layout: PageLayout, options: RegisterOptions) -> bool:
    scale = min(1.0, options.tags.side_px / max(gray.shape))
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    flipped = np.ascontiguousarray(small[:, ::-1]).astype(np.uint8)
    return len(find_tags(flipped, layout.anchors, options.tags).anchors) >= 2


def _fit_markers(gray: Picture, layout: PageLayout, options: RegisterOptions) -> _Anchored:
    found = find_markers(gray, layout, options.markers)
    wanted = sum(anchor.kind == "picture" for anchor in layout.anchors)
    singles_mm = [point[None] for point in found.points_mm]
    singles_px = [point[None] for point in found.points_px]
    fit = fit_groups(singles_mm, singles_px) if len(singles_mm) >= 4 else None
    if fit is None:
        detail = (
            f"{len(found.scores)} of {wanted} anchor pictures found; "
            "scan the whole sheet upright, with all its corner pictures"
        )
        raise RegistrationError("anchors_not_found", detail)
    if not _is_plausible(fit.homography, layout):
        detail = "the anchor pictures found form no sheet; scan it upright and flat, in even light"
        raise RegistrationError("anchors_not_found", detail)
    return _anchored(fit, singles_mm, singles_px, trusted=True)


def _is_plausible(homography: Homography, layout: PageLayout) -> bool:
    """Whether a sheet can look like this: not turned over, not steeper than a phone is held."""
    plane = PxFromMm(homography)
    corners = [(x, y) for x in (0.0, layout.width_mm) for y in (0.0, layout.height_mm)]
    scales = [plane.px_per_mm(corner) for corner in corners]
    first, right, down = plane(np.array([(0.0, 0.0), (layout.width_mm, 0), (0, layout.height_mm)]))
    turned = np.linalg.det(np.array([right - first, down - first]))
    return bool(turned > 0 and min(scales) > 0 and max(scales) < 2.5 * min(scales))


def _pointed_at(
    gray: Picture, points_mm: Points, points_px: Points, layout: PageLayout
) -> _Anchored:
    """Corners that a person pointed at: where to begin looking, never a measure."""
    size = np.array(gray.shape[::-1])
    near = np.all((points_px > -0.5 * size) & (points_px < 1.5 * size))
    homography = fit_homography(points_mm, points_px) if near else None
    if homography is None or not _is_plausible(homography, layout):
        detail = "the four corners form no sheet; begin at its top left and go clockwise"
        raise RegistrationError("anchors_not_found", detail)
    nothing = np.zeros((0, 2))
    return _Anchored(Fit(homography, 0.0, np.ones(0, dtype=bool)), nothing, nothing, trusted=False)


def _stretched(gray: Picture, layout: PageLayout) -> _Anchored:
    """The whole picture is the sheet: pixel edges meet the sheet's edges."""
    height, width = gray.shape
    x, y = width / layout.width_mm, height / layout.height_mm
    matrix = np.array([[x, 0, -0.5], [0, y, -0.5], [0, 0, 1]], dtype=np.float64)
    nothing = np.zeros((0, 2))
    fit = Fit(Homography(matrix), 0.0, np.ones(0, dtype=bool))
    return _Anchored(fit, nothing, nothing, trusted=True)


def _too_far(residual_mm: float, limit_mm: float) -> RegistrationError:
    detail = (
        f"anchors are {residual_mm:.2f} mm off, at most {limit_mm:.2f} are allowed; "
        "flatten the sheet and scan it again"
    )
    return RegistrationError("residual_too_large", detail)


def _check_inside(
    px_from_mm: PxFromMm, layout: PageLayout, gray: Picture, options: RegisterOptions
) -> None:
    """Refuse a picture that does not show all the fields."""
    if not layout.fields:
        return
    allowed = options.cut_off_mm
    boxes = [_shrunk(field.box, allowed) for field in layout.fields]
    corners = px_from_mm(np.concatenate([box.corners() for box in boxes]))
    height, width = gray.shape
    outside = _outside(corners, width, height).reshape(-1, 4)
    if outside.any():
        places = np.flatnonzero(np.any(outside, axis=1))
        names = [layout.fields[place].name for place in places]
        detail = (
            f"{len(names)} of {len(layout.fields)} fields lie outside the picture "
            f"({', '.join(names[:3])}); scan the whole sheet"
        )
        raise RegistrationError("cut_off", detail)


def _outside(points: Points, width: int, height: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    x, y = points[:, 0], points[:, 1]
    return np.array((x < -0.5) | (y < -0.5) | (x > width - 0.5) | (y > height - 0.5))


def _shrunk(box: BoxMm, by_mm: float) -> BoxMm:
    return box.grow(-min(by_mm, 0.4 * box.width, 0.4 * box.height))


def _angle_deg(px_from_mm: PxFromMm, at_mm: tuple[float, float]) -> float:
    """Clockwise angle by which the content is turned, -180 to 180."""
    x, y = at_mm
    start, end = px_from_mm(np.array([(x - 20, y), (x + 20, y)], dtype=np.float64))
    return float(np.degrees(np.arctan2(end[1] - start[1], end[0] - start[0])))
