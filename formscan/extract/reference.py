"""What the empty boxes of a page look like: outline, letter printed inside, shading.

Nothing tells better than the page itself. The boxes of one printed value (all the A, all the
B) are equal but for what people wrote; the lighter part of them shows the print alone. A page
of a few boxes shows no such thing: there the outline is taken where it should be.
"""

from __future__ import annotations

import dataclasses
import functools
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.extract.patch import BOX_PX, EDGE_PX, SIDE_PX, Ink

__all__ = ["Blanks", "blank_references"]

_LEAST_BOXES = 5
_MOST_INK = 1.5
_LINE_PX = 1.5
"""Half of the width of an outline, and of how far off it may be placed, patch pixels."""
_LIGHTER_SHARE = 0.6
_MOST_BOXES = 25
_FULL = 0.55
_MORE_INK, _LITTLE_INK = 1.6, 0.06
_DARKER, _DARK_PRINT = 0.25, 0.6
_STROKES = 0.08
"""Spread of the ink inside a box, over a box, from which it is no even shading but strokes."""
_SHOWN = 0.25
"""Share of the usual strokes of its kind that a box shows at most if it is empty."""
_SHADING = 25
"""Percentile of the ink inside a box that is its shading at most."""
_INNER = slice(EDGE_PX + 3, EDGE_PX + BOX_PX - 3)
_CORE = slice(EDGE_PX + BOX_PX // 4, EDGE_PX + BOX_PX - BOX_PX // 4)


@dataclass(frozen=True, slots=True, eq=False)
class Blanks:
    """The print of the boxes of a page.

    Attributes:
        maps: (k, SIDE_PX, SIDE_PX) ink of each kind of empty box; zeros where none shows.
        of: (n,) kind of each box.
        unsure: (k,) whether every box of a kind holds strokes, and nobody knows whether they
            are printed or the same answer in every row; those that all share count as written.
    """

    maps: Ink = dataclasses.field(repr=False)
    of: NDArray[np.intp] = dataclasses.field(repr=False)
    unsure: NDArray[np.bool_] = dataclasses.field(repr=False)

    def written(self, patches: Ink) -> Ink:
        """(n, SIDE_PX, SIDE_PX) ink beyond the print; the print may lie a pixel off."""
        near = np.stack([cv2.dilate(one, np.ones((3, 3), np.uint8)) for one in self.maps])
        beyond = patches - near[self.of]
        return np.asarray(np.maximum(beyond, 0.0, out=beyond), np.float32)

    def subset(self, which: NDArray[np.intp]) -> Blanks:
        """The same of some of the boxes."""
        return Blanks(self.maps, self.of[which], self.unsure)


def blank_references(
    patches: Ink, kinds: Sequence[Hashable], labelled: Sequence[bool], shapes: Sequence[str]
) -> Blanks:
    """The print of each box without what was written.

    Who gives the same answer in every row marks most boxes of a kind. What all of them show is
    taken for print only where the template says that something is printed inside them, and
    where they hold no more ink than other kinds do. Where it does not say so and no box is
    empty, the kind is ``unsure``.

    Args:
        patches: One per box, placed on the printed outline.
        kinds: What is printed there, e.g. (shape, value); equal boxes are compared.
        labelled: Whether a letter is printed inside the box.
        shapes: Of the outlines: ``box``, ``circle`` or ``bubble``.

    Returns:
        Of each box's kind where the page has at least 5 of them, else of all boxes together;
        zeros where even the lighter boxes are full of ink and show no print. With fewer than
        5 boxes on the page, the outline alone; nothing for bubbles, whose size nobody knows.
    """
    if len(patches) < _LEAST_BOXES:
        names = sorted(set(shapes))
        of = np.array([names.index(shape) for shape in shapes], np.intp)
        outlines = np.array([_outline(name) for name in names], np.float32)
        return Blanks(outlines, of, np.zeros(len(names), np.bool_))
    members: dict[Hashable, list[int]] = defaultdict(list)
    for index, kind in enumerate(kinds):
        members[kind].append(index)
    amounts = patches[:, _INNER, _INNER].mean(axis=(1, 2))
    pooled = _blank(patches, amounts, np.arange(len(patches)))
    maps = [pooled if any(labelled) else _without_strokes(pooled)]
    everything = np.arange(len(patches))
    unsure = [not any(labelled) and _none_empty(patches, amounts, everything, pooled)]
    of = np.zeros(len(patches), np.intp)
    large = [at for at in members.values() if _LEAST_BOXES <= len(at) < len(patches)]
    blanks = [_blank(patches, amounts, np.array(at)) for at in large]
    marked = _more_than_print(blanks)
    for indices, blank, suspect in zip(large, blanks, marked, strict=True):
        if labelled[indices[0]] and suspect:
            continue
        of[indices] = len(maps)
        said = labelled[indices[0]]
        maps.append(blank if said else _without_strokes(blank))
        unsure.append(not said and _none_empty(patches, amounts, np.array(indices), blank))
    return Blanks(np.stack(maps), of, np.array(unsure))


@functools.cache
def _outline(shape: str) -> Ink:
    """All the ink that an outline can hold, where it is printed; none for bubbles."""
    if shape == "bubble":
        return np.zeros((SIDE_PX, SIDE_PX), np.float32)
    y, x = np.mgrid[:SIDE_PX, :SIDE_PX] - (SIDE_PX - 1) / 2
    far = np.hypot(x, y) if shape == "circle" else np.maximum(np.abs(x), np.abs(y))
    return np.asarray(_MOST_INK * (np.abs(far - BOX_PX / 2) <= _LINE_PX), np.float32)


def _more_than_print(blanks: Sequence[Ink]) -> list[bool]:
    """Which kinds hold more ink, and darker ink, than what is printed in others: all marked.

    Shaded rows hold more ink, but none as dark as a pen's; where the print itself is as dark,
    the amount alone decides.
    """
    inks = [float(blank[_INNER, _INNER].mean()) for blank in blanks]
    darks = [float(np.percentile(blank[_INNER, _INNER], 95)) for blank in blanks]
    if not blanks:
        return []
    usual, dark = (float(np.percentile(each, 25, method="lower")) for each in (inks, darks))
    return [
        ink > _MORE_INK * usual + _LITTLE_INK and (dark > _DARK_PRINT or here > dark + _DARKER)
        for ink, here in zip(inks, darks, strict=True)
    ]


def _none_empty(
    patches: Ink, amounts: NDArray[np.float32], members: NDArray[np.intp], blank: Ink
) -> bool:
    """Whether most boxes of a kind show strokes, and even the lightest shows some of them."""
    if not _has_strokes(blank):
        return False
    lightest = patches[members[np.argmin(amounts[members])]]
    here, usual = (one[_CORE, _CORE] - one[_CORE, _CORE].mean() for one in (lightest, blank))
    return float((here * usual).sum()) > _SHOWN * float((usual * usual).sum())


def _has_strokes(picture: Ink) -> bool:
    return float(picture[_CORE, _CORE].std()) > _STROKES


def _without_strokes(blank: Ink) -> Ink:
    """The same with even shading at most inside the box, where nothing is printed."""
    if not _has_strokes(blank):
        return blank
    core = blank[_CORE, _CORE]
    cleaned = blank.copy()
    shading = np.percentile(core, _SHADING)
    cleaned[_INNER, _INNER] = np.minimum(cleaned[_INNER, _INNER], shading)
    return cleaned


def _blank(patches: Ink, amounts: NDArray[np.float32], members: NDArray[np.intp]) -> Ink:
    if len(members) < _LEAST_BOXES:
        return np.zeros((SIDE_PX, SIDE_PX), np.float32)
    order = members[np.argsort(amounts[members], kind="stable")]
    lighter = order[: int(np.ceil(_LIGHTER_SHARE * len(order)))]
    lighter = lighter[:: max(1, -(-len(lighter) // _MOST_BOXES))]
    middle = (len(lighter) - 1) // 2
    blank = np.partition(patches[lighter], middle, axis=0)[middle]
    if blank[_INNER, _INNER].mean() > _FULL:
        return np.zeros_like(blank)
    return np.asarray(cv2.GaussianBlur(blank, (3, 3), 0), dtype=np.float32)
