from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formscan.report.statistics import (
    design_effect,
    intra_correlation,
    resampling,
    weighted_size,
    wilson,
)

clusters = st.lists(st.tuples(st.integers(0, 5), st.integers(5, 9)), min_size=2, max_size=12)


def array(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def test_no_error_is_at_most_three_in_n_divided_by_the_design_effect() -> None:
    rate = resampling(10).rate(np.zeros(10), np.full(10, 30.0), effect=1.0)
    assert (rate.count, rate.n, rate.low, rate.high) == (0, 300, 0.0, pytest.approx(0.01))
    assert resampling(10).rate(np.zeros(10), np.full(10, 30.0), effect=4.0).high == pytest.approx(
        0.04
    )


def test_all_right_is_the_mirror_of_no_error() -> None:
    rate = resampling(10).rate(np.full(10, 30.0), np.full(10, 30.0), effect=2.0)
    assert (rate.low, rate.high) == (pytest.approx(0.98), 1.0)


def test_one_writer_says_nothing_of_others() -> None:
    rate = resampling(1).rate(array(50), array(100))
    assert (rate.value, rate.low, rate.high) == (0.5, 0.0, 1.0)


def test_nothing_counted_is_not_a_rate() -> None:
    rate = resampling(3).rate(np.zeros(3), np.zeros(3))
    assert np.isnan(rate.value)
    assert resampling(0).rate(np.zeros(0), np.zeros(0)).n == 0


def test_independent_fields_have_no_design_effect_and_copies_have_their_number() -> None:
    rng = np.random.default_rng(3)
    alone = rng.binomial(1, 0.1, size=4000).astype(np.float64)
    assert design_effect(alone, np.ones(4000)) == pytest.approx(1.0, abs=0.01)
    assert design_effect(alone * 20, np.full(4000, 20.0)) == pytest.approx(20.0, rel=0.01)


def test_what_cannot_be_told_is_none() -> None:
    assert design_effect(array(0, 0), array(5, 5)) is None
    assert design_effect(array(5, 5), array(5, 5)) is None
    assert design_effect(array(1), array(5)) is None


def test_intra_correlation_inverts_kish() -> None:
    totals = np.full(8, 11.0)
    assert weighted_size(totals) == 11.0
    assert intra_correlation(1 + 10 * 0.3, totals) == pytest.approx(0.3)
    assert intra_correlation(5.0, np.ones(8)) == 0.0


def test_wilson_known_value() -> None:
    assert wilson(10, 100) == pytest.approx((0.05523, 0.17437), abs=1e-5)
    assert wilson(10, 100, effect=10)[1] > 0.4


def test_interval_covers_the_truth_of_clustered_data() -> None:
    rng = np.random.default_rng(11)
    covered = 0
    for _ in range(120):
        chance = rng.beta(0.5, 9.5, size=60)
        counts = rng.binomial(40, chance).astype(np.float64)
        totals = np.full(60, 40.0)
        rate = resampling(60, draws=600).rate(counts, totals, design_effect(counts, totals) or 1.0)
        covered += rate.low <= 0.05 <= rate.high
    assert covered >= 108


@given(clusters)
def test_interval_holds_the_rate_and_is_the_same_each_time(pairs: list[tuple[int, int]]) -> None:
    counts, totals = np.array(pairs, dtype=np.float64).T
    draw = resampling(len(pairs), draws=200)
    rate = draw.rate(counts, totals, design_effect(counts, totals) or 1.0)
    assert 0.0 <= rate.low <= rate.value <= rate.high <= 1.0
    assert rate == resampling(len(pairs), draws=200).rate(
        counts, totals, design_effect(counts, totals) or 1.0
    )
