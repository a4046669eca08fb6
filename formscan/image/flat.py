"""The scan at low resolution in the frame of the sheet: only to look at, never to read from."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.geometry import PxFromMm
from formscan.image.structure import Channel
from formscan.page import Picture

__all__ = ["flattened"]

Floats = NDArray[np.float32]

_STEP = 8


def flattened(
    channel: Channel, sheet_mm: tuple[float, float], px_from_mm: PxFromMm, px_per_mm: float
) -> Picture:
    """(h, w) uint8 of the whole sheet as far as its place is known; white beyond the picture."""
    width_mm, height_mm = sheet_mm
    density = px_from_mm.px_per_mm((width_mm / 2, height_mm / 2)) * channel.scale
    shrink = max(1, round(density / px_per_mm))
    height, width = channel.gray.shape
    size = (width // shrink, height // shrink)
    small = cv2.resize(
        channel.gray[: size[1] * shrink, : size[0] * shrink], size, interpolation=cv2.INTER_AREA
    )
    columns = np.arange(round(width_mm * px_per_mm))
    rows = np.arange(round(height_mm * px_per_mm))
    coarse = np.stack(np.meshgrid(columns[::_STEP], rows[::_STEP]), axis=-1).astype(np.float64)
    mm = (coarse.reshape(-1, 2) + 0.5) / px_per_mm
    px = (channel.from_scan_px(px_from_mm(mm)) + 0.5) / shrink - 0.5
    maps = _spread(px.reshape(*coarse.shape).astype(np.float32), (len(columns), len(rows)))
    flat = cv2.remap(
        small, maps[..., 0], maps[..., 1], cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT, borderValue=255.0,
    )  # fmt: skip
    return np.asarray(flat, np.uint8)


def _spread(grid: Floats, size: tuple[int, int]) -> Floats:
    """A map given at every ``_STEP``-th pixel, for every pixel."""
    columns, rows = (np.arange(side, dtype=np.float32) / _STEP for side in size)
    at_x, at_y = np.meshgrid(columns, rows)
    at_x = np.minimum(at_x, grid.shape[1] - 1).astype(np.float32)
    at_y = np.minimum(at_y, grid.shape[0] - 1).astype(np.float32)
    return np.asarray(cv2.remap(grid, at_x, at_y, cv2.INTER_LINEAR), np.float32)
