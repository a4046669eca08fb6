"""A glyph's ink as the network sees it, and the network itself.

The normalisation here is also the one that the training pictures go through
(``training/``), so that what is learnt is what is read.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["GLYPH_PX", "Ink", "normalise"]

Ink = NDArray[np.uint8]
"""(h, w) uint8, 0 = paper and 255 = the pen at its darkest; 300 dpi."""

GLYPH_PX: Final = 28
"""Side of the picture that the network reads."""

_BODY_PX: Final = 24
_MIN_SIDE_PX: Final = 12


def normalise(ink: Ink) -> NDArray[np.uint8]:
    """Crop tight, keep the aspect, scale the longest side to 24 and centre in 28 by 28.

    Ink smaller than 1 mm is not blown up further, so that a dot stays a dot. Full contrast:
    the 90th percentile of the ink becomes 255.

    Args:
        ink: One glyph; everything that is not 0 belongs to it.

    Returns:
        (28, 28) uint8, 255 = ink; all 0 where there is no ink.
    """
    result = np.zeros((GLYPH_PX, GLYPH_PX), dtype=np.uint8)
    x, y, width, height = cv2.boundingRect(ink)
    if width == 0 or height == 0:
        return result
    body = ink[y : y + height, x : x + width]
    scale = _BODY_PX / max(width, height, _MIN_SIDE_PX)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(body, size, interpolation=method).astype(np.float32)
    level = float(np.percentile(small[small > 0], 90)) if (small > 0).any() else 255.0
    small = np.clip(small * (255.0 / max(level, 1.0)), 0, 255)
    left, top = (GLYPH_PX - size[0]) // 2, (GLYPH_PX - size[1]) // 2
    result[top : top + size[1], left : left + size[0]] = small.astype(np.uint8)
    return result
