from __future__ import annotations

import numpy as np
import pytest

from formscan.extract.glyphs import packed
from formscan.extract.style import everybodys_digits, heard, style_of, unpacked
from formscan.reading import Cell


def surely(digits: list[int], p: float = 0.99) -> np.ndarray:
    beliefs = np.full((len(digits), 10), (1 - p) / 9)
    beliefs[np.arange(len(digits)), digits] = p
    return beliefs


def hand(quirk: int, like: int, count: int = 30) -> tuple[np.ndarray, list[int]]:
    """A hand that writes all digits as everybody does, but ``quirk`` halfway to ``like``."""
    means = everybodys_digits()
    written = [digit for digit in range(10) for _ in range(count)]
    features = means[written]
    odd = means[quirk] + 1.3 * means[like]
    features[np.array(written) == quirk] = odd
    return features / np.linalg.norm(features, axis=1, keepdims=True), written


def test_an_embedding_comes_back_with_length_one() -> None:
    embedding = np.abs(np.random.default_rng(1).normal(size=128)).astype(np.float32)
    found = unpacked(Cell((), (), *packed(embedding)))
    assert found == pytest.approx(embedding / np.linalg.norm(embedding), abs=0.01)
    assert not unpacked(Cell(())).any()


def test_what_looks_like_this_hands_seven_is_no_longer_taken_for_a_one() -> None:
    features, written = hand(quirk=7, like=1)
    beliefs = surely(written)
    doubtful = written.index(7)
    beliefs[doubtful] = 0.0
    beliefs[doubtful, [1, 7]] = 0.6, 0.4
    found = heard(features, beliefs, style_of(features, beliefs))
    assert found[doubtful].argmax() == 7
    assert found.sum(axis=1) == pytest.approx(beliefs.sum(axis=1))


def test_no_glyph_votes_for_itself() -> None:
    features, written = hand(quirk=7, like=1, count=1)
    beliefs = surely(written, 0.9)
    alone = heard(features, beliefs, style_of(features, beliefs))
    assert alone == pytest.approx(beliefs, abs=0.01)


def test_glyphs_of_two_pages_are_the_glyphs_of_one_hand() -> None:
    features, written = hand(quirk=7, like=1)
    beliefs = surely(written)
    both = style_of(features[:100], beliefs[:100]) + style_of(features[100:], beliefs[100:])
    whole = style_of(features, beliefs)
    assert both.glyphs == whole.glyphs == 300
    assert both.sums == pytest.approx(whole.sums)
    assert both.votes == pytest.approx(whole.votes)
