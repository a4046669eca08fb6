"""How light a page's paper and how dark its ink is, place by place.

The paper level is a coarse map (shadow, coloured paper and lamp fall-off vary slowly); ink is
one ratio for the page, since black print and pens keep their share of the light that falls on
them.
"""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.page import Page, PageRef, Picture

__all__ = ["PageLevels", "drop_out_gray", "page_levels"]

_BLOCK_PX = 12
_LONG_SIDE_PX = 900
_PAPER_PERCENTILE = 85.0
_INK_PERCENTILE = 0.6
_REMEMBERED = 4


@dataclass(frozen=True, slots=True, eq=False)
class PageLevels:
    """Light of one page picture.

    Attributes:
        paper: (rows, columns) float32, grey level of blank paper per block of the picture.
        block_px: Side of a block in picture pixels.
        ink_ratio: Grey level of the darkest ink as a share of the paper's around it, 0 to 1.
    """

    paper: NDArray[np.float32] = dataclasses.field(repr=False)
    block_px: float
    ink_ratio: float

    def paper_at(self, x_px: float, y_px: float) -> float:
        """Grey level of blank paper at a picture point, 0 to 255."""
        rows, columns = self.paper.shape
        row = min(max(int(y_px / self.block_px), 0), rows - 1)
        column = min(max(int(x_px / self.block_px), 0), columns - 1)
        return float(self.paper[row, column])


def drop_out_gray(picture: Picture, drop_out: str) -> Picture:
    """The picture in grey with the form's tint as light as it gets.

    Args:
        picture: (h, w, 3) BGR or (h, w) grey, uint8.
        drop_out: "#rrggbb" of the tint, "" for none.

    Returns:
        (h, w) uint8; the colour channel in which the tint is lightest, or plain grey where
        there is no colour or no tint.
    """
    if picture.ndim == 2:
        return picture
    if not drop_out:
        return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    blue_green_red = [int(drop_out[start : start + 2], 16) for start in (5, 3, 1)]
    return np.asarray(cv2.extractChannel(picture, int(np.argmax(blue_green_red))), dtype=np.uint8)


_levels: OrderedDict[tuple[PageRef, str, bytes], PageLevels] = OrderedDict()


def page_levels(page: Page, drop_out: str = "") -> PageLevels:
    """The light of a page; remembered for the last few pages without holding their pixels."""
    sample = page.gray[:: max(1, page.gray.shape[0] // 31), :: max(1, page.gray.shape[1] // 29)]
    key = (page.ref, drop_out, sample.tobytes())
    if key not in _levels:
        _levels[key] = _measure(page, drop_out)
        while len(_levels) > _REMEMBERED:
            _levels.popitem(last=False)
    return _levels[key]


def _measure(page: Page, drop_out: str) -> PageLevels:
    stride = max(1, round(max(page.gray.shape) / _LONG_SIDE_PX))
    picture = page.gray if page.bgr is None or not drop_out else page.bgr
    gray = drop_out_gray(picture[::stride, ::stride], drop_out)
    height, width = gray.shape
    rows, columns = max(1, height // _BLOCK_PX), max(1, width // _BLOCK_PX)
    side = min(_BLOCK_PX, height, width)
    blocks = gray[: rows * side, : columns * side].reshape(rows, side, columns, side)
    stacked = blocks.transpose(0, 2, 1, 3).reshape(rows, columns, -1)
    paper = np.percentile(stacked, _PAPER_PERCENTILE, axis=2).astype(np.float32)
    paper = _bridged(paper)
    ratio = stacked / np.maximum(paper[:, :, None], 1.0)
    ink_ratio = float(np.percentile(ratio, _INK_PERCENTILE))
    return PageLevels(paper, float(side * stride), min(ink_ratio, 0.85))


def _bridged(paper: NDArray[np.float32]) -> NDArray[np.float32]:
    """Blocks full of ink take the level of their surroundings."""
    closed = cv2.morphologyEx(paper, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    return np.asarray(cv2.blur(closed, (3, 3)), dtype=np.float32)
