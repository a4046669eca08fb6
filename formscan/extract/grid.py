"""Where the printed boxes of a comb really lie in its crop.

Paper is wavy: the template puts a box within a millimetre or so, its printed lines tell the
rest. Lines are found in capped darkness profiles, so that a stroke, which is darker but
shorter than a line, does not pull them.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.extract.order import median
from formscan.page import FieldCrop, Picture

__all__ = ["CellGrid", "GridOptions", "locate"]

Profile = NDArray[np.float32]

_CAP = np.uint8(90)


@dataclass(frozen=True, slots=True)
class GridOptions:
    """How boxes are looked for.

    Attributes:
        search_mm: How far the printed boxes may lie from where the template puts them.
        least_contrast: Grey levels by which a line must stand out of its profile.
    """

    search_mm: float = 1.6
    least_contrast: float = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class CellGrid:
    """The boxes of a comb in crop pixels.

    Attributes:
        boxes: (n, 4) float64 left, top, right, bottom of the middle of each box's lines.
        shift_px: (x, y) mean distance from where the template put them.
        contrast: Grey levels by which the lines stand out; 0 where none was found.
    """

    boxes: NDArray[np.float64] = dataclasses.field(repr=False)
    shift_px: tuple[float, float] = (0.0, 0.0)
    contrast: float = 0.0


def locate(crop: FieldCrop, options: GridOptions = GridOptions()) -> CellGrid:
    """Find the boxes of a comb.

    Args:
        crop: A comb with some paper around it; colour is used where the scan has it.
        options: Search range.

    Returns:
        The grid as printed; as the template says where no line can be seen.
    """
    nominal = np.array([crop.px_box(cell) for cell in crop.field.cells], dtype=np.float64)
    dark = _darkness(crop)
    reach = round(options.search_mm * crop.px_per_mm)
    inset = 0.22 * median(nominal[:, 3] - nominal[:, 1])
    dy, strength_y = _common_shift_y(dark, nominal, reach)
    moved = nominal + np.array((0.0, dy, 0.0, dy))
    columns = _columns(dark, moved[:, 1].min() + inset, moved[:, 3].max() - inset)
    edges = np.unique(np.round(moved[:, [0, 2]].ravel(), 2))
    edges = edges[np.concatenate([[True], np.diff(edges) > 0.25 * crop.px_per_mm])]
    dx, strength_x = _best_shift(columns, edges, reach)
    contrast = min(strength_x, strength_y)
    if contrast < options.least_contrast:
        return CellGrid(nominal)
    warped = _follow(columns, edges, dx, crop.px_per_mm)
    boxes = moved.copy()
    for side in (0, 2):
        boxes[:, side] += np.interp(moved[:, side], edges, warped)
    boxes[:, [1, 3]] += _follow_rows(dark, boxes, crop.px_per_mm)[:, None]
    shift = (boxes - nominal).mean(axis=0)
    return CellGrid(boxes, (float(shift[0]), float(shift[1])), contrast)


def _darkness(crop: FieldCrop) -> NDArray[np.float32]:
    """(h, w) levels below paper, capped at a little more than a printed line's own."""
    lightest: Picture = crop.gray
    if crop.bgr is not None:
        blue, green, red = cv2.split(crop.bgr)
        lightest = np.asarray(cv2.min(cv2.min(blue, green), red), dtype=np.uint8)
    paper = median(lightest[::3, ::3])
    dark = cv2.subtract(np.full_like(lightest, round(paper)), lightest)
    return np.asarray(np.minimum(dark, _CAP), dtype=np.float32)


def _columns(dark: NDArray[np.float32], start: float, end: float) -> Profile:
    """(w,) how dark the columns are between two heights."""
    part = dark[max(round(start), 0) : max(round(end), 0)]
    if len(part) < 4:
        return np.zeros(dark.shape[1], dtype=np.float32)
    thin = part[:: _step(len(part))].T
    (found,) = _profiles(np.ascontiguousarray(thin)[None])
    return np.asarray(found, dtype=np.float32)


def _rows(dark: NDArray[np.float32], boxes: NDArray[np.float64]) -> NDArray[np.float32]:
    """(boxes, h) how dark the rows are inside each box."""
    insets = 0.2 * (boxes[:, 2] - boxes[:, 0])
    ends = np.stack([boxes[:, 0] + insets, boxes[:, 2] - insets]).round()
    first, last = np.clip(ends, 0, dark.shape[1]).astype(np.intp)
    found = np.zeros((len(boxes), len(dark)), dtype=np.float32)
    for length in set((last - first).tolist()):
        if length >= 4:
            alike = np.flatnonzero(last - first == length)
            at = first[alike, None] + np.arange(0, length, _step(length))
            found[alike] = _profiles(dark[:, at].transpose(1, 0, 2))
    return found


def _step(length: int) -> int:
    return 3 if length > 24 else 1


