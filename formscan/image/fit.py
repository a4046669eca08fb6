"""From pairs of points to one plane transform, with whole anchors left out that do not fit.

Four corners of one tag lie within 8 mm of each other: what they say of the far side of the
sheet is only as good as the model is stiff. So few anchors get a stiff model (similarity,
affine) and many a homography (Hartley & Zisserman 2004, chapter 4).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.geometry import Homography, Points

__all__ = ["Fit", "fit_groups", "fit_homography"]

_AFFINE_GOOD_MM = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A plane transform and how well it explains its points.

    Attributes:
        homography: px from mm.
        residual_mm: RMS over the points used.
        used: (g,) whether a group was used.
        stiff: True where too few anchors were found for a full homography.
    """

    homography: Homography
    residual_mm: float
    used: NDArray[np.bool_] = dataclasses.field(repr=False)
    stiff: bool = False


def fit_groups(
    groups_mm: list[Points], groups_px: list[Points], outlier_mm: float = 1.5
) -> Fit | None:
    """Fit over groups of points (the corners of a tag, of a QR, one centre).

    The worst group is left out, and the next, as long as it is more than ``outlier_mm`` off
    and at least three remain.

    Returns:
        None where the points do not span a plane. Three single points give an affine plane that
        nothing confirms.
    """
    used = np.ones(len(groups_mm), dtype=bool)
    while True:
        chosen = np.flatnonzero(used)
        mm = np.concatenate([groups_mm[index] for index in chosen])
        px = np.concatenate([groups_px[index] for index in chosen])
        fitted = _fit(mm, px, len(chosen))
        if fitted is None:
            return None
        homography, stiff = fitted
        errors = np.array(
            [_rms_mm(homography, groups_mm[index], groups_px[index]) for index in chosen]
        )
        if errors.max() <= outlier_mm or len(chosen) <= 3:
            return Fit(homography, _rms_mm(homography, mm, px), used, stiff)
        used[_worst(groups_mm, groups_px, chosen)] = False


def fit_homography(mm: Points, px: Points) -> Homography | None:
    """Least squares over at least four points, refined on the distance in the picture."""
    matrix, _ = cv2.findHomography(mm.astype(np.float64), px.astype(np.float64), 0)
    if np.shape(matrix) != (3, 3) or abs(matrix[2, 2]) < 1e-12:
        return None
    return Homography(np.asarray(matrix / matrix[2, 2], dtype=np.float64))


def _fit(mm: Points, px: Points, groups: int) -> tuple[Homography, bool] | None:
    if len(mm) < 3:
        return None
    if len(mm) == 3:
        return _affine(mm, px), True
    if groups <= 2 and len(mm) > 4:
        stiff = _similarity(mm, px)
        return None if stiff is None else (stiff, True)
    if groups == 3 and len(mm) > 4:
        affine = _affine(mm, px)
        if _rms_mm(affine, mm, px) <= _AFFINE_GOOD_MM:
            return affine, True
    full = fit_homography(mm, px)
    return None if full is None else (full, False)


def _worst(groups_mm: list[Points], groups_px: list[Points], chosen: NDArray[np.intp]) -> int:
    """The group without which the others fit best."""
    rest = []
    for left_out in chosen:
        kept = [index for index in chosen if index != left_out]
        mm = np.concatenate([groups_mm[index] for index in kept])
        px = np.concatenate([groups_px[index] for index in kept])
        fitted = _fit(mm, px, len(kept))
        rest.append(np.inf if fitted is None else _rms_mm(fitted[0], mm, px))
    return int(chosen[int(np.argmin(rest))])


def _rms_mm(homography: Homography, mm: Points, px: Points) -> float:
    try:
        back = homography.inverse()(px)
    except np.linalg.LinAlgError:
        return float("inf")
    return float(np.sqrt(np.mean(np.sum((back - mm) ** 2, axis=1))))


def _similarity(mm: Points, px: Points) -> Homography | None:
    """Rotation, one scale and shift, by least squares (Umeyama 1991 without reflection)."""
    z, w = mm @ np.array([1, 1j]), px @ np.array([1, 1j])
    spread = z - z.mean()
    energy = float(np.sum(np.abs(spread) ** 2))
    if energy < 1e-9:
        return None
    turn = complex(np.sum(np.conj(spread) * (w - w.mean())) / energy)
    shift = complex(w.mean() - turn * z.mean())
    matrix = np.array(
        [[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag], [0, 0, 1]]
    )
    return Homography(matrix.astype(np.float64))


def _affine(mm: Points, px: Points) -> Homography:
    design = np.column_stack([mm, np.ones(len(mm))])
    solution, *_ = np.linalg.lstsq(design, px, rcond=None)
    return Homography(np.vstack([solution.T, [0.0, 0.0, 1.0]]))
