"""What bubbles say of a bent sheet, kept to where they are printed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formscan.geometry import BoxMm, Displacement, Homography, Points, PxFromMm

__all__ = ["faded"]


def faded(
    bent: PxFromMm,
    plane: Homography,
    covers: tuple[BoxMm, ...],
    *,
    full_mm: float,
    fade_mm: float,
    knot_mm: float,
    size_mm: tuple[float, float],
) -> PxFromMm:
    """A local transform that returns to a trusted plane away from what it was measured on.

    Templates that were drawn by eye put bubbles up to half a millimetre off; a bend that follows
    them says nothing of boxes far away, which the anchors of the page place better.

    Args:
        bent: The transform that was measured on the covers.
        plane: What anchors all over the sheet say.
        covers: Where ``bent`` was measured, mm.
        full_mm: So far from a cover ``bent`` holds whole.
        fade_mm: From there to here it fades; beyond, the plane holds.
        knot_mm: Distance of the knots of the result.
        size_mm: (width, height) of the sheet.

    Returns:
        ``bent`` at the covers, ``plane`` far from them, smooth between.
    """
    x, y = (np.linspace(0.0, side, max(2, round(side / knot_mm) + 1)) for side in size_mm)
    knots = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    away = _away_mm(knots, covers)
    share = np.clip((fade_mm - away) / (fade_mm - full_mm), 0.0, 1.0)
    shift = plane.inverse()(bent(knots)) - knots
    smooth = (share * share * (3.0 - 2.0 * share))[:, None]
    return PxFromMm(plane, Displacement(x, y, (smooth * shift).reshape(len(y), len(x), 2)))


def _away_mm(points_mm: Points, covers: tuple[BoxMm, ...]) -> NDArray[np.float64]:
    """Distance of each point from the nearest cover, mm; 0 inside."""
    edges = np.array([(box.x, box.y, box.right, box.bottom) for box in covers])
    low, high = edges[None, :, :2], edges[None, :, 2:]
    off = np.maximum(np.maximum(low - points_mm[:, None], points_mm[:, None] - high), 0.0)
    return np.asarray(np.linalg.norm(off, axis=2).min(axis=1), np.float64)
