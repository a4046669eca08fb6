from __future__ import annotations

import numpy as np
import pytest

from formscan.geometry import BoxMm, Displacement, Homography, PxFromMm
from formscan.image.fading import faded

PLANE = Homography(np.array([[4.0, 0.1, 20.0], [-0.1, 4.0, 30.0], [0.0, 0.0, 1.0]]))
COVER = BoxMm(x=40, y=50, width=60, height=80)


@pytest.fixture(scope="module")
def bent() -> PxFromMm:
    corners = np.zeros((2, 2, 2))
    corners[..., 0], corners[..., 1] = 0.6, -0.4
    ends = np.array([0.0, 300.0])
    return PxFromMm(PLANE, Displacement(ends, ends, corners))


def test_bubbles_rule_where_they_are_and_anchors_far_from_them(bent):
    near = faded(
        bent, PLANE, (COVER,), full_mm=10.0, fade_mm=25.0, knot_mm=10.0, size_mm=(210.0, 297.0)
    )
    inside = np.array([(40.0, 50.0), (70, 90), (100, 130)])
    far = np.array([(10.0, 10.0), (70, 200), (180, 90)])
    assert np.abs(near(inside) - bent(inside)).max() < 1e-6
    assert np.abs(near(far) - PLANE(far)).max() < 1e-6


def test_the_way_between_is_steady(bent):
    near = faded(
        bent, PLANE, (COVER,), full_mm=10.0, fade_mm=25.0, knot_mm=10.0, size_mm=(210.0, 297.0)
    )
    way = np.column_stack([np.full(60, 70.0), np.linspace(130.0, 160.0, 60)])
    left = np.linalg.norm(near(way) - PLANE(way), axis=1)
    assert (np.diff(left) <= 1e-9).all()
    assert left[0] > 2.0
    assert left[-1] < 1e-6
