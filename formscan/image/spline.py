"""A smooth field over the sheet from scattered measures: penalised cubic B-splines.

P-splines (Eilers & Marx 1996) in two dimensions, with Tukey's biweight by iteratively
reweighted least squares, so that a few wrong measures move nothing.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formscan.geometry import Points

__all__ = ["SplineOptions", "SplineSpace", "fit_field"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SplineOptions:
    """How stiff the field is.

    Attributes:
        spacing_mm: Distance of the spline's knots.
        stiffness: Weight of the second differences against one measure of full weight.
        shrink: Pull towards no displacement where nothing is measured.
        rounds: Reweightings.
        scale_mm: Measures further off than this after the last round do not count.
    """

    spacing_mm: float = 22.0
    stiffness: float = 0.03
    shrink: float = 1e-3
    rounds: int = 3
    scale_mm: float = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class SplineSpace:
    """All smooth fields over a sheet.

    Attributes:
        width_mm: Sheet.
        height_mm: Sheet.
        options: Stiffness.
    """

    width_mm: float
    height_mm: float
    options: SplineOptions = dataclasses.field(default_factory=SplineOptions)

    def counts(self) -> tuple[int, int]:
        """Number of basis functions in x and y."""
        spacing = self.options.spacing_mm
        return tuple(int(np.ceil(side / spacing)) + 3 for side in self._sides())  # type: ignore[return-value]

    def basis(self, at_mm: Points) -> Floats:
        """(n, nx * ny) value of every basis function at every point."""
        (nx, ny), (width, height) = self.counts(), self._sides()
        along_x = _cubic(at_mm[:, 0] / width, nx)
        along_y = _cubic(at_mm[:, 1] / height, ny)
        return (along_y[:, :, None] * along_x[:, None, :]).reshape(len(at_mm), -1)

    def penalty(self) -> Floats:
        """(k, k) quadratic form of the roughness, plus a little of the size."""
        nx, ny = self.counts()
        rough_x, rough_y = _second_differences(nx), _second_differences(ny)
        rough = np.kron(np.eye(ny), rough_x) + np.kron(rough_y, np.eye(nx))
        return self.options.stiffness * rough + self.options.shrink * np.eye(nx * ny)

    def _sides(self) -> tuple[float, float]:
        return self.width_mm, self.height_mm


def _cubic(fraction: Floats, count: int) -> Floats:
    """(n, count) uniform cubic B-splines over 0..1; beyond, the value at the edge."""
    at = np.clip(fraction, 0.0, 1.0) * (count - 3)
    distance = np.abs(at[:, None] - (np.arange(count) - 1.0)[None, :])
    near = 2 / 3 - distance**2 + distance**3 / 2
    far = np.clip(2 - distance, 0, None) ** 3 / 6
    return np.where(distance < 1, near, far)


def _second_differences(count: int) -> Floats:
    difference = np.diff(np.eye(count), n=2, axis=0)
    return difference.T @ difference


def fit_field(
    basis: Floats,
    penalty: Floats,
    values: Floats,
    weights: Floats,
    limit_mm: float,
    options: SplineOptions,
) -> Floats:
    """Robust fit of one component.

    Args:
        basis: (n, k) from ``SplineSpace.basis`` at the places of measure.
        penalty: (k, k) from ``SplineSpace.penalty``.
        values: (n,) what was measured, mm.
        weights: (n,) trust in each measure, about 0 to 1.
        limit_mm: Measures further off the first fit than this do not count.
        options: Number of rounds, and the limit of the last one.

    Returns:
        (k,) coefficients.
    """
    robust: Floats = np.ones(len(values))
    coefficients: Floats = np.zeros(basis.shape[1])
    limit = max(limit_mm, options.scale_mm)
    for _ in range(options.rounds):
        weighted = basis * (weights * robust)[:, None]
        solved = np.linalg.solve(weighted.T @ basis + penalty, weighted.T @ values)
        coefficients = np.asarray(solved, np.float64)
        off = values - basis @ coefficients
        robust = np.square(np.clip(1.0 - (off / limit) ** 2, 0.0, None)).astype(np.float64)
        limit = max(options.scale_mm, 0.6 * limit)
    return coefficients
