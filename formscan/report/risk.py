"""What confidence is worth: risk against coverage, and stated against observed error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formscan.report.statistics import wilson

__all__ = ["ReliabilityBin", "RiskPoint", "coverage_at", "reliability", "risk_coverage"]

_EDGES = (0.0, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """Had all fields of at least ``confidence`` been accepted.

    Attributes:
        coverage: Their share of all fields, 0 to 1.
        risk: Share of wrong ones among them, 0 to 1.
    """

    confidence: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Fields whose stated chance of error (1 - confidence) is alike.

    Attributes:
        stated: Mean stated error.
        wrong: How many were wrong.
        low: Lower 95 % bound of the observed error (fields taken as independent).
        high: Upper bound.
    """

    n: int
    stated: float
    wrong: int
    low: float
    high: float

    @property
    def observed(self) -> float:
        """Share of wrong fields."""
        return self.wrong / self.n


def risk_coverage(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], total: int, points: int = 160
) -> tuple[RiskPoint, ...]:
    """The risk-coverage curve (El-Yaniv & Wiener 2010), most certain fields first.

    Args:
        confidence: (n,) of the fields that were read; equal ones are taken together.
        right: (n,) whether the field was read rightly.
        total: Number of fields that coverage is a share of; unread fields make it exceed n.
        points: How many points at most, spread evenly over the ranks.
    """
    if total == 0 or len(confidence) == 0:
        return ()
    order = np.argsort(-confidence, kind="stable")
    ordered, wrong = confidence[order], np.cumsum(~right[order])
    ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    if len(ends) > points:
        ends = ends[np.unique(np.linspace(0, len(ends) - 1, points).round().astype(int))]
    return tuple(
        RiskPoint(float(ordered[end]), float((end + 1) / total), float(wrong[end] / (end + 1)))
        for end in ends
    )


def coverage_at(curve: tuple[RiskPoint, ...], risk: float) -> float:
    """The largest coverage whose risk is at most ``risk``; optimistic, read off the same data."""
    return max((point.coverage for point in curve if point.risk <= risk), default=0.0)


def reliability(
    confidence: NDArray[np.float64], right: NDArray[np.bool_]
) -> tuple[ReliabilityBin, ...]:
    """Observed error per band of stated error, bands in ascending order, empty ones left out."""
    stated = 1.0 - confidence
    band = np.searchsorted(np.array(_EDGES[1:-1]), np.round(stated, 6), side="left")
    bins = []
    for index in range(len(_EDGES) - 1):
        inside = band == index
        n, wrong = int(inside.sum()), int((~right[inside]).sum())
        if n:
            low, high = wilson(wrong, n)
            bins.append(ReliabilityBin(n, float(stated[inside].mean()), wrong, low, high))
    return tuple(bins)
