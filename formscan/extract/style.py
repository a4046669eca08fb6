"""How one hand writes its digits, against how all hands do.

A writer whose 7 has a bar and whose 1 has a flag reads as doubt in every field. Held against what
else that hand surely wrote, in the network's features, most of the doubt goes: a box speaks
for a digit as far as it is liker to this hand's than to everybody's.
"""

from __future__ import annotations

import base64
import dataclasses
import functools
import json
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from formscan.reading import Cell

__all__ = ["Style", "StyleOptions", "everybodys_digits", "heard", "style_of", "unpacked"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StyleOptions:
    """How much a hand's other digits count.

    Attributes:
        weight: Log-odds per unit of cosine.
        everybody: Glyphs that everybody's digits count for beside the hand's own.
        sure: A digit less likely than this is no vote for its class.
        floor: Smallest probability that a box can give a digit.
    """

    weight: float = 6.0
    everybody: float = 10.0
    sure: float = 0.5
    floor: float = 2e-5


@dataclass(frozen=True, slots=True, eq=False)
class Style:
    """What some glyphs of one hand look like.

    Attributes:
        sums: (10, 128) of the unit features of each digit, weighted by how surely it is one.
        votes: (10,) sums of those weights.
        glyphs: How many there are.
    """

    sums: Floats = dataclasses.field(repr=False)
    votes: Floats = dataclasses.field(repr=False)
    glyphs: int = 0

    def __add__(self, other: Style) -> Style:
        """Both together; they must have no glyph in common."""
        sums, votes = self.sums + other.sums, self.votes + other.votes
        return Style(sums, votes, self.glyphs + other.glyphs)


def unpacked(cell: Cell) -> Floats:
    """(128,) the features of a box's glyph, of length 1; zeros where it is empty."""
    whole = np.frombuffer(base64.b64decode(cell.embedding), dtype=np.int8).astype(np.float64)
    length = float(np.linalg.norm(whole))
    return whole / length if length else np.zeros(128)


def style_of(features: Floats, digits: Floats, options: StyleOptions = StyleOptions()) -> Style:
    """What glyphs of one hand look like.

    Args:
        features: (n, 128) of ``unpacked``.
        digits: (n, 10) P(digit).
        options: See there.
    """
    votes = _votes(digits, options)
    return Style(votes.T @ features, votes.sum(axis=0), len(features))


def heard(
    features: Floats, digits: Floats, style: Style, options: StyleOptions = StyleOptions()
) -> Floats:
    """The digits once the rest of the hand has been heard.

    Args:
        features: (n, 128) of ``unpacked``.
        digits: (n, 10) P(digit); a row may sum to less than 1, and does so afterwards.
        style: Of the hand, these glyphs among it: none of them votes for itself.
        options: See there.

    Returns:
        (n, 10) P(digit).
    """
    own = _votes(digits, options)
    everybody = features @ everybodys_digits().T
    alike = features @ style.sums.T - own * (features**2).sum(axis=1, keepdims=True)
    votes = style.votes - own + options.everybody
    apart = (alike + options.everybody * everybody) / votes - everybody
    odds = np.log(np.maximum(digits, options.floor)) + options.weight * apart
    shares = np.exp(odds - odds.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return np.asarray(shares * digits.sum(axis=1, keepdims=True))


def _votes(digits: Floats, options: StyleOptions) -> Floats:
    return np.where(digits >= options.sure, digits, 0.0)


@functools.cache
def everybodys_digits() -> Floats:
    """(10, 128) mean unit features of each digit, by writers that the network was trained on."""
    file = resources.files("formscan.extract") / "models" / "digits.json"
    means = json.loads(file.read_text(encoding="utf-8"))["means"]
    return np.array(means, dtype=np.float64)
