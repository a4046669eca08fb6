"""Rates with intervals that know that one hand makes its mistakes again and again.

Fields of one writer are not independent, so intervals come from resampling whole writers
(cluster bootstrap: Davison & Hinkley 1997, section 3.8), and sample sizes are divided by the
design effect (Kish 1965, section 5.4).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Counts", "Rate", "Resampling", "design_effect", "intra_correlation", "resampling"]

Counts = NDArray[np.float64]
"""(writers,) float64, one count per writer."""

_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Rate:
    """``count`` of ``n``, with a 95 % interval for the rate.

    Attributes:
        low: Lower bound, 0 to 1.
        high: Upper bound, 0 to 1.
    """

    count: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """``count / n``, NaN where n is 0."""
        return self.count / self.n if self.n else math.nan


@dataclass(frozen=True, slots=True, eq=False)
class Resampling:
    """How often each draw of the bootstrap takes each writer.

    Attributes:
        times: (draws, writers) float64.
    """

    times: NDArray[np.float64]

    def rate(self, counts: Counts, totals: Counts, effect: float = 1.0) -> Rate:
        """The rate ``sum(counts) / sum(totals)`` and its 95 % percentile interval.

        Where nothing (or everything) was counted, resampling shows no spread: the bound is
        then 3 / n with n divided by ``effect`` (Hanley & Lippman-Hand 1983). A single writer
        says nothing of others: the interval is 0 to 1.

        Args:
            counts: (writers,) events.
            totals: (writers,) trials.
            effect: The design effect, at least 1.
        """
        count, n = round(float(counts.sum())), round(float(totals.sum()))
        if n == 0 or np.count_nonzero(totals) < 2:
            return Rate(count, n, 0.0, 1.0)
        bound = min(1.0, 3.0 * max(1.0, effect) / n)
        if count == 0:
            return Rate(count, n, 0.0, bound)
        if count == n:
            return Rate(count, n, 1.0 - bound, 1.0)
        drawn = self.times @ totals
        rates = (self.times @ counts)[drawn > 0] / drawn[drawn > 0]
        low, high = np.quantile(rates, [0.025, 0.975])
        wilson_low, wilson_high = wilson(count, n, max(1.0, effect))
        return Rate(count, n, min(float(low), wilson_low), max(float(high), wilson_high))


def resampling(writers: int, seed: int = 20230701, draws: int = 2000) -> Resampling:
    """``draws`` samples with replacement of ``writers`` writers."""
    rng = np.random.default_rng(seed)
    share = np.full(writers, 1.0 / writers) if writers else np.zeros(0)
    times = rng.multinomial(writers, share, size=draws) if writers else np.zeros((draws, 0))
    return Resampling(times.astype(np.float64))


def wilson(count: int, n: int, effect: float = 1.0) -> tuple[float, float]:
    """The 95 % score interval (Wilson 1927), n divided by the design effect."""
    size = n / effect
    rate = count / n
    middle = rate + _Z95**2 / (2 * size)
    half = _Z95 * math.sqrt(rate * (1 - rate) / size + _Z95**2 / (4 * size**2))
    scale = 1 + _Z95**2 / size
    return max(0.0, min(rate, (middle - half) / scale)), min(
        1.0, max(rate, (middle + half) / scale)
    )


def design_effect(counts: Counts, totals: Counts) -> float | None:
    """By how much clustering by writer inflates the variance of a rate; at least 1.

    The variance of the ratio estimator over writers, by linearisation, divided by that of as
    many independent trials. None where nothing can be said (fewer than two writers, or no
    event, or nothing but events).
    """
    used = totals > 0
    writers, n, count = int(used.sum()), float(totals.sum()), float(counts.sum())
    if writers < 2 or count == 0 or count == n:
        return None
    rate = count / n
    spread = counts[used] - rate * totals[used]
    clustered = writers / (writers - 1) * float((spread**2).sum()) / n**2
    return max(1.0, clustered / (rate * (1 - rate) / n))


def intra_correlation(effect: float, totals: Counts) -> float:
    """Correlation of two fields of one writer that a design effect amounts to, 0 to 1."""
    size = weighted_size(totals)
    return min(1.0, (effect - 1) / (size - 1)) if size > 1 else 0.0


def weighted_size(totals: Counts) -> float:
    """Mean number of fields by the same writer that a field has beside it, itself included."""
    n = float(totals.sum())
    return float((totals**2).sum()) / n if n else 0.0
