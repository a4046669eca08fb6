"""From measures to a displacement: the smooth field that explains most of them."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from formscan.geometry import Displacement, Homography, Points, PxFromMm
from formscan.image.bins import Measures
from formscan.image.spline import SplineSpace, fit_field

__all__ = ["Solver"]

Floats = NDArray[np.float64]
_ANCHOR_WEIGHT = 0.7


class Solver:
    """Turns measures into displacements; the anchors always count among the measures.

    Args:
        space: All smooth fields over the sheet.
        homography: The first fit, px from mm, which stays as it is.
        anchors: (n, 2) mm and (n, 2) px.
        knot_mm: Distance of the knots of the displacement.
    """

    def __init__(
        self,
        space: SplineSpace,
        homography: Homography,
        anchors: tuple[Points, Points],
        knot_mm: float,
    ) -> None:
        self._space = space
        self._homography = homography
        self._anchor_mm = anchors[0]
        self._anchor_off = (
            homography.inverse()(anchors[1]) - anchors[0] if len(anchors[0]) else anchors[0]
        )
        self._penalty, self._x, self._y, self._knot_basis = _prepared(space, knot_mm)

    def solve(
        self,
        current: PxFromMm,
        across: Measures,
        down: Measures,
        *,
        stiffness: float = 1.0,
        limit_mm: float = 1.0,
    ) -> PxFromMm:
        """A new transform; measures are offsets from ``current``, at most ``limit_mm`` off."""
        shift = np.zeros((len(self._y), len(self._x), 2))
        for axis, measures in enumerate((across, down)):
            known = _displaced(current, measures.at_mm)[:, axis]
            at = np.concatenate([measures.at_mm, self._anchor_mm])
            values = np.concatenate([known + measures.value_mm, self._anchor_off[:, axis]])
            weights = np.concatenate(
                [measures.weight, np.full(len(self._anchor_mm), _ANCHOR_WEIGHT)]
            )
            basis = self._space.basis(at)
            penalty = stiffness * self._penalty
            found = fit_field(basis, penalty, values, weights, limit_mm, self._space.options)
            shift[..., axis] = (self._knot_basis @ found).reshape(len(self._y), len(self._x))
        return PxFromMm(self._homography, Displacement(self._x, self._y, shift))


@functools.lru_cache(maxsize=8)
def _prepared(space: SplineSpace, knot_mm: float) -> tuple[Floats, Floats, Floats, Floats]:
    """(penalty, x knots, y knots, basis at the knots): the same for every page of a form."""
    x, y = _knots(space.width_mm, knot_mm), _knots(space.height_mm, knot_mm)
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    return space.penalty(), x, y, space.basis(grid)


def _knots(side_mm: float, step_mm: float) -> Floats:
    return np.linspace(0.0, side_mm, max(2, round(side_mm / step_mm) + 1))


def _displaced(px_from_mm: PxFromMm, at_mm: Points) -> Points:
    if px_from_mm.displacement is None:
        return np.zeros_like(at_mm)
    return px_from_mm.displacement(at_mm)
