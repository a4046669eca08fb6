"""The sheet's own edges: the best four-sided bright, dark or coloured thing in the picture.

Candidates come from several ways to tell paper from what lies under it; each of their sides is
then moved to the strongest step of brightness nearby, and the four lines are judged by how much
of each side shows such a step. The background may be busy, of one colour with the sheet in
grey, or dark with light things in it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.geometry import Points
from formscan.page import Page, Picture

__all__ = ["PaperOptions", "Quad", "find_paper"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PaperOptions:
    """How the sheet is looked for.

    Attributes:
        rough_px: Long side of the picture in which candidates are found.
        fine_px: Long side of the picture in which their sides are placed.
        min_area: Least share of the picture that the sheet covers.
        min_fill: Least share of the four-sided figure that the candidate fills.
        reach: How far a side may be moved, as a share of the long side.
        samples: Places along each side at which its step is measured.
        min_step: Least difference of the two sides of an edge, grey levels.
        min_seen: Least share of a side's samples that show the edge.
        loose: Share of a side at which a sample may miss the line and still be of it.
    """

    rough_px: int = 480
    fine_px: int = 1400
    min_area: float = 0.08
    min_fill: float = 0.85
    reach: float = 0.012
    samples: int = 80
    min_step: float = 6.0
    min_seen: float = 0.45
    loose: float = 0.004


@dataclass(frozen=True, slots=True, eq=False)
class Quad:
    """A sheet in the picture.

    Attributes:
        corners_px: (4, 2) clockwise from the one nearest the picture's top left.
        seen: Share of the samples of its weakest side that show an edge.
    """

    corners_px: Points = dataclasses.field(repr=False)
    seen: float


def find_paper(page: Page, options: PaperOptions | None = None) -> list[Quad]:
    """Sheets that the picture may show, best first; empty where no edge is seen."""
    options = options or PaperOptions()
    long_side = max(page.gray.shape)
    picture = page.gray if page.bgr is None else page.bgr
    rough_scale = min(1.0, options.rough_px / long_side)
    rough = _resized(picture, rough_scale)
    fine_scale = min(1.0, options.fine_px / long_side)
    fine = _planes(_softened(_resized(picture, fine_scale), 1.0))
    found: list[Quad] = []
    for corners in _candidates(rough, options):
        start = (corners + 0.5) * (fine_scale / rough_scale) - 0.5
        quad = _placed(fine, start, options)
        if quad is None:
            continue
        in_scan = (quad.corners_px + 0.5) / fine_scale - 0.5
        if not any(_same(in_scan, other.corners_px, long_side) for other in found):
            found.append(Quad(in_scan, quad.seen))
    return sorted(found, key=lambda quad: quad.seen, reverse=True)


def _resized(picture: Picture, scale: float) -> Picture:
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _softened(picture: Picture, sigma: float) -> Picture:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8)


def _planes(picture: Picture) -> list[Picture]:
    """Grey, and the two colour differences, in which an edge may show."""
    if picture.ndim == 2:
        return [picture]
    lab = cv2.cvtColor(picture, cv2.COLOR_BGR2LAB)
    return [np.asarray(plane, np.uint8) for plane in cv2.split(lab)]


def _candidates(rough: Picture, options: PaperOptions) -> Iterator[Points]:
    """(4, 2) corners in the rough picture."""
    height, width = rough.shape[:2]
    for mask in _masks(rough):
        contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for contour in sorted(contours, key=cv2.contourArea, reverse=True)[:2]:
            hull = cv2.convexHull(contour)
            area = cv2.contourArea(hull)
            if area < options.min_area * height * width:
                continue
            corners = _four_corners(np.asarray(hull, np.int32))
            if corners is not None and area > options.min_fill * _area(corners):
                yield corners


def _masks(rough: Picture) -> Iterator[Picture]:
    """Pictures of two levels in which the sheet may be one piece."""
    planes = _planes(_softened(rough, 1.5))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    opening = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (15, 15))

    def solid(mask: Picture) -> Picture:
        closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel, iterations=2)
        return np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, opening), np.uint8)

    for plane in planes:
        level, bright = cv2.threshold(plane, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        yield solid(np.asarray(bright, np.uint8))
        if len(planes) > 1:
            yield solid(np.asarray(cv2.bitwise_not(bright), np.uint8))
        brighter = cv2.threshold(plane, 0.5 * (level + 255), 255, cv2.THRESH_BINARY)[1]
        yield solid(np.asarray(brighter, np.uint8))
    yield solid(_unlike_border(planes))
    edges = np.zeros(rough.shape[:2], np.uint8)
    for plane in planes:
        edges = np.maximum(edges, np.asarray(cv2.Canny(plane, 20, 50), np.uint8))
    closed = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, kernel)
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    filled = np.zeros_like(edges)
    cv2.drawContours(filled, contours, -1, 255, -1)
    yield np.asarray(cv2.morphologyEx(filled, cv2.MORPH_OPEN, opening), np.uint8)


def _unlike_border(planes: list[Picture]) -> Picture:
    """What differs from all that touches the picture's border."""
    stack = np.stack(planes, axis=-1).astype(np.float32)
    sides = (stack[0], stack[-1], stack[:, 0], stack[:, -1])
    centres = [np.median(side, axis=0) for side in sides]
    away = np.min([np.linalg.norm(stack - centre, axis=-1) for centre in centres], axis=0)
    levels = np.clip(away * 2, 0, 255).astype(np.uint8)
    mask = cv2.threshold(levels, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1]
    return np.asarray(mask, np.uint8)


