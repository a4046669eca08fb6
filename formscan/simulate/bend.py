"""Where a scan shows each millimetre of the sheet, exactly, and the resampling that does it.

The picture point of a sheet point p is ``homography(p + shift(p))``, where ``shift`` is the sum
of smooth functions: wave, fold, curl. The way back is found by fixed-point iteration, which
converges since a sheet's shift changes by far less than a millimetre per millimetre.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.geometry import Homography, Points
from formscan.page import Picture

__all__ = ["FLAT_PX_PER_MM", "ScanMap", "Shift", "affine_map", "flat_px", "resample"]

FLAT_PX_PER_MM = 300.0 / 25.4
"""Scale of the flat page pictures that are written on."""

Shift = Callable[[Points], Points]
"""(n, 2) mm to (n, 2) mm that are added."""

_STEP_PX = 16
_ROUNDS = 7


@dataclass(frozen=True, slots=True, eq=False)
class ScanMap:
    """px from mm of one scan.

    Attributes:
        homography: px from shifted mm.
        shifts: What bends the sheet.
        size_px: (width, height) of the scan.
    """

    homography: Homography
    shifts: tuple[Shift, ...] = dataclasses.field(repr=False)
    size_px: tuple[int, int]

    def __call__(self, points_mm: Points) -> Points:
        """(n, 2) px of (n, 2) sheet points."""
        return self.homography(self._shifted(points_mm))

    def inverse(self, points_px: Points) -> Points:
        """(n, 2) mm of (n, 2) px."""
        flat = self.homography.inverse()(points_px)
        points = flat
        for _ in range(_ROUNDS if self.shifts else 0):
            points = flat - sum(shift(points) for shift in self.shifts)
        return points

    def scaled(self, factor: float, size_px: tuple[int, int]) -> ScanMap:
        """The map of the same picture resized by ``factor`` (pixel areas, not centres)."""
        resize = np.array(
            [[factor, 0, (factor - 1) / 2], [0, factor, (factor - 1) / 2], [0, 0, 1.0]]
        )
        matrix = resize @ self.homography.matrix
        return ScanMap(Homography(matrix / matrix[2, 2]), self.shifts, size_px)

    def _shifted(self, points_mm: Points) -> Points:
        moved = points_mm
        for shift in self.shifts:
            moved = moved + shift(points_mm)
        return moved


def flat_px(points_mm: Points) -> Points:
    """Where the flat 300 dpi page picture shows sheet points (pixel centres at integers)."""
    return points_mm * FLAT_PX_PER_MM - 0.5


def affine_map(
    turn_deg: float, scale_x: float, scale_y: float, about_mm: tuple[float, float]
) -> NDArray[np.float64]:
    """(3, 3): stretch about a point, then turn about it (clockwise on the sheet)."""
    angle = np.deg2rad(turn_deg)
    rotate = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = rotate @ np.diag([scale_x, scale_y])
    centre = np.array(about_mm)
    matrix = np.eye(3)
    matrix[:2, :2] = linear
    matrix[:2, 2] = centre - linear @ centre
    return matrix


def resample(
    flat: Picture, scan_map: ScanMap, background: Picture | int
) -> tuple[Picture, NDArray[np.float32]]:
    """The scan's picture of a flat 300 dpi page.

    Args:
        flat: (h, w, 3) uint8.
        scan_map: Where things go.
        background: What lies beside the sheet: a grey level or a picture of the scan's size.

    Returns:
        The (h, w, 3) picture and the (rows, columns, 2) sheet points, mm, of a coarse grid of
        its pixels, for light that depends on the place on the sheet.
    """
    coarse = _grid(scan_map)
    full = _pixel_map(coarse, scan_map.size_px)
    level = background if isinstance(background, int) else 0
    picture: Picture = np.asarray(
        cv2.remap(
            flat,
            full[..., 0],
            full[..., 1],
            cv2.INTER_LINEAR,
            None,
            cv2.BORDER_CONSTANT,
            (level,) * 3,
        ),
        np.uint8,
    )
    if not isinstance(background, int):
        picture = _over(picture, background, full, flat.shape[1], flat.shape[0])
    return picture, coarse.astype(np.float32)


def _grid(scan_map: ScanMap) -> NDArray[np.float64]:
    """Sheet points of every 16th pixel, from one cell outside the scan to one beyond it."""
    width, height = scan_map.size_px
    x = np.arange(-1, width // _STEP_PX + 2) * _STEP_PX + (_STEP_PX - 1) / 2
    y = np.arange(-1, height // _STEP_PX + 2) * _STEP_PX + (_STEP_PX - 1) / 2
    points = np.stack(np.meshgrid(x, y), axis=-1)
    return scan_map.inverse(points.reshape(-1, 2)).reshape(points.shape)


def _pixel_map(coarse: NDArray[np.float64], size_px: tuple[int, int]) -> NDArray[np.float32]:
    """(h, w, 2) flat picture pixels of all scan pixels, linear between the grid's points."""
    width, height = size_px
    rows, columns = coarse.shape[:2]
    source = flat_px(coarse.reshape(-1, 2)).reshape(coarse.shape).astype(np.float32)
    wide = (columns * _STEP_PX, rows * _STEP_PX)
    full = cv2.resize(source, wide, interpolation=cv2.INTER_LINEAR)
    inner = full[_STEP_PX : _STEP_PX + height, _STEP_PX : _STEP_PX + width]
    return np.ascontiguousarray(inner, np.float32)


def _over(
    picture: Picture, background: Picture, full: NDArray[np.float32], width: int, height: int
) -> Picture:
    """The sheet with its smooth edge over the background."""
    sheet = np.full((height, width), 255, np.uint8)
    mask = cv2.remap(
        sheet, full[..., 0], full[..., 1], cv2.INTER_LINEAR, None, cv2.BORDER_CONSTANT, 0
    )
    inverse = cv2.merge([cv2.bitwise_not(mask)] * 3)
    return np.asarray(cv2.add(picture, cv2.multiply(background, inverse, scale=1 / 255)), np.uint8)
