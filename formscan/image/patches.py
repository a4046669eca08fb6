"""Coarse alignment with the reference picture: patch by patch, texts and lines together.

A comb looks the same one box further; the words beside it do not. So before lines are trusted
on a page that may be bent, patches of 24 mm are compared with the picture of the blank form.
"""

from __future__ import annotations

import base64
import dataclasses
import functools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.geometry import Points, PxFromMm
from formscan.image.flat import flattened
from formscan.image.structure import Channel, darkest_channel
from formscan.page import Picture
from formscan.templates.model import PageLayout

__all__ = ["PatchMatches", "PatchOptions", "match_patches"]

Floats = NDArray[np.float32]

_BARS_MM = 0.7
"""Paper around the bars that is left out with them."""


@dataclass(frozen=True, slots=True)
class PatchOptions:
    """How patches are compared.

    Attributes:
        px_per_mm: Resolution of the comparison.
        step_mm: Distance of the patches.
        half_mm: Half of a patch's side.
        reach_mm: How far off a patch may lie.
        min_score: Least normalised correlation that counts.
        loner_mm: A patch that differs more than this from its neighbours does not count.
    """

    px_per_mm: float = 3.0
    step_mm: float = 20.0
    half_mm: float = 12.0
    reach_mm: float = 4.0
    min_score: float = 0.3
    loner_mm: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class PatchMatches:
    """What the patches say.

    Attributes:
        at_mm: (n, 2) centres of the patches with something printed on them.
        offset_mm: (n, 2) where they were found, relative to where they should be.
        score: (n,) normalised correlation; 0 where a second place looks as good, and where
            the neighbours say otherwise.
    """

    at_mm: Points = dataclasses.field(repr=False)
    offset_mm: Points = dataclasses.field(repr=False)
    score: NDArray[np.float64] = dataclasses.field(repr=False)


def match_patches(
    channel: Channel, layout: PageLayout, px_from_mm: PxFromMm, options: PatchOptions | None = None
) -> PatchMatches | None:
    """Compare the scan with the blank form; None where the template holds no picture of it."""
    options = options or PatchOptions()
    if not layout.reference_png:
        return None
    sheet = (layout.width_mm, layout.height_mm)
    reference = _reference(layout.reference_png, darkest_channel(layout), sheet, options.px_per_mm)
    reference = _without_bars(reference, layout, options)
    flat = _even(flattened(channel, sheet, px_from_mm, options.px_per_mm))
    flat = _without_bars(flat, layout, options)
    found = [
        (center, *match)
        for center in _centers(layout, options)
        if (match := _match(reference, flat, center, options)) is not None
    ]
    matches = PatchMatches(
        np.array([center for center, _, _ in found]).reshape(-1, 2),
        np.array([offset for _, offset, _ in found]).reshape(-1, 2),
        np.array([score for _, _, score in found]),
    )
    return _without_loners(matches, options)


def _without_loners(matches: PatchMatches, options: PatchOptions) -> PatchMatches:
    """Score 0 for a patch that says something else than its neighbours: paper is smooth."""
    score = matches.score.copy()
    known = np.flatnonzero(score >= options.min_score)
    for index in known:
        away = np.abs(matches.at_mm[known] - matches.at_mm[index]).max(axis=1)
        near = known[(away < 1.3 * options.step_mm) & (known != index)]
        if len(near) < 2:
            score[index] = 0.0
            continue
        usual = np.median(matches.offset_mm[near], axis=0)
        if np.abs(matches.offset_mm[index] - usual).max() > options.loner_mm:
            score[index] = 0.0
    return dataclasses.replace(matches, score=score)


def _centers(layout: PageLayout, options: PatchOptions) -> list[tuple[float, float]]:
    axes = []
    for side in (layout.width_mm, layout.height_mm):
        inner = max(side - 2 * options.half_mm, 0.0)
        count = max(1, round(inner / options.step_mm) + 1)
        axes.append(np.linspace(side / 2 - inner / 2, side / 2 + inner / 2, count))
    return [(float(x), float(y)) for y in axes[1] for x in axes[0]]


@functools.lru_cache(maxsize=16)
def _reference(
    png: str, channel: int | None, sheet_mm: tuple[float, float], px_per_mm: float
) -> Floats:
    data = np.frombuffer(base64.b64decode(png), np.uint8)
    picture = cv2.imdecode(data, cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("the reference picture of the template is no PNG")
    if channel is None:
        gray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    else:
        gray = cv2.extractChannel(picture, channel)
    size = tuple(round(side * px_per_mm) for side in sheet_mm)
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    return _even(np.asarray(small, np.uint8))


def _even(gray: Picture) -> Floats:
    """Light evened out, so that a shadow's edge is no structure."""
    values = gray.astype(np.float32)
    return np.asarray(values - cv2.blur(values, (31, 31)), np.float32)


def _without_bars(evened: Floats, layout: PageLayout, options: PatchOptions) -> Floats:
    """The picture without the bars in the margin, which differ from sheet to sheet."""
    if layout.bars_box is None:
        return evened
    bars = layout.bars_box.grow(_BARS_MM)
    left, top, right, bottom = (
        max(0, round(edge * options.px_per_mm))
        for edge in (bars.x, bars.y, bars.right, bars.bottom)
    )
    kept = evened.copy()
    kept[top:bottom, left:right] = 0.0
    return kept


def _match(
    reference: Floats, flat: Floats, center_mm: tuple[float, float], options: PatchOptions
) -> tuple[tuple[float, float], float] | None:
    """(offset mm, score) of one patch; None where too little is printed on it."""
    half, reach = (
        round(length * options.px_per_mm) for length in (options.half_mm, options.reach_mm)
    )
    x, y = (round(value * options.px_per_mm) for value in center_mm)
    height, width = reference.shape
    left, right = max(reach, x - half), min(width - reach, x + half)
    top, bottom = max(reach, y - half), min(height - reach, y + half)
    patch = reference[top:bottom, left:right]
    if patch.size == 0 or float(patch.std()) < 6.0:
        return None
    window = flat[top - reach : bottom + reach, left - reach : right + reach]
    scores = np.asarray(
        cv2.matchTemplate(window, np.ascontiguousarray(patch), cv2.TM_CCOEFF_NORMED), np.float32
    )
    _, score, _, (column, row) = cv2.minMaxLoc(scores)
    rival = scores.copy()
    around = round(1.6 * options.px_per_mm)
    high, low = max(0, row - around), max(0, column - around)
    rival[high : row + around + 1, low : column + around + 1] = -1.0
    ambiguous = float(rival.max()) > 0.92 * score
    dx = (column + _vertex(scores[row], column) - reach) / options.px_per_mm
    dy = (row + _vertex(scores[:, column], row) - reach) / options.px_per_mm
    return (dx, dy), 0.0 if ambiguous else float(score)


def _vertex(scores: Floats, at: int) -> float:
    """Top of the parabola through the best value and its neighbours, -0.5 to 0.5."""
    if not 0 < at < len(scores) - 1:
        return 0.0
    before, best, after = (float(value) for value in scores[at - 1 : at + 2])
    bend = before - 2 * best + after
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0 else 0.0
