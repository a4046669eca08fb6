"""What bends a sheet: uneven feed, waves, a fold, a curl. Smooth shifts in millimetres."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from formscan.geometry import Points
from formscan.simulate.bend import Shift
from formscan.simulate.chance import chance, uniform
from formscan.simulate.severity import Severity

__all__ = ["CAMERA_MM", "draw_shifts"]

CAMERA_MM = 450.0
"""Distance of a phone from the sheet."""


def draw_shifts(
    severity: Severity, size_mm: tuple[float, float], rng: Generator
) -> tuple[Shift, ...]:
    """The bends of one sheet under ``severity``."""
    shifts: list[Shift] = []
    if severity.wave:
        shifts.append(_wave(uniform(rng, (0.0, severity.wave)) * size_mm[0], rng))
        shifts.append(_feed(uniform(rng, (-severity.stretch, severity.stretch)), size_mm))
    if chance(rng, severity.fold):
        shifts.append(_fold(uniform(rng, (0.3, 1.0)), size_mm, rng))
    if severity.curl_mm:
        shifts.append(_curl(uniform(rng, (0.0, severity.curl_mm)), size_mm, rng))
    return tuple(shifts)


def _wave(amount_mm: float, rng: Generator) -> Shift:
    phase = rng.uniform(0, 2 * np.pi, 2)
    length_mm = rng.uniform(90, 260, 2)

    def shift(mm: Points) -> Points:
        x = 0.5 * amount_mm * np.sin(2 * np.pi * mm[:, 1] / length_mm[0] + phase[0])
        y = amount_mm * np.sin(2 * np.pi * mm[:, 0] / length_mm[1] + phase[1])
        return np.column_stack([x, y])

    return shift


def _feed(share: float, size_mm: tuple[float, float]) -> Shift:
    """The scale along x changes over the page, by ``share`` from one end to the other."""
    width_mm = size_mm[0]

    def shift(mm: Points) -> Points:
        along = mm[:, 0] / width_mm
        return np.column_stack([share * width_mm * 0.5 * (along**2 - along), 0 * along])

    return shift


def _fold(amount_mm: float, size_mm: tuple[float, float], rng: Generator) -> Shift:
    at_mm = uniform(rng, (0.25, 0.75)) * size_mm[0]
    wide_mm = uniform(rng, (6, 18))

    def shift(mm: Points) -> Points:
        bump = np.exp(-(((mm[:, 0] - at_mm) / wide_mm) ** 2))
        return np.column_stack([0.4 * amount_mm * bump, amount_mm * bump])

    return shift


def _curl(height_mm: float, size_mm: tuple[float, float], rng: Generator) -> Shift:
    """Paper that rises towards one end: what is nearer to the camera looks larger."""
    start_mm = uniform(rng, (0.2, 0.6)) * size_mm[0]
    rest_mm = size_mm[0] - start_mm
    mirrored = chance(rng, 0.5)
    centre = np.array(size_mm) / 2

    def shift(mm: Points) -> Points:
        x = size_mm[0] - mm[:, 0] if mirrored else mm[:, 0]
        lifted_mm = height_mm * (np.clip(x - start_mm, 0, None) / rest_mm) ** 2
        return np.asarray((mm - centre) * (lifted_mm / CAMERA_MM)[:, None])

    return shift
