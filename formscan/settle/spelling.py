"""What the boxes of a name may say, weighed by how names are spelt.

Words that are in no list are as good as others: a listed word only starts with a higher prior
than the same letters spelt freely.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from formscan.extract.decode import CANCELLED
from formscan.reading import Candidate
from formscan.tables.names import SYMBOLS, NameWords

__all__ = ["SpelledName", "SpellingOptions", "spell"]

Floats = NDArray[np.float64]
_LETTERS: Final = SYMBOLS[1:]
_EVEN: Final = math.log(26)
"""A letter's share is held against that of one among 26: the ink was weighed with equal priors."""
_NEAR_NATS: Final = 8.0
_MOST_DOUBTFUL: Final = 4


@dataclass(frozen=True, slots=True)
class SpellingOptions:
    """Priors of ``spell``.

    Attributes:
        listed: Share of the words of names that a list holds.
        prior: Exponent of what is known of spelling, below 1 since it is known of few words.
        floor: Smallest probability that a box can give a letter.
        doubtful: Both ways are followed of a box that is blank with more than this and with less
            than 1 - this.
        beam: Spellings of a word that are followed.
        keep: Candidates kept, of a word and of the name.
    """

    listed: float = 0.4
    prior: float = 0.7
    floor: float = 3e-5
    doubtful: float = 0.02
    beam: int = 24
    keep: int = 6


@dataclass(frozen=True, slots=True)
class SpelledName:
    """What a name may be.

    Attributes:
        candidates: Best first; probabilities sum to at most 1.
        cells: What each box holds if the likeliest name is right.
        listed: P(its least listed word was meant as its list has it), 0 to 1.
        spelling: Of its oddest word, the mean natural log of a letter's share.
    """

    candidates: tuple[Candidate, ...]
    cells: tuple[str, ...]
    listed: float
    spelling: float


@dataclass(frozen=True, slots=True)
class _Word:
    """A word that some boxes may hold; ``weight`` is a log-probability."""

    text: str
    weight: float
    listed: float
    spelling: float


_Part = tuple[int, ...]
"""The boxes of a word."""


@dataclass(frozen=True, slots=True)
class _Name:
    weight: float
    parts: tuple[_Part, ...]
    words: tuple[_Word, ...]


def spell(
    boxes: Sequence[Mapping[str, float]],
    words: NameWords,
    options: SpellingOptions = SpellingOptions(),
) -> SpelledName | None:
    """Weigh everything that the boxes of a name may say together.

    Args:
        boxes: Beliefs per box, left to right.
        words: What is known of names.
        options: Priors.

    Returns:
        None where nothing is written.
    """
    letters = _log_letters(boxes, options)
    known: dict[_Part, tuple[list[_Word], float]] = {}
    names: list[_Name] = []
    masses: list[float] = []
    for weight, parts in _segmentations(boxes, options):
        for part in parts:
            if part not in known:
                known[part] = _words(letters[list(part)], words, options)
        masses.append(weight + sum(known[part][1] for part in parts))
        names += [
            _Name(weight + sum(word.weight for word in chosen), parts, chosen)
            for chosen in _products([known[part][0] for part in parts], options.keep)
        ]
    best = max(names, key=lambda name: name.weight)
    if not best.words:
        return None
    return SpelledName(
        _candidates(names, _log_sum(np.array(masses)), boxes, options.keep),
        _cells(best, boxes),
        min(word.listed for word in best.words),
        min(word.spelling for word in best.words),
    )


def _candidates(
    names: Sequence[_Name], mass: float, boxes: Sequence[Mapping[str, float]], keep: int
) -> tuple[Candidate, ...]:
    shares: dict[str, float] = {}
    for name in names:
        cells = _cells(name, boxes)
        text = "".join(letter or " " for letter in cells if letter != CANCELLED).strip()
        shares[text] = shares.get(text, 0.0) + math.exp(min(name.weight - mass, 0.0))
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))[:keep]
    return tuple(Candidate(text, round(min(share, 1.0), 6)) for text, share in ranked)


def _cells(name: _Name, boxes: Sequence[Mapping[str, float]]) -> tuple[str, ...]:
    """What each box holds."""
    cells = [CANCELLED if CANCELLED in box else "" for box in boxes]
    for part, word in zip(name.parts, name.words, strict=True):
        for at, letter in zip(part, word.text, strict=True):
            cells[at] = letter
    return tuple(cells)


def _log_letters(boxes: Sequence[Mapping[str, float]], options: SpellingOptions) -> Floats:
    """(boxes, 29) natural log of P(letter); what no letter has is anybody's."""
    shares = np.array([[box.get(letter, 0.0) for letter in _LETTERS] for box in boxes])
    shares = shares.reshape(len(boxes), len(_LETTERS))
    rest = np.maximum(1 - shares.sum(axis=1) - [box.get("", 0.0) for box in boxes], 0)
    shares[:, :26] += rest[:, None] / 26
    return np.asarray(np.log(np.maximum(shares, options.floor)))


