"""Where the bubbles of a form are, seen as a pattern: the judge of forms that print no boxes.

What is printed at a bubble (a ring, brackets, a letter, a mark) is blurred to one blob, and the
blobs of the whole sheet are compared with where the template puts them. The pattern tells the
way up, and patches of it tell how far the sheet is off its place there: at most half the
distance of two bubbles, since it looks the same one bubble further.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.geometry import BoxMm, Points
from formscan.image.kept import once_per_layout
from formscan.page import Picture
from formscan.templates.model import PageLayout

__all__ = [
    "BubbleOptions",
    "BubblePattern",
    "Sights",
    "agreement",
    "bubble_pattern",
    "contradictions",
    "ink",
    "look",
]

Floats = NDArray[np.float32]

_PX_PER_PITCH = 6.0
_MIN_PX_PER_MM = 0.7
_BLOB = 0.36
"""Radius of a blob, at most, in pitches."""
_BLUR = 0.2
"""Standard deviation of the blur, in pitches."""
_RIVAL = 0.25
"""How much worse a place at the end of the reach is, at equal looks."""
_PATCH = 5.0
"""Side of a patch, in pitches."""


@dataclass(frozen=True, slots=True)
class BubbleOptions:
    """How bubbles are compared.

    Attributes:
        reach: How far off a patch may lie, in pitches.
        reach_mm: The same in mm, at most.
        min_score: Least normalised correlation of a patch that counts.
    """

    reach: float = 0.45
    reach_mm: float = 3.5
    min_score: float = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class BubblePattern:
    """The blobs of a page.

    Attributes:
        blobs: (h, w) 0 to 1 over the whole sheet.
        px_per_mm: Its scale.
        pitch_mm: Usual distance of a bubble from the nearest other one.
        patches: (n, 4) px: left, top, right, bottom of parts with some bubbles each.
        boxes: What each patch covers on the sheet, without its rim.
    """

    blobs: Floats = dataclasses.field(repr=False)
    px_per_mm: float
    pitch_mm: float
    patches: NDArray[np.intp] = dataclasses.field(repr=False)
    boxes: tuple[BoxMm, ...] = dataclasses.field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Sights:
    """What the patches say.

    Attributes:
        at_mm: (n, 2) centres of the patches.
        offset_mm: (n, 2) where they were found, relative to where they should be.
        score: (n,) normalised correlation at that place.
    """

    at_mm: Points = dataclasses.field(repr=False)
    offset_mm: Points = dataclasses.field(repr=False)
    score: NDArray[np.float64] = dataclasses.field(repr=False)


@once_per_layout
def bubble_pattern(layout: PageLayout) -> BubblePattern | None:
    """The pattern of a page, None where it has hardly any bubbles."""
    bubbles = [field for field in layout.fields if field.shape == "bubble"]
    boxes = [mark.box for field in bubbles for mark in (*field.marks, *sum(field.columns, ()))]
    if len(boxes) < 4:
        return None
    centers = np.array([box.center for box in boxes])
    pitch = _pitch(centers)
    scale = max(_PX_PER_PITCH / pitch, _MIN_PX_PER_MM)
    size = (round(layout.height_mm * scale), round(layout.width_mm * scale))
    blobs = np.zeros(size, np.float32)
    for box in boxes:
        axes = [min(side / 2, _BLOB * pitch) for side in (box.width, box.height)]
        at = tuple(round((value * scale - 0.5) * 16) for value in box.center)
        wide = tuple(max(8, round(axis * scale * 16)) for axis in axes)
        cv2.ellipse(blobs, at, wide, 0, 0, 360, (1.0,), -1, cv2.LINE_8, 4)
    soft = cv2.GaussianBlur(blobs, (0, 0), _BLUR * pitch * scale)
    parts, covers = _patches(boxes, centers, pitch, scale)
    return BubblePattern(np.asarray(soft, np.float32), scale, pitch, parts, covers)


def _pitch(centers: Points) -> float:
    away = np.linalg.norm(centers[:, None] - centers[None], axis=2)
    np.fill_diagonal(away, np.inf)
    return float(np.median(away.min(axis=1)))


def _patches(
    boxes: list[BoxMm], centers: Points, pitch: float, scale: float
) -> tuple[NDArray[np.intp], tuple[BoxMm, ...]]:
    """Parts of some pitches' side, from a grid over the sheet, each with at least two bubbles."""
    cell = np.floor(centers / (_PATCH * pitch)).astype(int)
    parts, covers = [], []
    for key in np.unique(cell, axis=0):
        members = np.flatnonzero((cell == key).all(axis=1))
        if len(members) < 2:
            continue
        cover = BoxMm.around([boxes[index] for index in members])
        rim = cover.grow(0.5 * pitch)
        edges = (rim.x, rim.y, rim.right, rim.bottom)
        parts.append([round(edge * scale) for edge in edges])
        covers.append(cover)
    return np.array(parts, np.intp).reshape(-1, 4), tuple(covers)


