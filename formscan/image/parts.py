"""The parts of a page whose print is not where it should be, while the rest may well be proven.

A crumpled corner or a torn strip must not cost the whole page, and what lies under it must not
be read as if it were flat. Doubt spreads to where nothing speaks for the transform.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.geometry import BoxMm, Points
from formscan.image.bins import Measures
from formscan.image.evidence import Evidence

__all__ = ["PartOptions", "doubtful_parts"]

Flags = NDArray[np.bool_]

_HARDLY = 0.4
"""Of the depth of the page's usual outline."""


@dataclass(frozen=True, slots=True)
class PartOptions:
    """How a page is judged part by part.

    Attributes:
        cell_mm: Side of the parts.
        windows: Sides, mm, of the squares around a part's middle whose outlines speak for it, and
            the fewest bins of outlines that say something.
        wrong: A part in which a smaller share of outlines is in its place is doubtful.
        wrong_anyway: Likewise where the patches around it are near their places.
        firm: From this share on they stop doubt from spreading.
        patch_reach_mm: A patch speaks for parts whose middles are so near its own.
        spread: How many parts far doubt spreads where nothing speaks against it.
    """

    cell_mm: float = 12.0
    windows: tuple[tuple[float, int], ...] = ((36.0, 6), (18.0, 3))
    wrong: float = 0.5
    wrong_anyway: float = 0.3
    firm: float = 0.8
    patch_reach_mm: float = 14.0
    spread: int = 2


def doubtful_parts(
    evidence: Evidence, size_mm: tuple[float, float], *, lines: bool, options: PartOptions
) -> tuple[BoxMm, ...]:
    """The parts that the printed structure contradicts, and their unproven neighbours.

    Args:
        evidence: The last look at the page.
        size_mm: (width, height) of the sheet.
        lines: Whether outlines are seen well enough to speak against a part.
        options: Limits.
    """
    columns, rows = (max(1, round(side / options.cell_mm)) for side in size_mm)
    step = np.array(size_mm) / (columns, rows)
    index = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2)
    middles = (index + 0.5) * step
    off, near = _by_patches(evidence, middles, options)
    share = _by_lines(evidence, middles, options) if lines else np.full(len(middles), np.nan)
    with np.errstate(invalid="ignore"):
        wrong = off | (share < np.where(near, options.wrong_anyway, options.wrong))
        firm = (near & ~wrong) | (share >= options.firm)
    shape = (rows, columns)
    doubtful = _spread(off, near, shape, options.spread)
    doubtful |= _spread(wrong, firm & ~off, shape, options.spread)
    return tuple(
        BoxMm(x=x * step[0], y=y * step[1], width=step[0], height=step[1])
        for x, y in index[doubtful]
    )


def _by_patches(evidence: Evidence, middles: Points, options: PartOptions) -> tuple[Flags, Flags]:
    """(n,) each: a recognised patch nearby is out of its place; all of them are in it."""
    nothing = np.zeros(len(middles), dtype=bool)
    if evidence.matches is None or not evidence.recognised.any():
        return nothing, nothing
    at = evidence.matches.at_mm[evidence.recognised]
    off = evidence.off_mm[evidence.recognised] >= evidence.near_mm
    speaks = np.abs(middles[:, None] - at[None]).max(axis=2) <= options.patch_reach_mm
    wrong = (speaks & off).any(axis=1)
    return np.asarray(wrong), np.asarray(speaks.any(axis=1) & ~wrong)


def _by_lines(evidence: Evidence, middles: Points, options: PartOptions) -> NDArray[np.float64]:
    """(n,) share of the outlines around each part that are in their place; nan where few are."""
    shares = [
        _share(part, middles, side, least, evidence.bin_options.near_mm)
        for part in evidence.bins or ()
        for side, least in options.windows
    ]
    if not shares:
        return np.full(len(middles), np.nan)
    return np.asarray(np.fmin.reduce(shares), np.float64)


def _share(
    part: Measures, middles: Points, side_mm: float, least: int, near_mm: float
) -> NDArray[np.float64]:
    """(n,) share of one direction's outlines, in squares of one size, that are in their place.

    Outlines that are hardly seen at all count as if they were seen elsewhere.
    """
    around = np.abs(middles[:, None] - part.at_mm[None]).max(axis=2) <= side_mm / 2
    seen = part.weight + 0.05
    expected = np.maximum(seen, _HARDLY * np.median(seen))
    home = seen * (np.abs(part.value_mm) <= near_mm)
    share = (around @ home) / np.maximum(around @ expected, 1e-9)
    return np.where(around.sum(axis=1) >= least, share, np.nan)


def _spread(seeds: Flags, stops: Flags, shape: tuple[int, int], steps: int) -> Flags:
    """The seeds and what lies within some parts of them and does not stop the doubt."""
    found = seeds.reshape(shape).astype(np.uint8)
    passable = (~stops).reshape(shape).astype(np.uint8)
    for _ in range(steps):
        found = np.maximum(found, cv2.dilate(found, np.ones((3, 3), np.uint8)) * passable)
    return np.asarray(found.ravel() > 0)
