"""What a box may hold: classes of the network, and the signs that only geometry tells apart."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formscan.extract.cells import CellInk
from formscan.templates.model import ALPHABETS

__all__ = ["CLASSES", "JUNK", "LetterSet", "letter_set", "sign"]

CLASSES: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Class ``i`` of the network is ``CLASSES[i]``; class ``JUNK`` is no character."""

JUNK: Final = 36

LetterSet = tuple[str, NDArray[np.intp]]
"""The characters of a field that the network knows, and their classes."""


@functools.cache
def letter_set(alphabet: str) -> LetterSet:
    """The characters of an alphabet that the network tells apart; "" means all of them."""
    legal = ALPHABETS.get(alphabet, CLASSES)
    known = "".join(character for character in legal if character in CLASSES)
    return known, np.array([CLASSES.index(character) for character in known], dtype=np.intp)


def sign(cell: CellInk, alphabet: str) -> tuple[str, float]:
    """The punctuation that a box's ink looks like, by its size, place and slope.

    Args:
        cell: Ink of one box.
        alphabet: Key of ``ALPHABETS``.

    Returns:
        The sign and how likely it is, 0 to 1; ("", 0) where the alphabet has none.
    """
    if cell.empty:
        return "", 0.0
    if alphabet == "name":
        return _point(cell)
    if alphabet == "alnum":
        return _stroke(cell)
    return "", 0.0


def _point(cell: CellInk) -> tuple[str, float]:
    """Point, comma or apostrophe: small, and high or low in the box."""
    _, y, width, height = cell.box
    small = _falls(max(height, 0.85 * width), 0.36, 0.03)
    if y + height / 2 < 0.42:
        return "'", small
    return (",", small) if height > 0.21 and height > 1.2 * width else (".", small)


def _stroke(cell: CellInk) -> tuple[str, float]:
    """Dash or slash: one straight stroke, lying or leaning to the right."""
    angle_deg, thinness = _direction(cell)
    straight = _falls(thinness, 0.14, 0.02)
    lying = _falls(abs(angle_deg), 25.0, 4.0)
    height = cell.box[3]
    if lying > 0.5:
        return "-", straight * lying * _falls(height, 0.30, 0.03)
    leaning = 1 - _falls(90 - angle_deg, 22.0, 2.5)
    tall = 1 - _falls(height, 0.45, 0.04)
    return "/", (straight * leaning * tall if 0 < angle_deg < 75 else 0.0)


def _direction(cell: CellInk) -> tuple[float, float]:
    """Angle of the main axis (0 lying, 90 upright, rising to the right) and width over length."""
    y, x = np.nonzero(cell.ink)
    if len(x) < 4:
        return 0.0, 1.0
    values, vectors = np.linalg.eigh(np.cov(np.stack([x, -y.astype(np.float64)])))
    across, along = np.sqrt(np.maximum(values, 0))
    dx, dy = vectors[:, 1] * (1 if vectors[0, 1] >= 0 else -1)
    return float(np.degrees(np.arctan2(dy, dx))), float(across / max(along, 1e-6))


def _falls(value: float, middle: float, width: float) -> float:
    """1 well below ``middle``, 0 well above."""
    return float(1 / (1 + np.exp(np.clip((value - middle) / width, -30, 30))))
