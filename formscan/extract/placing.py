"""Groups of boxes on a page, each placed on its printed outlines."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formscan.extract.outline import (
    REACH_PX,
    OutlineOptions,
    Placement,
    Votes,
    box_kernel,
    bubble_kernel,
    circle_kernel,
    place_groups,
    votes,
)
from formscan.extract.patch import BOX_PX, EDGE_PX, Ink, ink_patches, shrunk
from formscan.extract.reference import Blanks
from formscan.page import FieldCrop
from formscan.templates.model import MarkBox

__all__ = ["Spot", "boxes_of", "doubtful_placements", "patches_of", "place_spots", "refine_spots"]

_KERNELS = {"bubble": bubble_kernel(), "box": box_kernel(), "circle": circle_kernel()}
_TORN_PX = BOX_PX / 4
_LOST_PX = REACH_PX - 1.5
_LEAST_OUTLINE = 0.25
_CLEAR_OUTLINE = 0.4
_FARTHEST_BOX_MM = 1.0
_REFINE_PX = 5.0
_LEAST_BOX_PX = 16.0
_RIM_PX = 6


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """One group of boxes and the crop that shows it.

    Attributes:
        crop: The field.
        marks: The boxes of one choice, or of one column of a grid.
    """

    crop: FieldCrop = dataclasses.field(repr=False)
    marks: tuple[MarkBox, ...]

    @property
    def shape(self) -> str:
        """Outline of the boxes."""
        return self.crop.field.shape

    @property
    def size_mm(self) -> tuple[float, float]:
        """(width, height) of the first box, rounded to 0.1 mm."""
        box = self.marks[0].box
        return round(box.width, 1), round(box.height, 1)

    @property
    def coarse(self) -> bool:
        """Whether the scan shows a stroke in a box hardly apart from its outline."""
        return min(self.size_mm) * self.crop.scan_px_per_mm < _LEAST_BOX_PX

    @property
    def center_mm(self) -> tuple[float, float]:
        """Middle of the group's box centres."""
        xs, ys = zip(*(mark.box.center for mark in self.marks), strict=True)
        return sum(xs) / len(xs), sum(ys) / len(ys)


def patches_of(spots: Sequence[Spot], placements: Sequence[Placement] = ()) -> Ink:
    """Ink maps of all boxes, on the template's places or the found ones."""
    found = placements or [Placement((0.0, 0.0), 0.0)] * len(spots)
    return ink_patches(
        (
            spot.crop,
            [mark.box for mark in spot.marks],
            (placement.shift_px[0] / BOX_PX, placement.shift_px[1] / BOX_PX),
        )
        for spot, placement in zip(spots, found, strict=True)
    )


def place_spots(spots: Sequence[Spot], options: OutlineOptions) -> list[Placement]:
    """Where the boxes of each group are printed; boxes of one shape place each other.

    Templates that were compiled by us are exact, and their pages are registered to fractions
    of a millimetre: their boxes move only where the outline shows, and by little.
    """
    placements = [Placement((0.0, 0.0), 0.0)] * len(spots)
    for shape in sorted({spot.shape for spot in spots}):
        members = [index for index, spot in enumerate(spots) if spot.shape == shape]
        centers = np.array([spots[index].center_mm for index in members])
        mine = [spots[index] for index in members]
        scores = _scores(mine, patches_of(mine), [_KERNELS[shape]], options)
        for index, placement in zip(members, place_groups(scores, centers, options), strict=True):
            placements[index] = _bounded(spots[index], placement)
    return placements


def refine_spots(
    spots: Sequence[Spot],
    placements: Sequence[Placement],
    blanks: Blanks,
    patches: Ink,
    options: OutlineOptions,
) -> list[Placement]:
    """Place bubbles once more, on the page's own picture of the empty bubble.

    Args:
        spots: The groups of a page.
        placements: Where they were found before.
        blanks: What is printed in each box, in the order of the spots' marks.
        patches: Ink of each box, as it was placed before.
        options: How far neighbours reach.

    Returns:
        The better placements; those of boxes and circles stay.
    """
    refined = list(placements)
    members = [index for index, spot in enumerate(spots) if spot.shape == "bubble"]
    mine = boxes_of(spots, members)
    kernels = [_sharp(blank) for blank in blanks.maps]
    scores = _scores(
        [spots[index] for index in members], patches[mine], kernels, options, blanks.of[mine]
    )
    centers = np.array([spots[index].center_mm for index in members])
    near = dataclasses.replace(
        options, neighbourhood_mm=options.neighbourhood_mm / 2, prior_px=_REFINE_PX
    )
    for index, found in zip(members, place_groups(scores, centers, near), strict=True):
        before = placements[index].shift_px
        shift = (before[0] + found.shift_px[0], before[1] + found.shift_px[1])
        refined[index] = Placement(shift, found.contrast)
    return refined


