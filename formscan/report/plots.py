"""The geometry of small line plots; ``pages/plot.svg`` draws it.

A plot lies in a view box of 360 × 250 units; data are mapped to it here, so that the drawing
holds no arithmetic and every label goes through the escaping of the page.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from formscan.report.html import percent
from formscan.report.risk import ReliabilityBin, RiskPoint

__all__ = ["Dot", "Histogram", "Plot", "Tick", "histogram", "reliability_plot", "risk_plot"]

WIDTH, HEIGHT = 360.0, 250.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 338.0, 12.0, 206.0
_FLOOR = 1e-5
_RISK_TOPS = (
    (0.002, 1),
    (0.005, 2),
    (0.01, 1),
    (0.02, 0),
    (0.05, 1),
    (0.1, 0),
    (0.2, 0),
    (0.5, 0),
    (1.0, 0),
)
"""Upper ends of the risk axis, each with the decimals that its labels need."""
_QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
_HALVES = (0.0, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis, in view units."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A point with an upright bar of uncertainty, in view units.

    Attributes:
        hollow: Nothing was observed: only the bar's upper end is knowledge.
        title: What a reader sees on pointing at it.
    """

    x: float
    y: float
    low: float
    high: float
    hollow: bool
    title: str


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot, ready to be drawn.

    Attributes:
        path: SVG path of the curve, "" where there is none.
        guide: SVG path of a reference line.
        mark: The working point, or None.
    """

    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    path: str = ""
    guide: str = ""
    dots: tuple[Dot, ...] = ()
    mark: Dot | None = None


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bars with their height as a share of the tallest, 0 to 100."""

    labels: tuple[str, ...]
    counts: tuple[int, ...]
    heights: tuple[float, ...]


def risk_plot(
    curve: Sequence[RiskPoint], coverage: float, risk: float, limit: float, language: str = "id"
) -> Plot:
    """Risk against coverage as steps, with the working point and the allowed risk.

    Args:
        curve: Points by ascending coverage.
        coverage: Of the working point, 0 to 1.
        risk: Of the working point, 0 to 1; NaN where nothing was accepted.
        limit: Risk to draw a guide at.
        language: Of the tick labels.
    """
    worst = max([point.risk for point in curve] + [0.0 if math.isnan(risk) else risk, limit])
    top, decimals = next(scale for scale in _RISK_TOPS if scale[0] >= min(worst, 1.0))
    places = [(_x(point.coverage), _y(point.risk / top)) for point in curve]
    steps = [f"M{LEFT:.1f} {places[0][1]:.1f}"] if places else []
    steps += [f"H{x:.1f}V{y:.1f}" for x, y in places]
    mark = None
    if not math.isnan(risk):
        x, y = _x(coverage), _y(risk / top)
        title = f"{percent(coverage, language)} / {percent(risk, language, 3)}"
        mark = Dot(x, y, y, y, hollow=False, title=title)
    guide_y = _y(limit / top)
    return Plot(
        x_ticks=tuple(Tick(_x(part), percent(part, language, 0)) for part in _QUARTERS),
        y_ticks=tuple(Tick(_y(part), percent(part * top, language, decimals)) for part in _HALVES),
        path="".join(steps),
        guide=f"M{LEFT} {guide_y:.1f}H{RIGHT}",
        mark=mark,
    )


def reliability_plot(bins: Sequence[ReliabilityBin], language: str = "id") -> Plot:
    """Observed against stated error, both on logarithmic axes from 0.001 % to 100 %."""
    dots = tuple(
        Dot(
            x=_x(_log(band.stated)),
            y=_y(_log(band.observed)),
            low=_y(_log(band.low)),
            high=_y(_log(band.high)),
            hollow=band.wrong == 0,
            title=f"{band.wrong} / {band.n}",
        )
        for band in bins
    )
    decades = [
        (_log(10.0**power), percent(10.0**power, language, max(0, -2 - power)))
        for power in range(-5, 1)
    ]
    return Plot(
        x_ticks=tuple(Tick(_x(at), label) for at, label in decades),
        y_ticks=tuple(Tick(_y(at), label) for at, label in decades),
        guide=f"M{LEFT} {BOTTOM}L{RIGHT} {TOP}",
        dots=dots,
    )


def histogram(values: Sequence[float], edges: Sequence[float], labels: Sequence[str]) -> Histogram:
    """How many values lie in [edge, next edge); the last edge is included.

    Args:
        values: Numbers within the edges.
        edges: Ascending, one more than ``labels``.
        labels: Of the bars.
    """
    counts = [0] * len(labels)
    for value in values:
        inside = sum(value >= edge for edge in edges[1:-1])
        counts[inside] += 1
    tallest = max(counts, default=0) or 1
    return Histogram(tuple(labels), tuple(counts), tuple(100.0 * n / tallest for n in counts))


def _x(share: float) -> float:
    return LEFT + (RIGHT - LEFT) * share


def _y(share: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * min(1.0, share)


def _log(value: float) -> float:
    return 1.0 - math.log10(max(value, _FLOOR)) / math.log10(_FLOOR)
