"""Small anchor pictures, found by template matching over several sizes.

The way of OMRChecker's CropOnMarkers: one marker picture in each quadrant of the scan, whose
size relative to the sheet is known only roughly. Corners of printed boxes look like corner marks
of any size, so the likeliest places of all markers are weighed together: they must lie to each
other as on the sheet, as far as a camera's perspective lets them.
"""

from __future__ import annotations

import base64
import dataclasses
import itertools
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
        misfit: What speaks against places that lie to each other in another way than on the
            sheet: correlation per part of the sheet's diagonal by which they are off (RMS).
        most_misfit: No sheet is seen so much out of shape: such places are none.
    """

    width_px: int = 900
    sizes: tuple[float, ...] = tuple(np.round(np.arange(0.35, 1.16, 0.05), 2).tolist())
    finer: tuple[float, ...] = (0.91, 0.94, 0.97, 1.03, 1.06, 1.09)
    min_score: float = 0.45
    misfit: float = 6.0
    most_misfit: float = 0.1


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

    The size is one for all, and so is the look: those at which the four score best together.
    """
    options = options or MarkerOptions()
    anchors = [anchor for anchor in layout.anchors if anchor.kind == "picture"]
    looks = [_with_look(anchors, look) for look in range(1 + len(anchors[0].other_pngs))]
    coarse = options.width_px // 2
    tried = [(_search(gray, each, layout, coarse, options.sizes, options), each) for each in looks]
    rough, anchors = max(tried, key=lambda one: one[0].total)
    near = tuple(rough.size * factor for factor in (0.9, 0.94, 0.97, 1.0, 1.03, 1.06, 1.1))
    found = _search(gray, anchors, layout, options.width_px, near, options)
    best = found.places if found.total >= 0.8 * rough.total else []
    kept = [index for index, (score, _) in enumerate(best) if score >= options.min_score]
    at = np.array([[complex(*best[index][1]) for index in kept]])
    scores = np.array([[best[index][0] for index in kept]])
    if kept and _misfit(at, scores, [anchors[index] for index in kept]) > options.most_misfit:
        kept = []
    return MarkersFound(
        np.array([anchors[index].box.center for index in kept]).reshape(-1, 2),
        np.array([(best[index][1] + 0.5) / found.scale - 0.5 for index in kept]).reshape(-1, 2),
        tuple(best[index][0] for index in kept),
    )


def _with_look(anchors: list[Anchor], look: int) -> list[Anchor]:
    """The anchors with their first picture (0) or another one of theirs."""
    if not look:
        return anchors
    return [
        anchor.model_copy(update={"picture_png": anchor.other_pngs[look - 1]}) for anchor in anchors
    ]


_Place = tuple[float, Points]
"""(score, centre px) of a marker."""

_MOST_PLACES = 6
_MOST_SETS = 2000
_LIKE_BEST = 6
_RIVAL = 0.9
"""A place that scores less than this share of the best in its quadrant is no rival of it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """The places of all markers at the best size.

    Attributes:
        places: One per marker, in the picture searched.
        total: Their scores together, less what speaks against them as a whole.
        size: As a share of what the template says.
        scale: Of the picture searched.
    """

    places: list[_Place]
    total: float
    size: float
    scale: float


def _search(
    gray: Picture,
    anchors: list[Anchor],
    layout: PageLayout,
    width_px: int,
    sizes: tuple[float, ...],
    options: MarkerOptions,
) -> _Search:
    scale = min(1.0, width_px / gray.shape[1])
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    even = _evened(np.asarray(small, np.uint8))
    px_per_mm = small.shape[1] / layout.width_mm
    best: _Search | None = None
    for size in sizes:
        places = [_places(even, anchor, layout, px_per_mm * size) for anchor in anchors]
        chosen, total = _together(places, anchors, options)
        if best is None or total > best.total:
            best = _Search(chosen, total, size, scale)
    if best is None:
        raise ValueError("no size of the anchor pictures is tried")
    return best


def _together(
    places: list[list[_Place]], anchors: list[Anchor], options: MarkerOptions
) -> tuple[list[_Place], float]:
    """One place for each marker: those that score best and lie to each other as on the sheet.

    How much out of shape they are counts up to a limit: a marker may be lost.
    """
    count = max(int(_MOST_SETS ** (1 / len(anchors))), 1)
    kept = [each[:count] for each in places]
    sets = np.array(list(itertools.product(*(range(len(each)) for each in kept))))
    rows = range(len(anchors))
    scores = np.stack([np.array([place[0] for place in kept[i]])[sets[:, i]] for i in rows], 1)
    found = [np.array([complex(*place[1]) for place in kept[i]])[sets[:, i]] for i in rows]
    off = _misfit(np.stack(found, axis=1), scores, anchors)
    total = scores.sum(axis=1) - options.misfit * np.minimum(off, options.most_misfit)
    best = int(np.argmax(total))
    return [kept[i][sets[best, i]] for i in rows], float(total[best])


def _misfit(
    px: np.ndarray[tuple[int, ...], np.dtype[np.complex128]],
    scores: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    anchors: list[Anchor],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """How far n sets of places are off the sheet's, turned and scaled at best (Umeyama 1991).

    Args:
        px: (n, anchors) places, complex numbers as points of the plane.
        scores: (n, anchors) of the places; one that scores far less than the best hardly counts.
        anchors: Where they are printed.

    Returns:
        (n,) RMS, as a part of the way across all markers.
    """
    mm = np.array([complex(*anchor.box.center) for anchor in anchors])
    if len(mm) < 3:
        return np.zeros(len(px))
    weight = np.maximum(scores, 0.0) ** _LIKE_BEST + 1e-9
    weight /= weight.sum(axis=1, keepdims=True)
    from_mm = mm - (weight * mm).sum(axis=1, keepdims=True)
    from_px = px - (weight * px).sum(axis=1, keepdims=True)
    turn = (weight * from_px * from_mm.conj()).sum(axis=1)
    turn /= np.maximum((weight * np.abs(from_mm) ** 2).sum(axis=1), 1e-9)
    off = np.abs(from_px - turn[:, None] * from_mm)
    spread = np.abs(turn) * 2 * np.abs(mm - mm.mean()).max()
    return np.asarray(np.sqrt((weight * off**2).sum(axis=1)) / np.maximum(spread, 1e-6))


def _places(picture: Picture, anchor: Anchor, layout: PageLayout, px_per_mm: float) -> list[_Place]:
    """The best places in the anchor's quadrant, best first; at least one."""
    width = max(6, round(anchor.box.width * px_per_mm))
    height = max(6, round(anchor.box.height * px_per_mm))
    marker = _marker(anchor.picture_png, width, height)
    left, top, quadrant = _quadrant(picture, anchor, layout)
    if quadrant.shape[0] <= height or quadrant.shape[1] <= width:
        return [(-1.0, np.zeros(2))]
    scores = cv2.matchTemplate(quadrant, marker, cv2.TM_CCOEFF_NORMED)
    rest, apart = scores.copy(), max(2, min(width, height) // 4)
    found: list[_Place] = []
    while len(found) < _MOST_PLACES:
        _, score, _, (x, y) = cv2.minMaxLoc(rest)
        if found and score < _RIVAL * found[0][0]:
            break
        dx, dy = _subpixel(np.asarray(scores, np.float64), x, y)
        centre = np.array([left + x + dx + (width - 1) / 2, top + y + dy + (height - 1) / 2])
        found.append((float(score), centre))
        rest[max(y - apart, 0) : y + apart + 1, max(x - apart, 0) : x + apart + 1] = -1
    return found


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
