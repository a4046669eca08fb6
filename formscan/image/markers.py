"""Small anchor pictures, found by template matching over several sizes.

The way of OMRChecker's CropOnMarkers: one marker picture in each quadrant of the scan, whose
size relative to the sheet is known only roughly.
"""

from __future__ import annotations

import base64
import dataclasses
from dataclasses import dataclass

import cv2
import numpy as np

from formscan.geometry import Points
from formscan.page import Picture
from formscan.templates.model import Anchor, PageLayout

__all__ = ["MarkerOptions", "MarkersFound", "find_markers"]


@dataclass(frozen=True, slots=True)
class MarkerOptions:
    """How anchor pictures are looked for.

    Attributes:
        width_px: The picture is reduced to this width (portrait) for the search.
        sizes: Sizes that are tried, as shares of the size that the template says.
        finer: Around the best of these, as shares of it.
        min_score: Least normalised correlation, -1 to 1, of every marker.
    """

    width_px: int = 900
    sizes: tuple[float, ...] = tuple(np.round(np.arange(0.35, 1.16, 0.05), 2).tolist())
    finer: tuple[float, ...] = (0.91, 0.94, 0.97, 1.03, 1.06, 1.09)
    min_score: float = 0.45


@dataclass(frozen=True, slots=True, eq=False)
class MarkersFound:
    """Centres of the anchor pictures, in the order of the anchors found.

    Attributes:
        points_mm: (n, 2) where they are printed.
        points_px: (n, 2) where they lie.
        scores: (n,) normalised correlation.
    """

    points_mm: Points = dataclasses.field(repr=False)
    points_px: Points = dataclasses.field(repr=False)
    scores: tuple[float, ...]


def find_markers(
    gray: Picture, layout: PageLayout, options: MarkerOptions | None = None
) -> MarkersFound:
    """Look for each anchor of kind ``picture`` in its own quadrant of the scan, upright.

    The size is one for all: that at which the four score best together.
    """
    options = options or MarkerOptions()
    anchors = [anchor for anchor in layout.anchors if anchor.kind == "picture"]
    rough, _, size = _search(gray, anchors, layout, options.width_px // 2, options.sizes)
    near = tuple(size * factor for factor in (0.9, 0.94, 0.97, 1.0, 1.03, 1.06, 1.1))
    best, scale, _ = _search(gray, anchors, layout, options.width_px, near)
    best = best if _total(best) >= 0.8 * _total(rough) else []
    kept = [index for index, (score, _) in enumerate(best) if score >= options.min_score]
    return MarkersFound(
        np.array([anchors[index].box.center for index in kept]).reshape(-1, 2),
        np.array([(best[index][1] + 0.5) / scale - 0.5 for index in kept]).reshape(-1, 2),
        tuple(best[index][0] for index in kept),
    )


_Places = list[tuple[float, Points]]


def _total(found: _Places) -> float:
    return sum(score for score, _ in found)


def _search(
    gray: Picture,
    anchors: list[Anchor],
    layout: PageLayout,
    width_px: int,
    sizes: tuple[float, ...],
) -> tuple[_Places, float, float]:
    """(places at the best size, scale of the picture searched, best size)."""
    scale = min(1.0, width_px / gray.shape[1])
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    even = _evened(np.asarray(small, np.uint8))
    px_per_mm = small.shape[1] / layout.width_mm
    found = {
        size: [_match(even, anchor, layout, px_per_mm * size) for anchor in anchors]
        for size in sizes
    }
    size = max(found, key=lambda one: (_total(found[one]), -one))
    return found[size], scale, size


def _match(
    picture: Picture, anchor: Anchor, layout: PageLayout, px_per_mm: float
) -> tuple[float, Points]:
    """(score, centre px) of the best place in the anchor's quadrant."""
    width = max(6, round(anchor.box.width * px_per_mm))
    height = max(6, round(anchor.box.height * px_per_mm))
    marker = _marker(anchor.picture_png, width, height)
    left, top, quadrant = _quadrant(picture, anchor, layout)
    if quadrant.shape[0] <= height or quadrant.shape[1] <= width:
        return -1.0, np.zeros(2)
    scores = cv2.matchTemplate(quadrant, marker, cv2.TM_CCOEFF_NORMED)
    _, score, _, (x, y) = cv2.minMaxLoc(scores)
    dx, dy = _subpixel(np.asarray(scores, np.float64), x, y)
    centre = np.array([left + x + dx + (width - 1) / 2, top + y + dy + (height - 1) / 2])
    return float(score), centre


def _quadrant(picture: Picture, anchor: Anchor, layout: PageLayout) -> tuple[int, int, Picture]:
    """(left, top, pixels) of the half-by-half part of the scan where the anchor must lie."""
    height, width = picture.shape
    x, y = anchor.box.center
    left = 0 if x < layout.width_mm / 2 else width // 2
    top = 0 if y < layout.height_mm / 2 else height // 2
    return left, top, picture[top : top + height // 2, left : left + width // 2]


def _marker(picture_png: str, width: int, height: int) -> Picture:
    data = np.frombuffer(base64.b64decode(picture_png), np.uint8)
    marker = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    if marker is None:
        raise ValueError("an anchor picture of the template is no PNG")
    resized = cv2.resize(marker, (width, height), interpolation=cv2.INTER_AREA)
    return _evened(np.asarray(resized, np.uint8))


def _evened(gray: Picture) -> Picture:
    """The full range of greys, whatever the light."""
    normal = np.zeros_like(gray)
    cv2.normalize(cv2.GaussianBlur(gray, (3, 3), 0), normal, 0, 255, cv2.NORM_MINMAX)
    return normal


def _subpixel(scores: np.ndarray[tuple[int, ...], np.dtype[np.float64]], x: int, y: int) -> Points:
    """(dx, dy) of the top of the parabola through the best score and its neighbours."""
    height, width = scores.shape
    offset = np.zeros(2)
    if 0 < x < width - 1:
        offset[0] = _vertex(scores[y, x - 1], scores[y, x], scores[y, x + 1])
    if 0 < y < height - 1:
        offset[1] = _vertex(scores[y - 1, x], scores[y, x], scores[y + 1, x])
    return offset


def _vertex(before: float, at: float, after: float) -> float:
    bend = before - 2 * at + after
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0 else 0.0
