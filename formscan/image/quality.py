"""What a picture is worth: sharpness, light, and whether anything is on it at all."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from formscan.page import Picture

__all__ = ["InkLevels", "ink_levels", "is_blank", "sharpness"]

_PX_PER_MM = 8.0
_TILE_PX = 128
_DARKEST_PAPER = 60.0
_BLANK_INK_SHARE = 4e-4


@dataclass(frozen=True, slots=True)
class InkLevels:
    """Grey levels of a page, 0 to 255.

    Attributes:
        paper: Typical of blank paper.
        ink: Typical of the darkest strokes.
    """

    paper: float
    ink: float


def sharpness(gray: Picture, px_per_mm: float) -> float:
    """How crisp the edges are: 0 (nothing to see) to 1.

    A second blur takes much from a crisp picture and little from a blurred one (Crete et al.
    2007, "The blur effect"). Measured on the tiles with most contrast, at 8 px per mm, so that
    it means the same at every resolution.
    """
    scale = _PX_PER_MM / px_per_mm
    tiles = _busy_tiles(gray, max(32, round(_TILE_PX / scale)))
    if not tiles:
        return 0.0
    shares = [_lost_by_blur(_resized(tile)) for tile in tiles]
    return float(np.clip(np.median(shares), 0.0, 1.0))


def _busy_tiles(gray: Picture, side: int, count: int = 5) -> list[Picture]:
    """The tiles with the largest spread of grey levels, a rim of the picture left out."""
    rows, columns = gray.shape[0] // side - 2, gray.shape[1] // side - 2
    if rows < 1 or columns < 1:
        return []
    step = max(1, side // 24)
    per_tile = side // step
    inner = gray[side : (rows + 1) * side, side : (columns + 1) * side]
    at = np.arange(per_tile) * step
    down = (np.arange(rows)[:, None] * side + at).ravel()
    across = (np.arange(columns)[:, None] * side + at).ravel()
    coarse = inner[down[:, None], across].astype(np.float32)
    spread = coarse.reshape(rows, per_tile, columns, per_tile).std(axis=(1, 3)).ravel()
    busiest = np.argsort(-spread, kind="stable")[:count]
    return [
        inner[row * side : (row + 1) * side, column * side : (column + 1) * side]
        for row, column in (divmod(int(index), columns) for index in busiest if spread[index] > 8.0)
    ]


def _resized(tile: Picture) -> Picture:
    shrunk = tile.shape[0] > _TILE_PX
    method = cv2.INTER_AREA if shrunk else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(tile, (_TILE_PX, _TILE_PX), interpolation=method), np.uint8)


def _lost_by_blur(tile: Picture) -> float:
    """Share of the edge strength that a small blur takes away, noise filtered out first."""
    calm = cv2.GaussianBlur(tile, (0, 0), 0.8).astype(np.float32)
    losses = []
    for axis, size in ((1, (9, 1)), (0, (1, 9))):
        before = np.abs(np.diff(calm, axis=axis))
        after = np.abs(np.diff(cv2.blur(calm, size), axis=axis))
        strong = before > np.percentile(before, 90)
        total = float(before[strong].sum())
        if total > 0:
            losses.append(float(np.maximum(before - after, 0)[strong].sum()) / total)
    return float(np.mean(losses)) if losses else 0.0


def is_blank(gray: Picture) -> bool:
    """Whether the page is empty: an unprinted back side, a separator of white paper.

    A page that is black all over, of an open lid or a failing lamp, holds nobody knows what.
    """
    scale = min(1.0, 800 / max(gray.shape))
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    light = cv2.medianBlur(small, 51)
    margin = max(4, round(0.03 * min(small.shape)))
    darker = cv2.subtract(light, small)[margin:-margin, margin:-margin]
    spread = float(light[margin:-margin, margin:-margin].std())
    is_paper = float(np.median(light)) > _DARKEST_PAPER
    return bool(is_paper and (darker > 28).mean() < _BLANK_INK_SHARE and spread < 25.0)


def ink_levels(gray: Picture) -> InkLevels:
    """Paper and ink of a whole page, from a sample of its pixels."""
    sample = gray[::6, ::6]
    ink, paper = np.percentile(sample, (0.5, 75.0))
    return InkLevels(paper=float(paper), ink=float(ink))
