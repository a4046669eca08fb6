"""From the crop of a comb to the ink of each of its boxes.

Printed lines are taken away without eating the strokes that cross them, and strokes that
overflow into a neighbour are given back to the box that they belong to.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.extract.darkness import below_paper, ink_level, quiet
from formscan.extract.glyphs import Ink
from formscan.extract.grid import CellGrid
from formscan.extract.lines import (
    WIDE_PX,
    Mask,
    line_mask,
    long_runs,
    widened,
    without_lines,
    without_residue,
)
from formscan.extract.order import median, percentile
from formscan.extract.spoilt import blacked_boxes, strike_share, stroke_px
from formscan.page import FieldCrop

__all__ = ["CellInk", "CutOptions", "FieldInk", "cut", "ink_of"]

_NARROW_PX = 3
_RESIDUE = 0.3
_WHITE = 235.0
_NOISE_LIMIT = 3.2


@dataclass(frozen=True, slots=True)
class CutOptions:
    """How ink is told from paper and cut into boxes; lengths at 300 dpi.

    Attributes:
        threshold: Share of the way from paper to ink at which ink begins.
        least_contrast: Grey levels; fainter than this is never ink.
        line_contrast: Grey levels at which a printed line must be removed.
        wide: Widths of a box beyond which a component is cut at the lines.
        beyond: Share of a component on the far side of a line from which it is cut.
        blacked: Share of dark pixels inside a box from which it counts as blacked out.
        speck_px: Components with fewer pixels are dirt.
        sliver_px: Pieces thinner than this at a cut are dropped.
    """

    threshold: float = 0.42
    least_contrast: float = 24.0
    line_contrast: float = 14.0
    wide: float = 1.12
    beyond: float = 0.30
    blacked: float = 0.76
    speck_px: int = 14
    sliver_px: int = 5


@dataclass(frozen=True, slots=True, eq=False)
class FieldInk:
    """The pen strokes of a comb.

    Attributes:
        ink: (h, w) as ``Ink``; printed lines are gone.
        level: Grey levels from paper to the field's ink, 0 where there is none.
        lines: (h, w) uint8, 1 on the printed lines.
        blacked: Per box, whether it is inked all over: cancelled by the writer.
        residue: How dark the darkest half percent inside the boxes is, as a share of the
            darkness at which ink begins; below 1 where nothing is written.
        noise: Standard deviation of blank paper, grey levels, as the threshold met it.
    """

    ink: Ink = dataclasses.field(repr=False)
    level: float
    lines: Mask = dataclasses.field(repr=False)
    blacked: tuple[bool, ...] = ()
    residue: float = 0.0
    noise: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class CellInk:
    """The ink of one box.

    Attributes:
        ink: As ``Ink``, cropped tight; of size 0 where the box is empty.
        box: x, y, width, height of that ink relative to the box's printed outline, box
            widths and heights as unit (0, 0 = top-left).
        share: Ink pixels over the area of the box.
        touch: Share of the ink that lies on or beyond the outline.
        parts: Number of connected components.
        blacked: The box is inked all over; ``ink`` is empty then.
        strike: See ``strike_share``; measured only where the ink spans most of the box.
        stroke_px: Mean stroke width, pixels at 300 dpi.
    """

    ink: Ink = dataclasses.field(repr=False)
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    share: float = 0.0
    touch: float = 0.0
    parts: int = 0
    blacked: bool = False
    strike: float = 0.0
    stroke_px: float = 0.0

    @property
    def empty(self) -> bool:
        """Whether there is no ink at all."""
        return self.ink.size == 0


def ink_of(crop: FieldCrop, grid: CellGrid, options: CutOptions = CutOptions()) -> FieldInk:
    """Tell pen strokes from paper and from printed lines.

    Args:
        crop: The comb, 300 dpi.
        grid: Its boxes.
        options: Thresholds.
    """
    dark, noise = quiet(below_paper(crop, grid))
    lines = line_mask(dark.shape, grid, _NARROW_PX)
    inside = _inside(dark.shape, grid) & (line_mask(dark.shape, grid, WIDE_PX[-1]) == 0)
    line_level = percentile(dark[lines > 0], 60) if lines.any() else 0.0
    within = dark[inside > 0]
    least = max(options.least_contrast * min(crop.paper / _WHITE, 1.0), _NOISE_LIMIT * noise)
    level = ink_level(within, crop, least)
    start = max(options.threshold * level, least)
    mask = (dark > start).astype(np.uint8)
    if line_level > min(options.line_contrast, 0.5 * start):
        lines = widened(lines, dark, grid, 0.6 * start)
        if line_level > 0.7 * start:
            lines |= long_runs(mask, lines)
        mask = without_lines(mask, dark, lines, grid, line_level, level)
    else:
        lines[:] = 0
    ink = np.clip(dark * (255.0 / max(level, 1.0)), 1, 255)
    blacked = blacked_boxes(
        crop, grid, share=options.blacked, least_contrast=0.6 * options.least_contrast
    )
    residue = percentile(within[::2], 99.5) / start if within.size else 0.0
    clean = np.where(mask > 0, ink, 0).astype(np.uint8)
    return FieldInk(clean, level, lines, blacked, residue, noise)


def cut(field: FieldInk, grid: CellGrid, options: CutOptions = CutOptions()) -> tuple[CellInk, ...]:
    """Give every piece of ink to the box that it belongs to.

    Args:
        field: Ink of the comb.
        grid: Its boxes.
        options: Limits.

    Returns:
        One per box, in order.
    """
    mask = (field.ink > 0).astype(np.uint8)
    if field.lines.any():
        mask = without_residue(mask, field.lines)
    owner = _owners(mask, grid, options)
    blacked = field.blacked or (False,) * len(grid.boxes)
    nothing = np.zeros((0, 0), dtype=np.uint8)
    return tuple(
        CellInk(nothing, share=1.0, blacked=True)
        if blacked[index]
        else _cell(field, owner, index + 1, box)
        for index, box in enumerate(grid.boxes)
    )


def _inside(shape: tuple[int, ...], grid: CellGrid) -> Mask:
    mask = np.zeros(shape, dtype=np.uint8)
    for left, top, right, bottom in np.round(grid.boxes).astype(int):
        mask[max(top, 0) : bottom, max(left, 0) : right] = 1
    return mask


def _owners(mask: Mask, grid: CellGrid, options: CutOptions) -> NDArray[np.int32]:
    """(h, w) 1-based index of the box that each ink pixel belongs to, 0 = none."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    owner = np.zeros(mask.shape, dtype=np.int32)
    boxes = grid.boxes
    width = median(boxes[:, 2] - boxes[:, 0])
    zones = _zones(boxes, mask.shape[1])
    top, bottom = float(boxes[:, 1].mean()), float(boxes[:, 3].mean())
    for label in range(1, count):
        x, y, w, h, area = stats[label].tolist()
        if area < options.speck_px or not _belongs(y, h, top, bottom):
            continue
        here = labels[y : y + h, x : x + w] == label
        target = owner[y : y + h, x : x + w]
        zone = zones[x : x + w]
        columns_px = np.count_nonzero(here, axis=0)
        inside = np.bincount(zone, columns_px, minlength=len(boxes) + 1)[1:]
        if inside.sum() < 0.5 * area:
            continue
        main = int(inside.argmax())
        beyond = 1 - inside[main] / area
        if w <= options.wide * width and beyond <= options.beyond:
            target[here] = main + 1
            continue
        for index in np.flatnonzero(inside):
            piece = here & (zone == index + 1)[None, :]
            columns = np.flatnonzero(piece.any(axis=0))
            if np.ptp(columns) + 1 >= options.sliver_px and inside[index] >= options.speck_px:
                target[piece] = index + 1
    return owner


