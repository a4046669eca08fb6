from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formscan.report.risk import coverage_at, reliability, risk_coverage

fields = st.lists(
    st.tuples(st.sampled_from([0.2, 0.9, 0.99, 0.9999, 1.0]), st.booleans()),
    min_size=1,
    max_size=60,
)


def columns(pairs: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([c for c, _ in pairs]), np.array([r for _, r in pairs], dtype=np.bool_)


def test_curve_by_hand() -> None:
    confidence, right = np.array([0.9, 0.99, 0.5, 0.99]), np.array([True, True, False, False])
    curve = risk_coverage(confidence, right, total=5)
    assert [(p.confidence, p.coverage, p.risk) for p in curve] == [
        (0.99, pytest.approx(0.4), pytest.approx(0.5)),
        (0.9, pytest.approx(0.6), pytest.approx(1 / 3)),
        (0.5, pytest.approx(0.8), pytest.approx(0.5)),
    ]
    assert coverage_at(curve, 0.4) == pytest.approx(0.6)
    assert coverage_at(curve, 0.1) == 0.0


def test_no_field_no_curve() -> None:
    assert risk_coverage(np.zeros(0), np.zeros(0, dtype=np.bool_), 0) == ()


@given(fields)
def test_curve_ends_at_the_overall_error(pairs: list[tuple[float, bool]]) -> None:
    confidence, right = columns(pairs)
    curve = risk_coverage(confidence, right, len(pairs))
    assert curve[-1].coverage == pytest.approx(1.0)
    assert curve[-1].risk == pytest.approx(float((~right).mean()))
    assert [p.coverage for p in curve] == sorted(p.coverage for p in curve)


def test_long_curves_are_thinned_but_keep_their_ends() -> None:
    confidence = np.linspace(0, 1, 5000)
    curve = risk_coverage(confidence, confidence > 0.3, 5000, points=50)
    assert len(curve) <= 50
    assert curve[-1].coverage == 1.0
    assert curve[0].coverage == pytest.approx(1 / 5000)


@given(fields)
def test_bins_hold_every_field_once(pairs: list[tuple[float, bool]]) -> None:
    confidence, right = columns(pairs)
    bins = reliability(confidence, right)
    assert sum(band.n for band in bins) == len(pairs)
    assert sum(band.wrong for band in bins) == int((~right).sum())
    assert all(0 <= band.low <= band.observed <= band.high <= 1 for band in bins)
    assert [band.stated for band in bins] == sorted(band.stated for band in bins)


def test_a_true_confidence_lies_on_the_diagonal() -> None:
    rng = np.random.default_rng(5)
    confidence = 1 - 10 ** rng.uniform(-3, -0.2, size=60_000)
    right = rng.random(60_000) < confidence
    inside = [band.low <= band.stated <= band.high for band in reliability(confidence, right)]
    assert sum(inside) >= len(inside) - 1
