"""What the empty boxes of a page look like: outline, letter printed inside, shading.

Nothing tells better than the page itself. The boxes of one printed value (all the A, all the
B) are equal but for what people wrote; the lighter part of them shows the print alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence

import cv2
import numpy as np

from formscan.extract.patch import BOX_PX, EDGE_PX, Ink

__all__ = ["blank_references"]

_LEAST_BOXES = 5
_LIGHTER_SHARE = 0.6
_FULL = 0.55


def blank_references(patches: Sequence[Ink], kinds: Sequence[Hashable]) -> list[Ink]:
    """The print of each box without what was written.

    Args:
        patches: One per box, placed on the printed outline.
        kinds: What is printed there, e.g. (shape, value); equal boxes are compared.

    Returns:
        One map per patch: of its kind where the page has at least 5 of them, else of all boxes
        together; zeros where even the lighter boxes are full of ink and show no print.
    """
    members: dict[Hashable, list[int]] = defaultdict(list)
    for index, kind in enumerate(kinds):
        members[kind].append(index)
    everything = _blank([patches[index] for index in range(len(patches))])
    found: list[Ink] = [everything] * len(patches)
    for indices in members.values():
        if len(indices) >= _LEAST_BOXES:
            blank = _blank([patches[index] for index in indices])
            for index in indices:
                found[index] = blank
    return found


def _blank(patches: Sequence[Ink]) -> Ink:
    inner = slice(EDGE_PX + 3, EDGE_PX + BOX_PX - 3)
    inks = np.array([patch[inner, inner].mean() for patch in patches])
    lighter = np.argsort(inks, kind="stable")[: max(1, int(np.ceil(_LIGHTER_SHARE * len(inks))))]
    blank = np.median(np.stack([patches[index] for index in lighter]), axis=0).astype(np.float32)
    if len(patches) < _LEAST_BOXES or blank[inner, inner].mean() > _FULL:
        return np.zeros_like(blank)
    return np.asarray(cv2.GaussianBlur(blank, (3, 3), 0), dtype=np.float32)
