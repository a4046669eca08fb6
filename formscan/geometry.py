"""Lengths, boxes and transforms, each with its frame and unit in its name.

Frames: ``mm`` is the printed sheet (origin top-left, y down); ``px`` is the decoded picture
after EXIF orientation (pixel centres at integers, y down). A transform is called
``<to>_from_<from>``: ``px_from_mm(points_mm)`` gives pixels.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Constraint

__all__ = ["BoxMm", "Displacement", "Homography", "Points", "PxFromMm"]

Points = NDArray[np.float64]
"""(n, 2) float64, columns x and y."""

Positive = Annotated[float, Constraint(gt=0)]


class BoxMm(BaseModel):
    """An upright rectangle on the sheet, in millimetres from the sheet's top-left corner."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    x: float
    y: float
    width: Positive
    height: Positive

    @property
    def right(self) -> float:
        """X of the right edge, mm."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Y of the lower edge, mm."""
        return self.y + self.height

    @property
    def center(self) -> tuple[float, float]:
        """(x, y) of the centre, mm."""
        return self.x + self.width / 2, self.y + self.height / 2

    def corners(self) -> Points:
        """(4, 2) corners in mm: top-left, top-right, bottom-right, bottom-left."""
        return np.array(
            [
                (self.x, self.y),
                (self.right, self.y),
                (self.right, self.bottom),
                (self.x, self.bottom),
            ],
            dtype=np.float64,
        )

    def grow(self, margin_mm: float) -> BoxMm:
        """The box with ``margin_mm`` added on each of its four sides."""
        return BoxMm(
            x=self.x - margin_mm,
            y=self.y - margin_mm,
            width=self.width + 2 * margin_mm,
            height=self.height + 2 * margin_mm,
        )

    def touches(self, other: BoxMm) -> bool:
        """Whether the two boxes share more than an edge."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )

    @classmethod
    def around(cls, boxes: list[BoxMm] | tuple[BoxMm, ...]) -> BoxMm:
        """The smallest box that holds all ``boxes``; at least one is needed."""
        left = min(box.x for box in boxes)
        top = min(box.y for box in boxes)
        return cls(
            x=left,
            y=top,
            width=max(box.right for box in boxes) - left,
            height=max(box.bottom for box in boxes) - top,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Homography:
    """A plane projective transform (Hartley & Zisserman 2004, section 2.3).

    Attributes:
        matrix: (3, 3) float64, scaled so that ``matrix[2, 2] == 1``.
    """

    matrix: NDArray[np.float64] = dataclasses.field(repr=False)

    def __call__(self, points: Points) -> Points:
        """Map (n, 2) points; a point at infinity gives inf."""
        homogeneous = np.column_stack([points, np.ones(len(points))]) @ self.matrix.T
        return np.asarray(homogeneous[:, :2] / homogeneous[:, 2:3], dtype=np.float64)

    def inverse(self) -> Homography:
        """The transform back; raises ``numpy.linalg.LinAlgError`` where there is none."""
        inverse = np.linalg.inv(self.matrix)
        return Homography(inverse / inverse[2, 2])


@dataclass(frozen=True, slots=True, eq=False)
class Displacement:
    """A smooth shift over the sheet: paper that is bent, stretched or fed unevenly.

    Bilinear between the knots of a regular grid, constant beyond its edge.

    Attributes:
        x_mm: (nx,) ascending knots.
        y_mm: (ny,) ascending knots.
        shift_mm: (ny, nx, 2) what to add to a sheet point (x, y) before the homography.
    """

    x_mm: NDArray[np.float64] = dataclasses.field(repr=False)
    y_mm: NDArray[np.float64] = dataclasses.field(repr=False)
    shift_mm: NDArray[np.float64] = dataclasses.field(repr=False)

    def __call__(self, points_mm: Points) -> Points:
        """(n, 2) shifts in mm at (n, 2) sheet points."""
        column, u = _cell(self.x_mm, points_mm[:, 0])
        row, v = _cell(self.y_mm, points_mm[:, 1])
        u, v = u[:, None], v[:, None]
        grid = self.shift_mm
        upper = grid[row, column] * (1 - u) + grid[row, column + 1] * u
        lower = grid[row + 1, column] * (1 - u) + grid[row + 1, column + 1] * u
        return np.asarray(upper * (1 - v) + lower * v, dtype=np.float64)


def _cell(knots: NDArray[np.float64], at: NDArray[np.float64]) -> tuple[Any, Any]:
    index = np.clip(np.searchsorted(knots, at, side="right") - 1, 0, len(knots) - 2)
    fraction = (at - knots[index]) / (knots[index + 1] - knots[index])
    return index, np.clip(fraction, 0.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class PxFromMm:
    """Where a point of the printed sheet lies in the picture; never applied to whole pages.

    Attributes:
        homography: px from (displaced) mm.
        displacement: The local warp, or None where the paper is flat.
    """

    homography: Homography
    displacement: Displacement | None = None

    def __call__(self, points_mm: Points) -> Points:
        """(n, 2) px from (n, 2) mm."""
        if self.displacement is not None:
            points_mm = points_mm + self.displacement(points_mm)
        return self.homography(points_mm)

    def inverse(self, points_px: Points, rounds: int = 8) -> Points:
        """(n, 2) mm from (n, 2) px, by fixed-point iteration over the displacement."""
        flat = self.homography.inverse()(points_px)
        points_mm = flat
        if self.displacement is not None:
            for _ in range(rounds):
                points_mm = flat - self.displacement(points_mm)
        return points_mm

    def px_per_mm(self, at_mm: tuple[float, float]) -> float:
        """Local scale at a sheet point: square root of the Jacobian's determinant."""
        x, y = at_mm
        probe = self(np.array([(x, y), (x + 1, y), (x, y + 1)], dtype=np.float64))
        (ax, ay), (bx, by) = probe[1] - probe[0], probe[2] - probe[0]
        return float(np.sqrt(abs(ax * by - ay * bx)))
