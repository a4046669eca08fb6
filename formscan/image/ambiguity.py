"""Which bubbles may be taken for their neighbours: a block looks the same one bubble further.

Anchors that put every bubble within a third of the distance of two leave no doubt. Where the
fit had to move further, or no anchor was found at all, the ends of the blocks must decide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formscan.geometry import Homography, PxFromMm
from formscan.image.bubbles import BubblePattern
from formscan.image.ends import block_ends, end_contrast
from formscan.image.structure import Channel
from formscan.templates.model import PageLayout

__all__ = ["AmbiguityOptions", "ambiguous"]


@dataclass(frozen=True, slots=True)
class AmbiguityOptions:
    """When a bubble cannot be told from the next one.

    Attributes:
        moved: A sheet of which no part was moved further than this from where its anchors put
            it, in pitches, lies on the right bubbles.
        far: A part that was moved further than this is never sure.
        lost: Nor is any part where one was moved further than this.
        contrast: From this contrast on the ends of blocks near a part decide for it.
        whole: From this contrast on the ends of all blocks decide for all parts but those whose
            own ends speak against it.
        doubted: Ends near a part that are below this contrast do.
        against: Ends of blocks that look emptier than what lies beyond them speak against all.
        neighbourhood: Standard deviation of the ends that speak for a part, in diagonals.
    """

    moved: float = 0.3
    far: float = 0.5
    lost: float = 0.8
    contrast: float = 0.15
    whole: float = 0.12
    doubted: float = -0.05
    against: float = -0.1
    neighbourhood: float = 0.12


def ambiguous(
    channel: Channel,
    layout: PageLayout,
    pattern: BubblePattern,
    start: Homography | None,
    px_from_mm: PxFromMm,
    options: AmbiguityOptions,
) -> NDArray[np.bool_]:
    """(n,) which patches of the pattern may lie on the neighbours of their bubbles.

    Args:
        channel: The scan, at about 12 px a pitch.
        layout: The page of the template.
        pattern: Its bubbles.
        start: Where the anchors put the sheet; None where it was searched for: then all are.
        px_from_mm: Where it was found to lie.
        options: Limits.
    """
    middles = np.array([box.center for box in pattern.boxes]).reshape(-1, 2)
    everything = np.ones(len(middles), dtype=bool)
    if start is None:
        return everything
    away = np.linalg.norm(start.inverse()(px_from_mm(middles)) - middles, axis=1)
    moved = away / pattern.pitch_mm
    ends = block_ends(layout)
    if ends is None:
        return np.asarray(moved > options.moved)
    reach_mm = options.neighbourhood * float(np.hypot(layout.width_mm, layout.height_mm))
    near, whole = end_contrast(channel, px_from_mm, ends, middles, reach_mm)
    furthest = float(moved.max(initial=0.0))
    if whole < options.against or furthest > options.lost:
        return everything
    if furthest <= options.moved:
        return ~everything
    if whole >= options.whole:
        return np.asarray(near < options.doubted)
    decided = np.where(np.isnan(near), whole, near) >= options.contrast
    return np.asarray(~decided | (moved > options.far))
