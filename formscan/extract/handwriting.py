"""Lines of handwriting: what the PP-OCRv6 recogniser makes of them. A suggestion, no more.

Its steps are decoded greedily among the characters that Indonesian is written with.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.extract.engines.ppocr import HEIGHT_PX, columns_of, steps_of
from formscan.page import Picture

__all__ = ["SuggestedLine", "recognise"]

_LEAST_WIDTH_PX = 48
_MOST_WIDTH_PX = 3200
_ALPHABET: Final = string.ascii_letters + string.digits + " .,'/-()&:+"


@dataclass(frozen=True, slots=True)
class SuggestedLine:
    """What stands in a line, perhaps.

    Attributes:
        text: "" where nothing is seen.
        mean: Mean probability of its characters, 0 to 1.
        weakest: That of the least sure one.
    """

    text: str = ""
    mean: float = 0.0
    weakest: float = 0.0


def recognise(picture: Picture) -> SuggestedLine:
    """Read one line.

    Args:
        picture: (h, w) uint8 grey, dark on light, cut close around the writing.

    Raises:
        FileNotFoundError: The recogniser is not installed (``pip install formscan[handwriting]``).
    """
    columns, characters = columns_of(_ALPHABET)
    steps = steps_of(_scaled(picture))
    return _greedy(steps[:, np.append(0, columns)], characters)


def _scaled(picture: Picture) -> Picture:
    """The picture, 48 px high."""
    height, width = picture.shape
    wanted = round(width * HEIGHT_PX / height)
    size = (min(max(wanted, _LEAST_WIDTH_PX), _MOST_WIDTH_PX), HEIGHT_PX)
    shrunk = size[1] < height
    method = cv2.INTER_AREA if shrunk else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, size, interpolation=method), dtype=np.uint8)


def _greedy(steps: NDArray[np.float32], characters: str) -> SuggestedLine:
    """Best character of each step; column 0 of ``steps`` is the blank."""
    best = steps.argmax(axis=1)
    sure = steps.max(axis=1) / np.maximum(steps.sum(axis=1), 1e-6)
    text: list[str] = []
    chances: list[float] = []
    before = 0
    for winner, chance in zip(best.tolist(), sure.tolist(), strict=True):
        if winner and winner != before:
            text.append(characters[winner - 1])
            chances.append(chance)
        elif winner and chance > chances[-1]:
            chances[-1] = chance
        before = winner
    if not chances:
        return SuggestedLine()
    return SuggestedLine(" ".join("".join(text).split()), float(np.mean(chances)), min(chances))
