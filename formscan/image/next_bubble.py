"""The same fit some bubbles further, where the ends of the blocks say that it belongs there.

A form that looks the same upside down looks so some bubbles further as well; so all ways up are
asked together, and none is taken that is not clearly the best of all.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from formscan.geometry import Points, PxFromMm
from formscan.image.ambiguity import AmbiguityOptions
from formscan.image.ends import BlockEnds, block_ends, end_contrast
from formscan.image.structure import Channel
from formscan.templates.model import PageLayout

__all__ = ["ends_well", "further"]

_FURTHEST = 2
_NOBODY: Points = np.zeros((0, 2))


def ends_well(
    channel: Channel, layout: PageLayout, px_from_mm: PxFromMm, options: AmbiguityOptions
) -> bool:
    """Whether the blocks of a page end where the template says, or have no ends to be seen."""
    ends = block_ends(layout)
    return ends is None or _contrast(channel, px_from_mm, ends, (0.0, 0.0)) >= options.whole


def further(
    channel: Channel, layout: PageLayout, fits: Sequence[PxFromMm], options: AmbiguityOptions
) -> tuple[int, NDArray[np.float64]] | None:
    """Which of the fits to move by up to two bubbles, and how, for all blocks to end rightly.

    Args:
        channel: The scan, at about 12 px a pitch.
        layout: The page of the template.
        fits: Where its bubbles were found to fit, one for each way up.
        options: What counts as seen ends.

    Returns:
        Its index and the (3, 3) move on the sheet; None where there is no such place nearby, or
        more than one.
    """
    ends = block_ends(layout)
    if ends is None:
        return None
    away = range(-_FURTHEST, _FURTHEST + 1)
    steps = [
        [count * step for count in away] if math.isfinite(step) else [0.0] for step in ends.step_mm
    ]
    found = sorted(
        (
            (_contrast(channel, fit, ends, move), index, move)
            for index, fit in enumerate(fits)
            for move in itertools.product(*steps)
        ),
        reverse=True,
    )
    if len(found) < 2 or found[0][0] < max(options.whole, found[1][0] + options.whole):
        return None
    _, index, (x, y) = found[0]
    return index, np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])


def _contrast(
    channel: Channel, px_from_mm: PxFromMm, ends: BlockEnds, move_mm: tuple[float, ...]
) -> float:
    """How well blocks end when all of it lies so much further."""
    moved = dataclasses.replace(
        ends,
        at_mm=ends.at_mm + np.array(move_mm),
        beyond_mm=tuple(places + np.array(move_mm) for places in ends.beyond_mm),
    )
    whole = end_contrast(channel, px_from_mm, moved, _NOBODY, 1.0)[1]
    return -1.0 if math.isnan(whole) else whole
