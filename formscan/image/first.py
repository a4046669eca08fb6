"""First fits of a page: what its anchors, its edges or its picture say of where it lies."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import cv2
import numpy as np

from formscan.errors import RegistrationError
from formscan.geometry import Homography, Points, PxFromMm
from formscan.image.bubbles import bubble_pattern
from formscan.image.features import FeatureOptions, match_features
from formscan.image.fit import Fit, fit_groups, fit_homography
from formscan.image.identify import Sighting
from formscan.image.markers import MarkerOptions, find_markers
from formscan.image.paper import PaperOptions, find_paper
from formscan.image.shapes import SHAPES, with_pictures
from formscan.image.structure import outline_segments
from formscan.image.tags import TagOptions, TagsFound, find_tags
from formscan.page import Page, Picture
from formscan.templates.model import PageLayout, Template

__all__ = [
    "Anchored",
    "FirstOptions",
    "first_fits",
    "fit_corners",
    "fit_pointed",
    "fit_tags",
]


@dataclass(frozen=True, slots=True)
class FirstOptions:
    """How anchors are looked for.

    Attributes:
        trusted_residual_mm: Below it, a page with all its anchors cannot be a whole box off.
        tags: AprilTags.
        markers: Anchor pictures.
        paper: Edges of the sheet.
        features: The picture of the blank form.
    """

    trusted_residual_mm: float = 0.4
    tags: TagOptions = dataclasses.field(default_factory=TagOptions)
    markers: MarkerOptions = dataclasses.field(default_factory=MarkerOptions)
    paper: PaperOptions = dataclasses.field(default_factory=PaperOptions)
    features: FeatureOptions = dataclasses.field(default_factory=FeatureOptions)


@dataclass(frozen=True, slots=True, eq=False)
class Anchored:
    """A first fit and the points that it stands on.

    Attributes:
        fit: The plane and which anchors it uses.
        points_mm: (n, 2) on the sheet; none where the whole picture is taken as the sheet.
        points_px: (n, 2) in the scan.
        trusted: Its anchors agree so well that it cannot be a whole box off.
        turns: Whether it tells the corners of a sheet, but not which is which.
        weight: How well its anchors were seen, 0 to 1.
    """

    fit: Fit
    points_mm: Points = dataclasses.field(repr=False)
    points_px: Points = dataclasses.field(repr=False)
    trusted: bool
    turns: bool = False
    weight: float = 1.0


def fit_tags(gray: Picture, sighting: Sighting, options: FirstOptions) -> Anchored:
    """The fit of the tags and the page code.

    Raises:
        RegistrationError: ``anchors_not_found`` or ``mirrored``.
    """
    layout = sighting.layout
    others = _other_pages(sighting.template, layout)
    found = find_tags(gray, layout.anchors, options.tags, others)
    _refuse_two_sheets(found)
    groups_mm = [anchor.box.corners() for anchor in found.anchors]
    groups_px = list(found.corners_px)
    if sighting.qr_px is not None and layout.qr_box is not None and len(groups_mm) < 4:
        groups_mm.append(layout.qr_box.corners())
        groups_px.append(sighting.qr_px)
    fit = fit_groups(groups_mm, groups_px) if len(groups_mm) >= 2 else None
    if fit is None or not found.anchors:
        return _without_tags(gray, layout, len(found.anchors), options)
    tags = int(np.count_nonzero(fit.used[: len(found.anchors)]))
    enough = tags >= 4 or (tags == 3 and fit.stiff)
    trusted = enough and fit.residual_mm < options.trusted_residual_mm
    return _anchored(fit, groups_mm, groups_px, trusted=trusted)


def _other_pages(template: Template, layout: PageLayout) -> tuple[int, ...]:
    return tuple(
        anchor.tag_id
        for other in template.pages
        if other.page != layout.page
        for anchor in other.anchors
        if anchor.kind == "tag"
    )


def _refuse_two_sheets(found: TagsFound) -> None:
    """A page beside another one would be lost without a word."""
    if found.doubles or len(found.strangers) >= 2:
        what = (
            f"tags {found.doubles} stand twice"
            if found.doubles
            else f"tags {found.strangers} of another page are there too"
        )
        detail = f"{what}: two sheets in one picture; scan them apart"
        raise RegistrationError("anchors_not_found", detail)


def _without_tags(gray: Picture, layout: PageLayout, found: int, options: FirstOptions) -> Anchored:
    """The fit of the blank form's picture where the corner marks are lost."""
    if _seen_in_mirror(gray, layout, options.tags):
        detail = "the picture is mirrored; scan the printed side, without mirroring"
        raise RegistrationError("mirrored", detail)
    matched = _fit_features(gray, layout, options)
    if matched is None:
        wanted = sum(anchor.kind == "tag" for anchor in layout.anchors)
        detail = (
            f"{found} of {wanted} corner marks found, at least 2 are needed; "
            "scan the whole sheet flat, with all corners in the picture"
        )
        raise RegistrationError("anchors_not_found", detail)
    return matched


def _seen_in_mirror(gray: Picture, layout: PageLayout, options: TagOptions) -> bool:
    scale = min(1.0, options.side_px / max(gray.shape))
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    flipped = np.ascontiguousarray(small[:, ::-1]).astype(np.uint8)
    return len(find_tags(flipped, layout.anchors, options).anchors) >= 2