def _sharp(blank: Ink) -> Ink:
    """The printed bubble as a kernel: around the box only, without its mean."""
    kernel = np.zeros_like(blank)
    inner = slice(EDGE_PX - _RIM_PX, EDGE_PX + BOX_PX + _RIM_PX)
    kernel[inner, inner] = blank[inner, inner] - blank[inner, inner].mean()
    total = float(np.abs(kernel).sum())
    return kernel / total if total > 0 else kernel


def boxes_of(spots: Sequence[Spot], members: Sequence[int]) -> NDArray[np.intp]:
    """Positions of the boxes of some groups among the boxes of all groups."""
    stops = np.cumsum([len(spot.marks) for spot in spots])
    ranges = [np.arange(stops[i] - len(spots[i].marks), stops[i]) for i in members]
    return np.concatenate(ranges) if ranges else np.zeros(0, np.intp)


def _scores(
    spots: Sequence[Spot],
    patches: Ink,
    kernels: Sequence[Ink],
    options: OutlineOptions,
    kernel_of: NDArray[np.intp] | None = None,
) -> Votes:
    """(n, y, x) mean votes of the boxes of each group; boxes with one kernel are added up first."""
    total = np.zeros((len(spots), REACH_PX + 1, REACH_PX + 1), np.float32)
    if not spots:
        return total
    capped = shrunk(np.minimum(patches, options.ink_limit), 2)
    counts = np.array([len(spot.marks) for spot in spots])
    starts = np.cumsum(counts) - counts
    if kernel_of is None:
        total += votes(np.add.reduceat(capped, starts), kernels[0])
    for kernel in [] if kernel_of is None else sorted(set(kernel_of.tolist())):
        mine = np.where((kernel_of == kernel)[:, None, None], capped, np.float32(0))
        total += votes(np.add.reduceat(mine, starts), kernels[kernel])
    return np.asarray(total / counts[:, None, None], np.float32)


def _bounded(spot: Spot, placement: Placement) -> Placement:
    if spot.shape == "bubble":
        return placement
    limit_px = _FARTHEST_BOX_MM / spot.size_mm[0] * BOX_PX
    if placement.contrast < _LEAST_OUTLINE:
        return Placement((0.0, 0.0), placement.contrast)
    if max(map(abs, placement.shift_px)) > limit_px:
        lost = placement.contrast >= _CLEAR_OUTLINE
        return Placement((0.0, 0.0), placement.contrast, lost=lost)
    return placement


def _unseen(spot: Spot, placement: Placement) -> bool:
    """Whether black or grey outlines should stand here and do not: perhaps another place."""
    expected = spot.shape != "bubble" and not spot.crop.field.drop_out
    return expected and placement.contrast < _LEAST_OUTLINE


def doubtful_placements(spots: Sequence[Spot], placements: Sequence[Placement]) -> list[bool]:
    """Whether a group cannot be trusted.

    It lies too far off, was torn away from the group beside it, its printed lines are nowhere
    to be seen, or the scan is too coarse to tell a stroke in a small box from its outline
    (bubbles are compared with each other).
    """
    doubtful = [
        placement.lost
        or (spot.shape != "bubble" and spot.coarse)
        or _unseen(spot, placement)
        or (spot.shape == "bubble" and max(map(abs, placement.shift_px)) > _LOST_PX)
        for spot, placement in zip(spots, placements, strict=True)
    ]
    for index in range(1, len(spots)):
        if spots[index].crop is not spots[index - 1].crop or spots[index].shape != "bubble":
            continue
        here, before = placements[index].shift_px, placements[index - 1].shift_px
        if max(abs(here[0] - before[0]), abs(here[1] - before[1])) > _TORN_PX:
            doubtful[index] = doubtful[index - 1] = True
    return doubtful
