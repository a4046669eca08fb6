from __future__ import annotations

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
    knots=((-2.0, -1.0), (0.0, 2.0), (4.0, 6.0)),
)


@pytest.mark.parametrize(
    ("posterior", "log_odds"),
    [(-60.0, -1.0), (2.0 - 4 / 3, 1.25), (2.0, 2.5), (60.0, 6.0)],
)
def test_a_curve_is_straight_between_its_knots_and_level_beyond(posterior, log_odds) -> None:
    found = CURVE.probability({"posterior": posterior, "junk": 0.0})
    assert found == pytest.approx(1 / (1 + math.exp(-log_odds)))


def test_a_missing_measure_is_no_guess() -> None:
    assert CURVE.probability({"posterior": 50.0}) is None


@given(st.floats(-20, 20), st.floats(0, 5), st.floats(0, 1))
def test_a_measure_that_speaks_for_the_reading_never_lowers_it(
    low: float, more: float, junk: float
) -> None:
    before = CURVE.probability({"posterior": low, "junk": junk})
    after = CURVE.probability({"posterior": low + more, "junk": junk})
    assert before is not None
    assert after is not None
    assert after >= before - 1e-12


def test_without_a_curve_the_fallback_counts_but_never_as_certain() -> None:
    calibration = Calibration({"id": CURVE})
    assert calibration.probability("name", (), 0.7) == 0.7
    assert calibration.probability("name", (), 1.0) == 0.9999
    assert calibration.probability("id", (Measure("posterior", 2.0),), 0.3) == 0.3


def test_the_shipped_curves_know_every_kind_that_they_name() -> None:
    calibration = load_calibration()
    ways = ((False, False), (True, False), (False, True))
    kinds = {curve_name(k, blank=blank, alone=alone) for k in MAX_ERROR for blank, alone in ways}
    assert set(calibration.curves) <= kinds | {curve_name("name", blank=False, spelt=True)}
    for curve in calibration.curves.values():
        assert list(curve.knots) == sorted(curve.knots)
        levels = [level for _, level in curve.knots]
        assert levels == sorted(levels)
        assert 1 / (1 + math.exp(-levels[-1])) < 1 - 0.4 / curve.fields
