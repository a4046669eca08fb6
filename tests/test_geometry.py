"""Transforms: there and back, and the displacement that bends paper."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from formscan.geometry import BoxMm, Displacement, Homography, PxFromMm

angles = st.floats(-180, 180)
small = st.floats(-1e-4, 1e-4)


@st.composite
def transforms(draw):
    scale = draw(st.floats(3.9, 24))
    angle = np.deg2rad(draw(angles))
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = np.eye(3)
    matrix[:2, :2] = turn
    matrix[:2, 2] = draw(st.floats(-500, 500)), draw(st.floats(-500, 500))
    matrix[2, :2] = draw(small), draw(small)
    knots_x, knots_y = np.linspace(0, 297, 8), np.linspace(0, 210, 6)
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    shift = rng.normal(0, 0.8, (6, 8, 2))
    return PxFromMm(Homography(matrix), Displacement(knots_x, knots_y, shift))


@given(transforms(), st.integers(0, 2**32))
def test_mm_to_px_and_back(px_from_mm, seed):
    points_mm = np.random.default_rng(seed).uniform((0, 0), (297, 210), (20, 2))
    again = px_from_mm.inverse(px_from_mm(points_mm), rounds=40)
    assert np.abs(again - points_mm).max() < 0.01


def test_displacement_is_exact_at_its_knots_and_constant_beyond():
    shift = np.zeros((2, 2, 2))
    shift[0, 1] = (1.0, -2.0)
    bend = Displacement(np.array([0.0, 100.0]), np.array([0.0, 50.0]), shift)
    at = bend(np.array([(100.0, 0.0), (500.0, -9.0), (50.0, 0.0), (0.0, 50.0)]))
    assert at.tolist() == [[1.0, -2.0], [1.0, -2.0], [0.5, -1.0], [0.0, 0.0]]


def test_local_scale_of_a_300_dpi_scan():
    px_from_mm = PxFromMm(Homography(np.diag([11.811, 11.811, 1.0])))
    assert px_from_mm.px_per_mm((100, 100)) == pytest.approx(11.811)


def test_empty_box_is_refused():
    with pytest.raises(ValidationError):
        BoxMm(x=1, y=1, width=0, height=2)


def test_box_around_others():
    around = BoxMm.around([BoxMm(x=1, y=2, width=3, height=4), BoxMm(x=0, y=5, width=2, height=9)])
    assert around == BoxMm(x=0, y=2, width=4, height=12)
