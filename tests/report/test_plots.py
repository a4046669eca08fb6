from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from formscan.report.plots import BOTTOM, LEFT, RIGHT, TOP, reliability_plot, risk_plot
from formscan.report.risk import ReliabilityBin, RiskPoint

shares = st.floats(0, 1)


@given(st.lists(st.tuples(shares, shares), max_size=6), shares, shares)
def test_everything_lies_within_the_axes(
    pairs: list[tuple[float, float]], coverage: float, risk: float
) -> None:
    curve = [RiskPoint(0.9, c, r) for c, r in sorted(pairs)]
    plot = risk_plot(curve, coverage, risk, 0.002)
    assert plot.mark is not None
    assert LEFT <= plot.mark.x <= RIGHT
    assert TOP <= plot.mark.y <= BOTTOM
    assert [tick.at for tick in plot.y_ticks] == sorted((t.at for t in plot.y_ticks), reverse=True)


def test_axis_top_is_the_next_round_risk() -> None:
    plot = risk_plot([RiskPoint(0.9, 1.0, 0.013)], 0.5, 0.001, 0.002, "en")
    assert plot.y_ticks[-1].label == "2 %"


def test_nothing_accepted_has_no_working_point() -> None:
    assert risk_plot([], 0.0, math.nan, 0.002).mark is None


def test_a_true_band_lies_on_the_guide_and_no_error_is_hollow() -> None:
    plot = reliability_plot(
        [ReliabilityBin(1000, 0.01, 10, 0.005, 0.02), ReliabilityBin(9, 0.001, 0, 0.0, 0.3)], "id"
    )
    on, hollow = plot.dots
    slope = (BOTTOM - TOP) / (RIGHT - LEFT)
    assert math.isclose(BOTTOM - on.y, (on.x - LEFT) * slope, abs_tol=1e-6)
    assert not on.hollow
    assert hollow.hollow
    assert plot.x_ticks[0].label == "0,001 %"