def _segmentations(
    boxes: Sequence[Mapping[str, float]], options: SpellingOptions
) -> Iterator[tuple[float, tuple[_Part, ...]]]:
    """Ways to tell blank boxes from others, with the log-probability of the blank ones."""
    blanks = [box.get("", 0.0) for box in boxes]
    doubtful = [at for at, p in enumerate(blanks) if options.doubtful < p < 1 - options.doubtful]
    doubtful = sorted(doubtful, key=lambda at: abs(blanks[at] - 0.5))[:_MOST_DOUBTFUL]
    for said in itertools.product((False, True), repeat=len(doubtful)):
        blank = [p > 0.5 for p in blanks]
        weight = 0.0
        for at, empty in zip(doubtful, said, strict=True):
            blank[at] = empty
            weight += math.log(blanks[at]) if empty else 0.0
        parts: list[list[int]] = [[]]
        for at, box in enumerate(boxes):
            if CANCELLED in box:
                continue
            if blank[at]:
                parts.append([])
            else:
                parts[-1].append(at)
        yield weight, tuple(tuple(part) for part in parts if part)


def _words(
    letters: Floats, words: NameWords, options: SpellingOptions
) -> tuple[list[_Word], float]:
    """The likeliest words of some boxes, best first, and the log-probability of all words."""
    free = math.log(1 - options.listed)
    texts = {text: (free + weight, -math.inf) for text, weight in _spelt(letters, words, options)}
    for text, weight in _from_list(letters, words, options):
        texts[text] = (texts.get(text, (-math.inf,))[0], math.log(options.listed) + weight)
    scored = []
    for text, (spelt, listed) in texts.items():
        weight = float(np.logaddexp(spelt, listed))
        spelling = words.log_share(text) / (len(text) + 1)
        scored.append(_Word(text, weight, math.exp(listed - weight), spelling))
    scored.sort(key=lambda word: (-word.weight, word.text))
    return scored[: options.keep], _log_sum(np.array([word.weight for word in scored]))


def _from_list(
    letters: Floats, words: NameWords, options: SpellingOptions
) -> list[tuple[str, float]]:
    """The listed words that fit best, with their log-weights."""
    listed, at, shares = _listed(words, len(letters))
    if not listed:
        return []
    fits = letters[np.arange(len(letters)), at].sum(axis=1)
    fits += options.prior * (shares + len(letters) * _EVEN)
    return [(listed[n], float(fits[n])) for n in np.argsort(-fits, kind="stable")[: options.keep]]


def _spelt(letters: Floats, words: NameWords, options: SpellingOptions) -> list[tuple[str, float]]:
    """The best free spellings with their log-weights (beam search)."""
    beam: list[tuple[float, tuple[int, ...]]] = [(0.0, (0, 0, 0))]
    lowest = math.log(options.floor) + 0.5
    for box in letters:
        near = np.flatnonzero(box > max(float(box.max()) - _NEAR_NATS, lowest))
        near = near if len(near) else np.argsort(-box, kind="stable")[: options.keep]
        longer = [
            (weight + float(said), (*before, letter + 1))
            for weight, before in beam
            for letter, said in zip(
                near.tolist(),
                box[near] + options.prior * (words.spelling[before[-3:]][near + 1] + _EVEN),
                strict=True,
            )
        ]
        longer.sort(key=lambda item: (-item[0], item[1]))
        beam = longer[: options.beam]
    return [
        (
            "".join(SYMBOLS[at] for at in spelt[3:]),
            weight + options.prior * float(words.spelling[spelt[-3:]][0]),
        )
        for weight, spelt in beam
    ]


@functools.lru_cache(maxsize=64)
def _listed(words: NameWords, length: int) -> tuple[list[str], NDArray[np.intp], Floats]:
    """The listed words of a length, their letters and the natural logs of their shares."""
    found = sorted(word for word in words.words if len(word) == length)
    at = np.array([[_LETTERS.index(letter) for letter in word] for word in found], dtype=np.intp)
    return found, at, np.array([words.words[word] for word in found])


def _products(choices: Sequence[Sequence[_Word]], keep: int) -> list[tuple[_Word, ...]]:
    beam: list[tuple[float, tuple[_Word, ...]]] = [(0.0, ())]
    for words in choices:
        longer = [(w + word.weight, (*chosen, word)) for w, chosen in beam for word in words]
        longer.sort(key=lambda item: -item[0])
        beam = longer[:keep]
    return [chosen for _, chosen in beam]


def _log_sum(values: Floats) -> float:
    top = float(values.max())
    return top + math.log(float(np.exp(values - top).sum()))