def first_fits(page: Page, layout: PageLayout, options: FirstOptions) -> list[Anchored]:
    """Where a sheet without tags may lie: from its anchor pictures, its edges, its reference.

    Raises:
        RegistrationError: ``anchors_not_found``.
    """
    kinds = {anchor.kind for anchor in layout.anchors}
    if kinds & (SHAPES | {"picture"}):
        return [_fit_markers(page.gray, with_pictures(layout), options.markers)]
    if layout.reference_png:
        matched = _fit_features(page.gray, layout, options)
        if matched is None:
            detail = "the picture of the blank form was not recognised; scan the sheet flat"
            raise RegistrationError("anchors_not_found", detail)
        return [matched]
    if "paper" in kinds:
        return [fit_corners(quad.corners_px, layout, quad.seen) for quad in find_paper(page)]
    if kinds:
        detail = f"anchors of kind {', '.join(sorted(kinds))} are not supported yet"
        raise RegistrationError("anchors_not_found", detail)
    return [_whole_picture(page.gray, layout)]


def _fit_features(gray: Picture, layout: PageLayout, options: FirstOptions) -> Anchored | None:
    matched = match_features(gray, layout, options.features)
    if matched is None or not _is_plausible(matched.homography, layout):
        return None
    off = matched.homography.inverse()(matched.points_px) - matched.points_mm
    residual = float(np.sqrt(np.mean(np.sum(off**2, axis=1))))
    fit = Fit(matched.homography, residual, np.ones(len(off), dtype=bool))
    return Anchored(fit, matched.points_mm, matched.points_px, trusted=False)


def _fit_markers(gray: Picture, layout: PageLayout, options: MarkerOptions) -> Anchored:
    found = find_markers(gray, layout, options)
    wanted = sum(anchor.kind == "picture" for anchor in layout.anchors)
    singles_mm = [point[None] for point in found.points_mm]
    singles_px = [point[None] for point in found.points_px]
    fewest = 3 if _judges(layout) else 4
    fit = fit_groups(singles_mm, singles_px) if len(singles_mm) >= fewest else None
    if fit is None:
        detail = (
            f"{len(found.scores)} of {wanted} anchor pictures found; "
            "scan the whole sheet upright, with all its corner pictures"
        )
        raise RegistrationError("anchors_not_found", detail)
    if not _is_plausible(fit.homography, layout):
        detail = "the anchor pictures found form no sheet; scan it upright and flat, in even light"
        raise RegistrationError("anchors_not_found", detail)
    anchored = _anchored(fit, singles_mm, singles_px, trusted=not fit.stiff)
    return dataclasses.replace(anchored, turns=True)


def _judges(layout: PageLayout) -> bool:
    """Whether bubbles or boxes can tell if a fourth corner was guessed rightly."""
    return bubble_pattern(layout) is not None or all(len(part) for part in outline_segments(layout))


def _anchored(
    fit: Fit, groups_mm: list[Points], groups_px: list[Points], *, trusted: bool
) -> Anchored:
    used = np.flatnonzero(fit.used)
    mm = np.concatenate([groups_mm[index] for index in used])
    px = np.concatenate([groups_px[index] for index in used])
    return Anchored(fit, mm, px, trusted)


def _is_plausible(homography: Homography, layout: PageLayout) -> bool:
    """Whether a sheet can look like this: not turned over, not steeper than a phone is held."""
    plane = PxFromMm(homography)
    corners = [(x, y) for x in (0.0, layout.width_mm) for y in (0.0, layout.height_mm)]
    scales = [plane.px_per_mm(corner) for corner in corners]
    first, right, down = plane(np.array([(0.0, 0.0), (layout.width_mm, 0), (0, layout.height_mm)]))
    turned = np.linalg.det(np.array([right - first, down - first]))
    return bool(turned > 0 and min(scales) > 0 and max(scales) < 2.5 * min(scales))


def fit_pointed(gray: Picture, mm: Points, px: Points, layout: PageLayout) -> Anchored:
    """Corners that a person pointed at: where to begin looking, never a measure.

    Raises:
        RegistrationError: ``anchors_not_found``.
    """
    size = np.array(gray.shape[::-1])
    near = np.all((px > -0.5 * size) & (px < 1.5 * size))
    homography = fit_homography(mm, px) if near else None
    if homography is None or not _is_plausible(homography, layout):
        detail = "the four corners form no sheet; begin at its top left and go clockwise"
        raise RegistrationError("anchors_not_found", detail)
    nothing = np.zeros((0, 2))
    return Anchored(Fit(homography, 0.0, np.ones(0, dtype=bool)), nothing, nothing, trusted=False)


def _whole_picture(gray: Picture, layout: PageLayout) -> Anchored:
    """The whole picture is the sheet: pixel edges meet the sheet's edges."""
    height, width = gray.shape
    corners = np.array([(0.0, 0.0), (width, 0), (width, height), (0, height)]) - 0.5
    return fit_corners(corners, layout)


def fit_corners(corners_px: Points, layout: PageLayout, weight: float = 1.0) -> Anchored:
    """The sheet whose corners lie there, any way up: (4, 2) px from its top left, clockwise."""
    sheet = np.array([(0.0, 0.0), (1, 0), (1, 1), (0, 1)]) * (layout.width_mm, layout.height_mm)
    matrix = cv2.getPerspectiveTransform(sheet.astype(np.float32), corners_px.astype(np.float32))
    fit = Fit(Homography(np.asarray(matrix, np.float64)), 0.0, np.ones(0, dtype=bool))
    nothing = np.zeros((0, 2))
    return Anchored(fit, nothing, nothing, trusted=True, turns=True, weight=weight)
