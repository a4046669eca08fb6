from __future__ import annotations

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formscan.extract.calibration import Calibration, Curve, curve_name, load_calibration
from formscan.reading import Measure
from formscan.templates.model import MAX_ERROR

CURVE = Curve(
    features=("posterior", "junk"),
    mean=(2.0, 0.0),
    scale=(2.0, 1.0),
    weights=(1.5, -3.0),
    bias=0.5,
    cap=0.998,
)


def test_a_curve_is_the_logistic_of_its_weighted_measures() -> None:
    expected = 1 / (1 + math.exp(-(0.5 + 1.5 * 0.5 - 3.0 * 0.1)))
    assert CURVE.probability({"posterior": 3.0, "junk": 0.1}) == pytest.approx(expected)


def test_the_cap_holds_and_a_missing_measure_is_no_guess() -> None:
    assert CURVE.probability({"posterior": 50.0, "junk": 0.0}) == 0.998
    assert CURVE.probability({"posterior": 50.0}) is None


@given(st.floats(-20, 20), st.floats(0, 5), st.floats(0, 1))
def test_a_measure_that_speaks_for_the_reading_never_lowers_it(
    low: float, more: float, junk: float
) -> None:
    lapsing = dataclasses.replace(CURVE, lapse=0.05)
    for curve in (CURVE, lapsing):
        before = curve.probability({"posterior": low, "junk": junk})
        after = curve.probability({"posterior": low + more, "junk": junk})
        assert before is not None
        assert after is not None
        assert after >= before - 1e-12


def test_lapses_count_however_good_a_reading_looks() -> None:
    curve = Curve(("a",), (0.0,), (1.0,), (1.0,), 0.0, 1.0, 10, 0.02)
    assert curve.probability({"a": 8.0}) == pytest.approx(0.98 / (1 + math.exp(-8.0)))
    assert curve.probability({"a": 0.0}) == pytest.approx(0.49)


def test_without_a_curve_the_fallback_counts_but_never_as_certain() -> None:
    calibration = Calibration({"id": CURVE})
    assert calibration.probability("name", (), 0.7) == 0.7
    assert calibration.probability("name", (), 1.0) == 0.9999
    assert calibration.probability("id", (Measure("posterior", 2.0),), 0.3) == 0.3


def test_the_shipped_curves_know_every_kind_that_they_name() -> None:
    calibration = load_calibration()
    kinds = {curve_name(kind, blank=blank) for kind in MAX_ERROR for blank in (False, True)}
    assert set(calibration.curves) <= kinds
    for curve in calibration.curves.values():
        assert 0.5 < curve.cap < 1
        assert 0 <= curve.lapse < 0.1
