"""Is a box marked, empty or cancelled? Measures → probabilities, with an unsure band between.

Boxes and circles are made for crosses and ticks: what counts is the amount and length of the
strokes inside. Bubbles are made to be filled and have letters printed in them: what counts is
how far the white of the empty bubble went dark, against the page's own empty bubbles.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formscan.extract.strokes import BoxMeasures

__all__ = ["BoxVerdict", "VerdictOptions", "bubble_verdicts", "judge_box"]


@dataclass(frozen=True, slots=True)
class VerdictOptions:
    """Centres and widths of the logistic curves; a width is the change per unit of log-odds.

    Attributes:
        amount: Of a box: ``cover + extent_weight * extent`` at which a mark is as likely as not.
        amount_width: Its width.
        extent_weight: What a stroke across the whole box adds.
        solid: ``full`` at which a box is as likely blacked out as not.
        solid_width: Its width.
        passing: Share of a stroke inside below which it more likely only passes through.
        aside: ... unless the middle of the box is inked more than this.
        fill: Of a bubble: fill between the page's empty (0) and filled (1) ones.
        fill_width: Its width.
        blob_weight: What a middle as dark as the pen adds.
        least_contrast: Least difference between empty and filled bubbles to count on.
    """

    amount: float = 0.085
    amount_width: float = 0.006
    extent_weight: float = 0.10
    solid: float = 0.58
    solid_width: float = 0.02
    passing: float = 0.3
    aside: float = 0.15
    fill: float = 0.45
    fill_width: float = 0.02
    blob_weight: float = 0.45
    least_contrast: float = 0.35


@dataclass(frozen=True, slots=True)
class BoxVerdict:
    """What one box says.

    Attributes:
        inked: Probability that somebody marked it, in whatever way.
        solid: Probability that, being marked, it is filled or blacked out as a whole.
        amount: How much of it is inked: a mark that was struck out holds more than a bare one.
    """

    inked: float
    solid: float
    amount: float = 0.0


def judge_box(measures: BoxMeasures, options: VerdictOptions) -> BoxVerdict:
    """A box or circle that is crossed, ticked, filled or blacked out."""
    amount = measures.cover + options.extent_weight * min(measures.extent, 1.0)
    odds = (amount - options.amount) / options.amount_width
    if measures.inside < options.passing and measures.core < options.aside:
        # A neighbour's stroke that passes through is neither a mark nor a clear blank.
        odds = min(max(odds, -4.0), 0.0)
    return BoxVerdict(
        _logistic(odds),
        _logistic((measures.full - options.solid) / options.solid_width),
        measures.cover + measures.around,
    )


def bubble_verdicts(
    groups: Sequence[Sequence[BoxMeasures]], options: VerdictOptions
) -> list[list[BoxVerdict]]:
    """All bubbles of a page, each against the page's and its own group's empty ones."""
    fills = [np.array([box.fill for box in group]) for group in groups]
    if not fills:
        return []
    everything = np.sort(np.concatenate(fills))
    empty = float(np.median(everything[: max(1, int(0.6 * len(everything)))]))
    empty = min(empty, 0.4)
    marked = everything[everything > empty + options.least_contrast]
    contrast = max(float(np.median(marked)) - empty if len(marked) else 1.0, 0.5)
    verdicts = []
    for group, fill in zip(groups, fills, strict=True):
        shading = float(np.quantile(fill, 0.25)) - empty if len(fill) >= 4 else 0.0
        level = (fill - empty - min(max(shading, -0.1), 0.2)) / contrast
        blob = np.array([box.core for box in group]) - 0.5
        level += options.blob_weight * np.clip(blob, 0.0, 0.6)
        verdicts.append(
            [
                BoxVerdict(_logistic((float(each) - options.fill) / options.fill_width), 0.0)
                for each in level
            ]
        )
    return verdicts


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-max(min(odds, 40.0), -40.0)))