def _four_corners(hull: NDArray[np.int32]) -> Points | None:
    """The four-sided figure around a hull: its polygon, simplified until four corners are left."""
    around = cv2.arcLength(hull, True)
    for share in (0.01, 0.02, 0.03, 0.045, 0.06, 0.08):
        polygon = cv2.approxPolyDP(hull, share * around, True)
        if len(polygon) == 4:
            return _clockwise(np.asarray(polygon, np.float64).reshape(4, 2))
    return None


def _clockwise(corners: Points) -> Points:
    """From the corner nearest the top left, clockwise as seen (y down)."""
    middle = corners.mean(axis=0)
    angle = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    ordered = corners[np.argsort(angle)]
    first = int(np.argmin(ordered.sum(axis=1)))
    return np.roll(ordered, -first, axis=0)


def _area(corners: Points) -> float:
    return float(cv2.contourArea(corners.astype(np.float32)))


def _placed(fine: list[Picture], corners: Points, options: PaperOptions) -> Quad | None:
    """Each side moved to the edge that is nearby; None where one shows none."""
    height, width = fine[0].shape
    limit = max(height, width)
    lines, seen = [], []
    for index in range(4):
        start, end = corners[index], corners[(index + 1) % 4]
        if _along_border(start, end, width, height):
            lines.append(_line_through(start, end))
            continue
        found = _edge(fine, start, end, options, limit)
        if found is None:
            return None
        lines.append(found[0])
        seen.append(found[1])
    if len(seen) < 2:
        return None
    points = [_crossing(lines[index - 1], lines[index]) for index in range(4)]
    placed = np.array(points)
    if not np.all(np.isfinite(placed)) or np.abs(placed - corners).max() > 0.06 * limit:
        return None
    return Quad(placed, min(seen))


def _along_border(start: Points, end: Points, width: int, height: int) -> bool:
    near = 0.006 * max(width, height)
    (x0, y0), (x1, y1) = start, end
    return bool(
        max(x0, x1) < near
        or max(y0, y1) < near
        or min(x0, x1) > width - 1 - near
        or min(y0, y1) > height - 1 - near
    )


def _edge(
    fine: list[Picture], start: Points, end: Points, options: PaperOptions, limit: int
) -> tuple[Floats, float] | None:
    """(line, share of samples that show it): the strongest step near the segment."""
    along = end - start
    length = float(np.linalg.norm(along))
    if length < 20:
        return None
    normal = np.array([-along[1], along[0]]) / length
    reach = max(6, round(options.reach * limit))
    share = np.linspace(0.06, 0.94, options.samples)
    offsets = np.arange(-reach - 3, reach + 4)
    at = start + share[:, None] * along
    grid = at[:, None, :] + offsets[None, :, None] * normal
    maps = [grid[..., axis].astype(np.float32) for axis in (0, 1)]
    step = np.max([_steps(plane, maps[0], maps[1]) for plane in fine], axis=0)
    best = step.argmax(axis=1)
    strong = step[np.arange(len(best)), best] >= options.min_step
    if strong.mean() < options.min_seen:
        return None
    places = at[strong] + offsets[best[strong] + 3][:, None] * normal
    return _robust_line(places, max(1.5, options.loose * length), len(share))


def _steps(plane: Picture, x: NDArray[np.float32], y: NDArray[np.float32]) -> Floats:
    """(n, t) difference between the means of three pixels on either side."""
    values = cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    total = np.cumsum(np.pad(values.astype(np.float64), ((0, 0), (1, 0))), axis=1)
    before = (total[:, 3:-4] - total[:, :-7]) / 3
    after = (total[:, 7:] - total[:, 4:-3]) / 3
    return np.asarray(np.abs(after - before), np.float64)


def _robust_line(places: Points, near: float, asked: int) -> tuple[Floats, float] | None:
    """(a, b, c) of a x + b y + c = 0 with unit normal, by repeated trimming; its support."""
    kept = places
    line = None
    for _ in range(6):
        if len(kept) < 8:
            return None
        vx, vy, x, y = np.ravel(cv2.fitLine(kept.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01))
        line = np.array([-vy, vx, vy * x - vx * y], np.float64)
        off = np.abs(places @ line[:2] + line[2])
        limit = max(near, float(np.median(off)))
        kept = places[off <= limit]
    return None if line is None else (line, float(np.mean(off <= near)) * len(places) / asked)


def _line_through(start: Points, end: Points) -> Floats:
    normal = np.array([start[1] - end[1], end[0] - start[0]])
    normal = normal / max(float(np.linalg.norm(normal)), 1e-9)
    return np.array([*normal, -float(normal @ start)])


def _crossing(first: Floats, second: Floats) -> Points:
    point = np.cross(first, second)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(point[:2] / point[2], np.float64)


def _same(one: Points, other: Points, long_side: int) -> bool:
    return bool(np.abs(one - other).max() < 0.008 * long_side)
