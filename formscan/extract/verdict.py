"""Is a box marked, empty or cancelled? Measures → probabilities, with an unsure band between.

Boxes and circles are made for crosses and ticks: what counts is the amount and length of the
strokes inside, and what the mark network sees of them. Bubbles are made to be filled and have
letters printed in them: what counts is how far the white of the empty bubble went dark, against
the page's own empty bubbles.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formscan.extract.looks import Looks
from formscan.extract.strokes import BoxMeasures

__all__ = ["BoxVerdict", "VerdictOptions", "bubble_verdicts", "heeded", "judge_boxes"]

Values = NDArray[np.float64]


_DRAWN = 0.9
_PERHAPS = 0.6


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
        heard: Log-odds from which the network counts as of one mind with the measures.
        half_heard: Log-odds of a box at most, where the network is of their mind, but hardly.
        unheard: ... where it says something else.
        undone: Probability below which nobody thinks that a mark was taken back.
        hint: Probability of a strike below which it is none.
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
    heard: float = 0.5
    half_heard: float = 4.0
    unheard: float = 2.5
    undone: float = 0.3
    hint: float = 0.05
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
        struck: Probability that, being marked, the mark was struck through or scribbled over.
        amount: How much of it is inked: a mark that was struck out holds more than a bare one.
    """

    inked: float
    solid: float
    struck: float = 0.0
    amount: float = 0.0


def judge_boxes(measures: BoxMeasures, looks: Looks, options: VerdictOptions) -> list[BoxVerdict]:
    """Boxes or circles that are crossed, ticked, filled or blacked out.

    Two opinions: how much and how long the strokes inside are, and what the network sees, also
    around the box. A box is sure only where both say the same; else the network's word stands,
    unsure.
    """
    counted = _counted(measures, options)
    seen = np.log(np.maximum(1 - looks.empty, 1e-9) / np.maximum(looks.empty, 1e-9))
    agree = counted * seen > 0
    limit = np.where(
        agree, np.where(np.abs(seen) >= options.heard, 40.0, options.half_heard), options.unheard
    )
    odds = np.clip(np.where(agree, counted, seen), -limit, limit)
    solid, struck = _undone(measures, looks, options)
    amounts = measures.cover + measures.around
    return [
        BoxVerdict(_logistic(float(each)), *(float(value) for value in others))
        for each, *others in zip(odds, solid, struck, amounts, strict=True)
    ]


def _counted(measures: BoxMeasures, options: VerdictOptions) -> Values:
    """Log-odds of a mark by its strokes."""
    amount = measures.cover + options.extent_weight * np.minimum(measures.extent, 1.0)
    odds = (amount - options.amount) / options.amount_width
    passing = (measures.inside < options.passing) & (measures.core < options.aside)
    # A neighbour's stroke that passes through is neither a mark nor a clear blank.
    return np.asarray(np.where(passing, np.clip(odds, -4.0, 0.0), odds), np.float64)


def _undone(measures: BoxMeasures, looks: Looks, options: VerdictOptions) -> tuple[Values, Values]:
    """(solid, struck) of each box, should it be inked.

    A thick cross is dark by its strokes and no deletion to the network, whose word stands.
    """
    inked = np.maximum(1 - looks.empty, 1e-9)
    solid, struck = looks.solid / inked, looks.struck / inked
    odds = np.clip((measures.full - options.solid) / options.solid_width, -40, 40)
    dark = 1 / (1 + np.exp(-odds))
    quiet = (solid + struck < options.undone) & (dark < options.undone)
    return np.where(quiet, np.minimum(solid, dark), solid), np.where(
        quiet | (struck < options.hint), 0.0, struck
    )


def bubble_verdicts(
    groups: Sequence[tuple[Values, Values]], options: VerdictOptions
) -> list[list[BoxVerdict]]:
    """All bubbles of a page, each against the page's and its own group's empty ones.

    Args:
        groups: (fill, core) of the bubbles of each group, see ``BoxMeasures``.
        options: The curves.
    """
    if not groups:
        return []
    everything = np.sort(np.concatenate([fill for fill, _ in groups]))
    empty = float(np.median(everything[: max(1, int(0.6 * len(everything)))]))
    empty = min(empty, 0.4)
    marked = everything[everything > empty + options.least_contrast]
    contrast = max(float(np.median(marked)) - empty if len(marked) else 1.0, 0.5)
    verdicts = []
    for fill, core in groups:
        shading = float(np.quantile(fill, 0.25)) - empty if len(fill) >= 4 else 0.0
        level = (fill - empty - min(max(shading, -0.1), 0.2)) / contrast
        blob = core - 0.5
        level += options.blob_weight * np.clip(blob, 0.0, 0.6)
        verdicts.append(
            [
                BoxVerdict(_logistic((float(each) - options.fill) / options.fill_width), 0.0)
                for each in level
            ]
        )
    return verdicts


def heeded(filled: Sequence[BoxVerdict], drawn: Sequence[BoxVerdict]) -> list[BoxVerdict]:
    """Bubbles of a group of which none is filled, but in which strokes are seen: ticks, perhaps.

    Args:
        filled: What the filling of each says.
        drawn: What the strokes and the looks of each say.

    Returns:
        The first; unsure where the second is sure of a mark in a group that the first finds empty.
        A single mark is proposed; of several nobody knows whether they are printed letters.
    """
    seen = [other.inked > _DRAWN for other in drawn]
    if any(one.inked >= 0.5 for one in filled) or not any(seen):
        return list(filled)
    perhaps = BoxVerdict(_PERHAPS if sum(seen) == 1 else 1 - _PERHAPS, 0.0)
    return [perhaps if tick else one for one, tick in zip(filled, seen, strict=True)]


def _logistic(odds: float) -> float:
    return 1 / (1 + math.exp(-max(min(odds, 40.0), -40.0)))