def ink(flat: Picture, pattern: BubblePattern) -> Floats:
    """(h, w) 0 to 1: how much darker than the paper around it, blurred to blobs.

    Args:
        flat: The sheet at the pattern's scale.
        pattern: Of the page.
    """
    pitch_px = pattern.pitch_mm * pattern.px_per_mm
    side = int(2.2 * pitch_px) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
    paper = cv2.GaussianBlur(cv2.morphologyEx(flat, cv2.MORPH_CLOSE, kernel), (0, 0), pitch_px)
    darker = cv2.subtract(paper, flat).astype(np.float32)
    strong = 0.5 * float(np.percentile(darker, 97)) + 1.0
    clipped = np.sqrt(np.minimum(darker / strong, 1.0)).astype(np.float32)
    blurred = cv2.GaussianBlur(clipped, (0, 0), _BLUR * pitch_px)
    return np.asarray(blurred[: pattern.blobs.shape[0], : pattern.blobs.shape[1]], np.float32)


def agreement(seen: Floats, pattern: BubblePattern, options: BubbleOptions) -> float:
    """Normalised correlation, -1 to 1, of the whole pattern within half a pitch of its place."""
    if not len(pattern.patches):
        return -1.0
    left, top = (int(value) for value in pattern.patches[:, :2].min(axis=0))
    right, bottom = (int(value) for value in pattern.patches[:, 2:].max(axis=0))
    found = _match(seen, pattern, (left, top, right, bottom), options)
    return found[2] if found is not None else -1.0


def look(seen: Floats, pattern: BubblePattern, options: BubbleOptions) -> Sights:
    """Where each patch of the pattern lies."""
    at, offset, score = [], [], []
    for part, cover in zip(pattern.patches, pattern.boxes, strict=True):
        left, top, right, bottom = (int(value) for value in part)
        found = _match(seen, pattern, (left, top, right, bottom), options)
        dx, dy, value = found if found is not None else (0.0, 0.0, 0.0)
        at.append(cover.center)
        offset.append((dx / pattern.px_per_mm, dy / pattern.px_per_mm))
        score.append(value)
    return Sights(np.array(at).reshape(-1, 2), np.array(offset).reshape(-1, 2), np.array(score))


def contradictions(seen: Floats, pattern: BubblePattern) -> NDArray[np.float64]:
    """How much better each patch, with paper around it, fits about one bubble further.

    Inside a block of bubbles one place is as good as the next (about 0); at its ends the right
    one is much better (far below 0), and where a block is one bubble off, the wrong one is worse.
    """
    pitch_px = pattern.pitch_mm * pattern.px_per_mm
    rim, reach = round(0.8 * pitch_px), round(1.3 * pitch_px)
    away = np.abs(np.arange(-reach, reach + 1))
    home = np.maximum(away[:, None], away[None]) <= 0.5 * pitch_px
    found = []
    for part in pattern.patches:
        left, top, right, bottom = (int(value) for value in part)
        wide = (left - rim, top - rim, right + rim, bottom + rim)
        scores = _compared(seen, pattern, wide, reach)
        here, there = (
            (float(scores[home].max()), float(scores[~home].max()))
            if scores is not None
            else (0.0, 0.0)
        )
        found.append(there - here)
    return np.array(found)


def _match(
    seen: Floats, pattern: BubblePattern, part: tuple[int, int, int, int], options: BubbleOptions
) -> tuple[float, float, float] | None:
    """(dx, dy, score) of a part of the pattern, px."""
    reach_mm = min(options.reach * pattern.pitch_mm, options.reach_mm)
    reach = round(reach_mm * pattern.px_per_mm) + 1
    scores = _compared(seen, pattern, part, reach)
    if scores is None:
        return None
    inner = scores[1:-1, 1:-1] * _nearer(reach, _RIVAL)
    row, column = divmod(int(np.argmax(inner)), inner.shape[1])
    row, column = row + 1, column + 1
    dx = column + _vertex(scores[row, column - 1 : column + 2]) - reach
    dy = row + _vertex(scores[row - 1 : row + 2, column]) - reach
    return dx, dy, float(scores[row, column])


def _compared(
    seen: Floats, pattern: BubblePattern, part: tuple[int, int, int, int], reach: int
) -> Floats | None:
    """(2 reach + 1, 2 reach + 1) correlation of a part with each place around its own."""
    height, width = seen.shape
    left, top = max(0, part[0]), max(0, part[1])
    right, bottom = min(width, part[2]), min(height, part[3])
    patch = pattern.blobs[top:bottom, left:right]
    if patch.size == 0 or float(patch.std()) < 1e-3:
        return None
    padded = np.pad(
        seen[max(0, top - reach) : bottom + reach, max(0, left - reach) : right + reach],
        (
            (max(0, reach - top), max(0, bottom + reach - height)),
            (max(0, reach - left), max(0, right + reach - width)),
        ),
    )
    compared = cv2.matchTemplate(padded, np.ascontiguousarray(patch), cv2.TM_CCOEFF_NORMED)
    return np.asarray(compared, np.float32)


def _nearer(reach: int, lost: float) -> Floats:
    """Weights of offsets: 1 in the place, ``lost`` less at the end of the reach."""
    away = (np.arange(1 - reach, reach, dtype=np.float32) / reach) ** 2
    return np.asarray(1 - lost * np.minimum(away[:, None] + away[None], 1.0), np.float32)


def _vertex(values: Floats) -> float:
    """Top of the parabola through three values, -0.5 to 0.5."""
    before, best, after = (float(value) for value in values)
    bend = before - 2 * best + after
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0 else 0.0
