"""What lies under a sheet that is photographed: a busy table."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.random import Generator

from formscan.page import Picture

__all__ = ["busy_table"]


def busy_table(size_px: tuple[int, int], rng: Generator) -> Picture:
    """(h, w, 3) uint8: woven or wooden cloth with other things lying about."""
    width, height = size_px
    base = rng.uniform(40, 190, 3)
    rows, columns = (int(v) for v in rng.integers(6, 90, 2))
    texture = rng.normal(0, 1, (rows, columns, 1)) * rng.uniform(8, 30) + base
    table = np.clip(texture + rng.normal(0, 4, (rows, columns, 3)), 0, 255).astype(np.uint8)
    table = np.asarray(cv2.resize(table, size_px, interpolation=cv2.INTER_CUBIC), np.uint8)
    for _ in range(int(rng.integers(3, 12))):
        colour = tuple(int(v) for v in rng.integers(10, 240, 3))
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        size = (float(rng.uniform(20, 0.4 * width)), float(rng.uniform(10, 0.15 * height)))
        corners = cv2.boxPoints((centre, size, float(rng.uniform(0, 180))))
        cv2.fillPoly(table, [np.asarray(corners, np.int32)], colour)
    return table
