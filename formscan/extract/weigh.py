"""What a box may hold, weighed from everything that is known of it: its belief."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formscan.extract.alphabet import JUNK, letter_set, sign
from formscan.extract.cells import CellInk
from formscan.extract.decode import CANCELLED, UNREADABLE
from formscan.extract.engines.ppocr import model_path
from formscan.extract.second import weigh_glyphs

__all__ = ["BoxOptions", "junk_share", "second_opinions", "weigh_box"]

_WORDS = frozenset({"name", "letters"})


@dataclass(frozen=True, slots=True)
class BoxOptions:
    """How glyph scores become beliefs about a box.

    Attributes:
        temperature: Divides the network's logits (Guo et al. 2017).
        sure_digit: A digit that the network gives less than this is shown to the second reader.
        sure_letter: So is a letter.
        digit_weights: Of the network's logits and of the second reader's log-probabilities
            where it was asked about a digit (a log-linear pool, fitted on validation writers).
        letter_weights: The same for letters.
        junk_odds: How much rarer spoilt boxes are on paper than in training.
        digit_nats: In fields of digits and letters, what speaks for a digit beforehand.
        small: Height of ink, in boxes, at which a box of dirt and a box with a glyph are
            equally likely.
        struck: Part of a box's width that one level line covers where it may be a strike.
        struck_share: What then speaks for a character that was struck out.
    """

    temperature: float = 0.8
    sure_digit: float = 0.9999
    sure_letter: float = 0.999
    digit_weights: tuple[float, float] = (0.36, 0.38)
    letter_weights: tuple[float, float] = (0.27, 0.53)
    junk_odds: float = 0.05
    digit_nats: float = 1.5
    small: float = 0.17
    struck: float = 0.9
    struck_share: float = 0.1


def second_opinions(
    cells: Sequence[CellInk],
    logits: NDArray[np.float32],
    alphabets: Sequence[str],
    options: BoxOptions,
) -> list[NDArray[np.float64] | None]:
    """What the second reader says of the glyphs that the first is not sure of.

    Args:
        cells: Boxes with ink, all those of a page.
        logits: (n, 37) of the network.
        alphabets: Of each box's field.
        options: Limits.

    Returns:
        Per box, log-probabilities of its alphabet's characters, see ``weigh_glyphs``; None where
        the network is sure, everywhere without the second reader.
    """
    found: list[NDArray[np.float64] | None] = [None] * len(cells)
    if model_path() is None:
        return found
    asked: dict[str, list[int]] = {}
    for at, alphabet in enumerate(alphabets):
        characters, classes = letter_set(alphabet)
        limit = options.sure_digit if characters.isdigit() else options.sure_letter
        if math.exp(float(_log_shares(logits[at][classes]).max())) < limit:
            asked.setdefault(characters, []).append(at)
    for characters, places in asked.items():
        said = weigh_glyphs([cells[at].ink for at in places], characters)
        for at, row in zip(places, said, strict=True):
            found[at] = row
    return found


def weigh_box(
    cell: CellInk,
    logits: NDArray[np.float32] | None,
    second: NDArray[np.float64] | None,
    alphabet: str,
    options: BoxOptions,
) -> dict[str, float]:
    """What a box holds; sums to 1.

    Args:
        cell: Its ink.
        logits: (37,) of the network, None without ink.
        second: What the second reader says of the alphabet's characters, if it was asked.
        alphabet: Of the field.
        options: Weights.
    """
    if cell.blacked:
        return {CANCELLED if alphabet in _WORDS else UNREADABLE: 0.98, "": 0.001}
    if logits is None:
        return {"": 0.999}
    characters, classes = letter_set(alphabet)
    first = logits[classes].astype(np.float64)
    if second is None:
        scores = first / options.temperature
    else:
        weights = options.digit_weights if characters.isdigit() else options.letter_weights
        scores = weights[0] * first + weights[1] * second
    if alphabet == "alnum":
        scores[:10] += options.digit_nats
    inside = np.exp(_log_shares(scores))
    junk = _rarer(junk_share(logits, classes), options.junk_odds)
    if alphabet not in _WORDS and cell.strike > options.struck:
        junk = max(junk, options.struck_share)
    mark, mark_share = sign(cell, alphabet)
    empty = _emptiness(cell, options) * (1 - mark_share)
    glyph = (1 - empty) * (1 - junk) * (1 - mark_share)
    belief = {c: float(p) * glyph for c, p in zip(characters, inside, strict=True)}
    belief[""] = empty
    belief["?"] = (1 - empty) * junk * (1 - mark_share)
    if mark:
        belief[mark] = belief.get(mark, 0.0) + (1 - empty) * mark_share
    return belief


def junk_share(logits: NDArray[np.float32], classes: NDArray[np.intp]) -> float:
    """Share of the junk class beside those that the field may hold."""
    best = float(logits[classes].max())
    rivals = float(np.exp(logits[classes] - best).sum())
    junk = math.exp(min(float(logits[JUNK]) - best, 60.0))
    return junk / (junk + rivals)


def _log_shares(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    shifted = scores.astype(np.float64) - float(scores.max())
    return np.asarray(shifted - math.log(float(np.exp(shifted).sum())))


def _rarer(share: float, odds: float) -> float:
    """A probability whose prior odds are multiplied."""
    return share * odds / (share * odds + 1 - share + 1e-9)


def _emptiness(cell: CellInk, options: BoxOptions) -> float:
    """P(the ink of a box is dirt or residue), from its size."""
    _, _, width, height = cell.box
    size = max(height, 0.6 * width)
    return float(1 / (1 + math.exp(min((size - options.small) / 0.025, 60.0))))
