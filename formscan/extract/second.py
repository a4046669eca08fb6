"""The second reader: what a recogniser of whole lines says of glyphs that the first one doubts.

A single character is a poor line: PP-OCRv6 reads 94 % of single digits and 98 % of the same ones
in a row. So the doubtful glyphs of a page are set into a line like type, each in a slot of known
width, and each slot's steps are asked for exactly one character.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.extract.engines.ppocr import HEIGHT_PX, STEP_PX, columns_of, steps_of
from formscan.extract.glyphs import Ink
from formscan.extract.order import percentile
from formscan.page import Picture

__all__ = ["typeset", "weigh_glyphs"]

_SLOT_PX: Final = 24
_PAD_PX: Final = 16
_BODY_PX: Final = 30
_LEAST_HEIGHT_PX: Final = 14
"""Lower ink is not blown up to the full body: a dash stays a dash."""
_MOST_GLYPHS: Final = 40
_SMALL_NATS: Final = 1.0
"""What speaks against small letters: boxes hold capitals."""


def weigh_glyphs(glyphs: Sequence[Ink], letters: str) -> NDArray[np.float64]:
    """Log P(this one character and nothing else) of each glyph, for each of ``letters``.

    Args:
        glyphs: Ink at 300 dpi, none of them empty; those of one page and one alphabet.
        letters: Digits and capitals; the small form of a capital counts as well, at e^-1.

    Returns:
        (glyphs, letters) float64, at most 0; a row sums to less than 1 where the ink may be
        something else.

    Raises:
        FileNotFoundError: The recogniser is not installed.
    """
    rows = [
        _line(glyphs[start : start + _MOST_GLYPHS], letters)
        for start in range(0, len(glyphs), _MOST_GLYPHS)
    ]
    return np.vstack(rows) if rows else np.zeros((0, len(letters)))


def typeset(glyphs: Sequence[Ink]) -> Picture:
    """The glyphs in a row, equally high, each in the middle of its slot.

    Returns:
        (48, 24 n + 32) uint8, dark on light.
    """
    line = np.zeros((HEIGHT_PX, 2 * _PAD_PX + _SLOT_PX * len(glyphs)), dtype=np.uint8)
    for number, glyph in enumerate(glyphs):
        small = _type(glyph)
        height, width = small.shape
        left = _PAD_PX + _SLOT_PX * number + (_SLOT_PX - width) // 2
        top = (HEIGHT_PX - height) // 2
        place = line[top : top + height, left : left + width]
        np.maximum(place, small, out=place)
    return np.asarray(255 - line, dtype=np.uint8)


def _type(glyph: Ink) -> Ink:
    """The glyph as high as the body, no wider than its slot and a little more; full contrast."""
    x, y, width, height = cv2.boundingRect(glyph)
    body = glyph[y : y + height, x : x + width]
    scale = min(_BODY_PX / max(height, _LEAST_HEIGHT_PX), (_SLOT_PX + 4) / max(width, 1))
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = cv2.resize(body, size, interpolation=method).astype(np.float32)
    level = percentile(small[small > 0], 90) if (small > 0).any() else 255.0
    return np.asarray(np.clip(small * (255.0 / max(level, 1.0)), 0, 255), dtype=np.uint8)


def _line(glyphs: Sequence[Ink], letters: str) -> NDArray[np.float64]:
    columns, known = columns_of(letters + letters.lower())
    first, each = _PAD_PX // STEP_PX, _SLOT_PX // STEP_PX
    steps = steps_of(typeset(glyphs))[first : first + each * len(glyphs)]
    shape = (len(glyphs), each, -1)
    asked = steps[:, columns].astype(np.float64).reshape(shape)
    alone = _exactly_one(asked, steps[:, 0].astype(np.float64).reshape(shape[:2]))
    result = np.full((len(glyphs), len(letters)), -np.inf)
    for at, character in enumerate(known):
        small = character not in letters
        place = letters.index(character.upper() if small else character)
        said = alone[:, at] - (_SMALL_NATS if small else 0.0)
        result[:, place] = np.maximum(result[:, place], said)
    return result


def _exactly_one(steps: NDArray[np.float64], blanks: NDArray[np.float64]) -> NDArray[np.float64]:
    """CTC's log P(a slot says one character), (slots, characters)."""
    before = np.ones((len(steps), 1))
    during = np.zeros((len(steps), steps.shape[2]))
    after = np.zeros_like(during)
    for step in range(steps.shape[1]):
        blank = blanks[:, step, None]
        after = (after + during) * blank
        during = (during + before) * steps[:, step]
        before = before * blank
    return np.asarray(np.log(np.maximum(during + after, 1e-30)))