def _profiles(parts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Lower quartile of darkness: a line is dark all the way, a stroke is not.

    Args:
        parts: (n, places, pixels) across each place.

    Returns:
        (n, places) smoothed, against their median.
    """
    kth = int(0.3 * parts.shape[2])
    quartile = np.partition(parts, kth, axis=2)[:, :, kth].astype(np.float64)
    smooth = 0.5 * quartile
    smooth[:, 1:] += 0.25 * quartile[:, :-1]
    smooth[:, :-1] += 0.25 * quartile[:, 1:]
    level = np.array([median(one) for one in smooth])
    return np.asarray(smooth - level[:, None], dtype=np.float32)


def _at(profile: Profile, where: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.interp(where, np.arange(len(profile)), profile, left=0.0, right=0.0)


def _each_at(profiles: NDArray[np.float32], where: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, k) each of (n, h) profiles at its own (n, k) or the common (k,) places."""
    levels, last = profiles.astype(np.float64), profiles.shape[1] - 1
    below = np.clip(np.floor(where), 0, last - 1).astype(np.intp)
    below = np.broadcast_to(below, (len(profiles), below.shape[-1]))
    low = np.take_along_axis(levels, below, axis=1)
    high = np.take_along_axis(levels, below + 1, axis=1)
    found = (high - low) * (where - below) + low
    return np.where((where < 0) | (where > last), 0.0, found)


def _best_shift(profile: Profile, edges: NDArray[np.float64], reach: int) -> tuple[float, float]:
    """The shift at which all edges together lie darkest, and how dark that is."""
    shifts = np.arange(-reach, reach + 0.5, 0.5)
    score = _at(profile, edges[None, :] + shifts[:, None]).mean(axis=1)
    favour = score - 0.02 * np.abs(shifts) / max(reach, 1) * max(float(score.max()), 0.0)
    best = int(np.argmax(favour))
    return float(shifts[best]), float(score[best])


def _common_shift_y(
    dark: NDArray[np.float32], nominal: NDArray[np.float64], reach: int
) -> tuple[float, float]:
    profiles = _rows(dark, nominal[:: max(1, len(nominal) // 10)])
    shifts = np.arange(-reach, reach + 0.5, 0.5)
    top, bottom = float(nominal[0, 1]), float(nominal[0, 3])
    both = np.minimum(_each_at(profiles, top + shifts), _each_at(profiles, bottom + shifts))
    score = both.sum(axis=0) / len(profiles)
    best = int(np.argmax(score - 0.02 * np.abs(shifts) / max(reach, 1) * score.max()))
    return float(shifts[best]), float(score[best])


def _follow(
    profile: Profile, edges: NDArray[np.float64], shift: float, px_per_mm: float
) -> NDArray[np.float64]:
    """Each edge's own shift: its local peak, held near a smooth curve through all."""
    near = 0.45 * px_per_mm
    offsets = np.arange(-near, near + 0.25, 0.25)
    values = _at(profile, edges[:, None] + shift + offsets[None, :])
    values -= 0.01 * np.abs(offsets) * values.max()
    peak = offsets[values.argmax(axis=1)]
    weight = np.maximum(values.max(axis=1), 0) + 1e-3
    smooth = _smooth(edges, peak, weight, 0.12 * px_per_mm)
    own = np.abs(peak - smooth) < 0.15 * px_per_mm
    return shift + np.where(own & (weight > 0.5 * median(weight)), peak, smooth)


def _follow_rows(
    dark: NDArray[np.float32], boxes: NDArray[np.float64], px_per_mm: float
) -> NDArray[np.float64]:
    """Vertical shift of each box."""
    near = 0.6 * px_per_mm
    offsets = np.arange(-near, near + 0.5, 0.5)
    profiles = _rows(dark, boxes)
    both = _each_at(profiles, boxes[:, 1, None] + offsets)
    both += _each_at(profiles, boxes[:, 3, None] + offsets)
    both -= 0.01 * np.abs(offsets) * both.max(axis=1, keepdims=True)
    peak = offsets[both.argmax(axis=1)]
    weight = np.maximum(both.max(axis=1), 0) + 1e-3
    centers = boxes[:, [0, 2]].mean(axis=1)
    return _smooth(centers, peak, weight, 0.12 * px_per_mm)


def _smooth(
    x: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64], spread: float
) -> NDArray[np.float64]:
    """Robust local mean: each point from its neighbours within about two boxes.

    Weights fall with distance along x and with distance from the neighbourhood's own mean
    (iterated; Cleveland 1979 with a Cauchy weight).
    """
    if len(x) < 4:
        return np.full(len(x), np.average(y, weights=weight))
    pitch = median(np.diff(x))
    kernel = np.exp(-0.5 * ((x[:, None] - x[None, :]) / (1.6 * pitch)) ** 2) * weight[None, :]
    fit = np.full(len(x), median(y))
    for _ in range(4):
        keep = kernel / (1 + ((y[None, :] - fit[:, None]) / spread) ** 2)
        fit = (keep * y[None, :]).sum(axis=1) / keep.sum(axis=1)
    return np.asarray(fit, dtype=np.float64)