def _belongs(y: int, height: int, top: float, bottom: float) -> bool:
    """Whether enough of a component's height lies between the box lines."""
    within = min(y + height, bottom) - max(y, top)
    return within >= 0.4 * height


def _zones(boxes: NDArray[np.float64], width: int) -> NDArray[np.intp]:
    """(w,) 1-based box of each column; gaps go to the nearest box, 0 beyond the ends."""
    zones = np.zeros(width, dtype=np.intp)
    for index, (left, _, right, _) in enumerate(boxes):
        before = left - 8 if index == 0 else (boxes[index - 1, 2] + left) / 2
        after = right + 8 if index == len(boxes) - 1 else (right + boxes[index + 1, 0]) / 2
        zones[max(round(before), 0) : max(round(after), 0)] = index + 1
    return zones


def _cell(
    field: FieldInk, owner: NDArray[np.int32], index: int, box: NDArray[np.float64]
) -> CellInk:
    left, top, right, bottom = box.tolist()
    width, height = right - left, bottom - top
    x0, x1 = max(round(left - width), 0), min(round(right + width), owner.shape[1])
    mine = (owner[:, x0:x1] == index).astype(np.uint8)
    x, y, w, h = cv2.boundingRect(mine)
    if w == 0:
        return CellInk(np.zeros((0, 0), dtype=np.uint8))
    mine = mine[y : y + h, x : x + w]
    x += x0
    small = max(w / width, h / height) < _RESIDUE
    if (small or field.lines.any()) and _hugs_line((x, y, w, h), box):
        return CellInk(np.zeros((0, 0), dtype=np.uint8))
    total = cv2.countNonZero(mine)
    off_lines = mine[
        max(math.ceil(top + 2) - y, 0) : max(math.floor(bottom - 2) + 1 - y, 0),
        max(math.ceil(left + 2) - x, 0) : max(math.floor(right - 2) + 1 - x, 0),
    ]
    body = field.ink[y : y + h, x : x + w] * mine
    return CellInk(
        ink=body,
        box=((x - left) / width, (y - top) / height, w / width, h / height),
        share=total / (width * height),
        touch=(total - int(np.count_nonzero(off_lines))) / total,
        parts=cv2.connectedComponents(mine, connectivity=8)[0] - 1,
        strike=strike_share(mine, left - x, right - x) if w > 0.85 * width else 0.0,
        stroke_px=stroke_px(mine),
    )


def _hugs_line(found: tuple[int, int, int, int], box: NDArray[np.float64]) -> bool:
    """Whether all of a box's ink lies within half a millimetre of one of its lines."""
    x, y, w, h = found
    left, top, right, bottom = box.tolist()
    near = 6.0
    beside = x + w < left + near or x > right - near
    return bool(beside or y + h < top + near or y > bottom - near)
