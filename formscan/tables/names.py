"""Words that Indonesian names are made of, and how such words are spelt.

``data/name_words.txt`` holds half of the words that ``simulate`` draws names from
(``training/name_words.py``), so that simulated names tell what becomes of words that no list
has: real lists cover a third of what people are called.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["SYMBOLS", "NameWords", "name_words"]

SYMBOLS: Final = " ABCDEFGHIJKLMNOPQRSTUVWXYZ.,'"
"""What a word is spelt with; the first stands for its beginning and its end."""

_COUNT: Final = len(SYMBOLS)
_STRENGTHS: Final = (20.0, 40.0, 20.0, 10.0)
"""Letters that the shorter context is worth, for contexts of 0 to 3 letters."""

_GIVEN_WEIGHT: Final = 4.0
"""How much commoner a usual given name is than any other word."""


@dataclass(frozen=True, slots=True, eq=False)
class NameWords:
    """What is known of the words of names.

    Attributes:
        words: Natural log of the share of each word among the listed ones.
        spelling: (30, 30, 30, 30) float32, natural log of P(symbol | the three before).
    """

    words: Mapping[str, float]
    spelling: NDArray[np.float32]

    def log_share(self, word: str) -> float:
        """Natural log of P(a word is spelt like this), its end included."""
        spelt = [0, 0, 0, *(SYMBOLS.index(letter) for letter in word), 0]
        return sum(float(self.spelling[tuple(spelt[n - 3 : n + 1])]) for n in range(3, len(spelt)))

    @classmethod
    def of(cls, weights: Mapping[str, float]) -> NameWords:
        """From words and how common they are."""
        total = sum(weights.values())
        shares = {word: math.log(weight / total) for word, weight in weights.items()}
        return cls(shares, _spelling(tuple(weights)))


@functools.cache
def name_words() -> NameWords:
    """The words that come with the package."""
    file = resources.files(__package__) / "data" / "name_words.txt"
    weights: dict[str, float] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            word, _, given = line.partition(" ")
            weights[word] = _GIVEN_WEIGHT if given else 1.0
    return NameWords.of(weights)


def _spelling(words: tuple[str, ...]) -> NDArray[np.float32]:
    """Each context's letters, pooled with those of the context one letter shorter.

    A Dirichlet prior of the shorter context's shares (MacKay & Peto 1995), up to three letters.
    """
    counts = np.zeros((_COUNT,) * 4)
    for word in words:
        spelt = [0, 0, 0, *(SYMBOLS.index(letter) for letter in word), 0]
        for at in range(3, len(spelt)):
            counts[tuple(spelt[at - 3 : at + 1])] += 1
    shares = np.full((_COUNT,), 1 / _COUNT)
    for context, strength in enumerate(_STRENGTHS):
        seen = counts.sum(axis=tuple(range(3 - context)))
        shares = (seen + strength * shares) / (seen.sum(axis=-1, keepdims=True) + strength)
    return np.asarray(np.log(shares), dtype=np.float32)
