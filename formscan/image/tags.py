"""AprilTag 36h11 corners on a scan (Olson 2011; Wang & Olson 2016), with OpenCV's detector.

Detection runs on a reduced picture with one threshold window and only the ids that the page
can carry (9 ms instead of 500 ms on a page full of boxes); corners are then refined on the
full picture.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from formscan.geometry import Points
from formscan.page import Picture
from formscan.templates.model import Anchor

__all__ = ["TagOptions", "TagsFound", "find_tags"]

_ROUNDED_UP = 0.3
"""Pictures are reduced by whole numbers, ten times faster than by others; 1.7 counts as 2."""


@dataclass(frozen=True, slots=True)
class TagOptions:
    """How tags are looked for.

    Attributes:
        side_px: Long side, about, of the reduced picture on which they are detected first.
        windows: Threshold windows that are tried, px of the reduced picture.
        min_perimeter: Shortest outline, as a share of the picture's long side.
        max_perimeter: Longest outline, likewise.
    """

    side_px: int = 1754
    windows: tuple[int, ...] = (23, 11, 45)
    min_perimeter: float = 0.05
    max_perimeter: float = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class TagsFound:
    """Corners of the tags of one page.

    Attributes:
        anchors: The anchors found, in template order.
        corners_px: (n, 4, 2) as printed: top-left, top-right, bottom-right, bottom-left.
        doubles: Ids that were seen more than once: two sheets in one picture.
        strangers: Ids seen that belong to other pages.
    """

    anchors: tuple[Anchor, ...]
    corners_px: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = dataclasses.field(repr=False)
    doubles: tuple[int, ...] = ()
    strangers: tuple[int, ...] = ()

    @property
    def points_px(self) -> Points:
        """(4n, 2) all corners."""
        return self.corners_px.reshape(-1, 2)

    @property
    def points_mm(self) -> Points:
        """(4n, 2) where they are printed."""
        if not self.anchors:
            return np.zeros((0, 2))
        return np.concatenate([anchor.box.corners() for anchor in self.anchors])


def find_tags(
    gray: Picture,
    anchors: Sequence[Anchor],
    options: TagOptions | None = None,
    strangers: Sequence[int] = (),
) -> TagsFound:
    """Find the tags among ``anchors``; stops at the first try that finds all of them.

    Args:
        gray: The scan.
        anchors: Of the page.
        options: How they are looked for.
        strangers: Ids of other pages, to be told where they are seen on the way.
    """
    options = options or TagOptions()
    wanted = {anchor.tag_id: anchor for anchor in anchors if anchor.kind == "tag"}
    if not wanted:
        return TagsFound((), np.zeros((0, 4, 2)))
    found: dict[int, Points] = {}
    doubles: set[int] = set()
    others: set[int] = set()
    for small, scale, window in _tries(gray, options):
        seen = _detect(small, window, (*wanted, *strangers), options)
        for tag_id, corners in seen:
            if tag_id not in wanted:
                others.add(tag_id)
                continue
            points = (corners + 0.5) / scale - 0.5
            if tag_id not in found:
                found[tag_id] = points
            elif _apart(found[tag_id], points):
                doubles.add(tag_id)
        if len(found) == len(wanted):
            break
    kept = [anchor for anchor in anchors if anchor.tag_id in found]
    refined = [_refine(gray, found[anchor.tag_id]) for anchor in kept]
    stacked = np.array(refined, dtype=np.float64).reshape(-1, 4, 2)
    return TagsFound(tuple(kept), stacked, tuple(sorted(doubles)), tuple(sorted(others)))


def _tries(gray: Picture, options: TagOptions) -> Iterator[tuple[Picture, float, int]]:
    """(picture, its scale, threshold window), cheapest first."""
    scale = 1.0 / max(1, int(max(gray.shape) / options.side_px + _ROUNDED_UP))
    small = _scaled(gray, scale)
    for window in options.windows:
        yield small, scale, window
    lifted = cv2.createCLAHE(clipLimit=4.0, tileGridSize=(8, 8)).apply(small)
    yield np.asarray(lifted, np.uint8), scale, options.windows[0]
    yield np.asarray(cv2.GaussianBlur(small, (0, 0), 1.2), np.uint8), scale, options.windows[0]
    if scale < 0.7:
        larger = min(1.0, scale * 1.8)
        yield _scaled(gray, larger), larger, 2 * options.windows[0] - 1
    yield _scaled(gray, scale / 2), scale / 2, options.windows[0] // 2


def _scaled(gray: Picture, scale: float) -> Picture:
    if scale >= 1.0:
        return gray
    shrink = round(1.0 / scale)
    if abs(shrink * scale - 1.0) < 1e-9:
        gray = gray[: gray.shape[0] // shrink * shrink, : gray.shape[1] // shrink * shrink]
    return np.asarray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def _detect(
    small: Picture, window: int, ids: tuple[int, ...], options: TagOptions
) -> list[tuple[int, Points]]:
    parameters = cv2.aruco.DetectorParameters()
    parameters.adaptiveThreshWinSizeMin = window | 1
    parameters.adaptiveThreshWinSizeMax = window | 1
    parameters.minMarkerPerimeterRate = options.min_perimeter
    parameters.maxMarkerPerimeterRate = options.max_perimeter
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    parameters.cornerRefinementWinSize = 3
    every = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    few = cv2.aruco.Dictionary(every.bytesList[list(ids)], 6, every.maxCorrectionBits)
    quads, found, _ = cv2.aruco.ArucoDetector(few, parameters).detectMarkers(small)
    return [
        (ids[int(np.ravel(found)[place])], np.asarray(quad, dtype=np.float64).reshape(4, 2))
        for place, quad in enumerate(quads)
    ]


def _apart(one: Points, other: Points) -> bool:
    side = float(np.linalg.norm(one[0] - one[2]))
    return float(np.linalg.norm(one.mean(axis=0) - other.mean(axis=0))) > side


def _refine(gray: Picture, corners: Points) -> Points:
    """Corners to a fraction of a pixel: lines fitted through the four outer edges."""
    module = float(np.mean(np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1))) / 8
    reach = max(2, round(0.6 * module))
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_MAX_ITER, 30, 0.01)
    refined = corners.astype(np.float32).reshape(-1, 1, 2).copy()
    height, width = gray.shape
    low, high = corners.min(axis=0) - 3 * reach, corners.max(axis=0) + 3 * reach
    if low.min() < 0 or high[0] >= width or high[1] >= height:
        return corners
    cv2.cornerSubPix(gray, refined, (reach, reach), (-1, -1), criteria)
    points = np.asarray(refined.reshape(4, 2), dtype=np.float64)
    moved = np.linalg.norm(points - corners, axis=1)
    return np.where((moved < 1.5 * reach)[:, None], points, corners)
