"""A smooth field over the sheet from scattered measures: penalised cubic B-splines.

P-splines (Eilers & Marx 1996) with Tukey's biweight by iteratively reweighted least squares,
so that a few wrong measures move nothing. The field is a supple function of x, plus a supple
function of y, plus a stiff function of both: feeders and rollers move paper along one axis,
and sheets fold and bend about one.
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
        spacing_mm: Distance of the knots of the function of x and y.
        line_spacing_mm: Distance of the knots of the functions of x and of y.
        stiffness: Weight of second differences of the function of x and y, against one
            measure of full weight.
        twist_stiffness: Weight of its mixed differences.
        line_stiffness: Weight of second differences of the functions of x and of y.
        shrink: Pull towards no displacement where nothing is measured.
        rounds: Reweightings.
        scale_mm: Measures further off than this after the last round do not count.
    """

    spacing_mm: float = 30.0
    line_spacing_mm: float = 8.0
    stiffness: float = 0.02
    twist_stiffness: float = 0.1
    line_stiffness: float = 0.05
    shrink: float = 1e-3
    rounds: int = 3
    scale_mm: float = 0.35


@dataclass(frozen=True, slots=True)
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

    def basis(self, at_mm: Points) -> Floats:
        """(n, k) value of every basis function at every point."""
        (nx, ny), (mx, my) = self._counts(self.options.spacing_mm), self._line_counts()
        x, y = at_mm[:, 0] / self.width_mm, at_mm[:, 1] / self.height_mm
        both = _cubic(y, ny)[:, :, None] * _cubic(x, nx)[:, None, :]
        return np.hstack([both.reshape(len(at_mm), -1), _cubic(x, mx), _cubic(y, my)])

    def penalty(self) -> Floats:
        """(k, k) quadratic form of the roughness, plus a little of the size."""
        options = self.options
        (nx, ny), (mx, my) = self._counts(options.spacing_mm), self._line_counts()
        bend = np.kron(np.eye(ny), _differences(nx, 2)) + np.kron(_differences(ny, 2), np.eye(nx))
        twist = np.kron(_differences(ny, 1), _differences(nx, 1))
        form = options.shrink * np.eye(nx * ny + mx + my)
        form[: nx * ny, : nx * ny] += options.stiffness * bend + options.twist_stiffness * twist
        for start, count in ((nx * ny, mx), (nx * ny + mx, my)):
            place = slice(start, start + count)
            form[place, place] += options.line_stiffness * _differences(count, 2)
        return form

    def _line_counts(self) -> tuple[int, int]:
        return self._counts(self.options.line_spacing_mm)

    def _counts(self, spacing_mm: float) -> tuple[int, int]:
        """Number of basis functions along x and y."""
        across, down = (int(np.ceil(s / spacing_mm)) for s in (self.width_mm, self.height_mm))
        return across + 3, down + 3


def _cubic(fraction: Floats, count: int) -> Floats:
    """(n, count) uniform cubic B-splines over 0..1; beyond, the value at the edge."""
    at = np.clip(fraction, 0.0, 1.0) * (count - 3)
    distance = np.abs(at[:, None] - (np.arange(count) - 1.0)[None, :])
    near = 2 / 3 - distance**2 + distance**3 / 2
    far = np.clip(2 - distance, 0, None) ** 3 / 6
    return np.where(distance < 1, near, far)


def _differences(count: int, order: int) -> Floats:
    """(count, count) quadratic form of the differences of ``order``."""
    difference = np.diff(np.eye(count), n=order, axis=0)
    return np.asarray(difference.T @ difference, np.float64)


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
