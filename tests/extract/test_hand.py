"""Likeness within a hand, on features by construction."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from formscan.extract.hand import likeness


def features(rng: np.random.Generator, directions: list[int]) -> np.ndarray:
    """Noisy features along axes."""
    found = np.abs(rng.normal(0, 0.08, (len(directions), 128)))
    found[np.arange(len(directions)), directions] += 1
    return found.astype(np.float32)


def test_a_six_among_the_ones_is_told():
    rng = np.random.default_rng(1)
    drawn = [1, 1, 1, 1, 6, 6, 6, 6]
    read = ["1", "1", "1", "1", "1", "6", "6", "6"]  # the fifth is misread
    own, apart = likeness(features(rng, drawn), read).T
    assert own.argmin() == apart.argmin() == 4
    assert apart[4] < 0
    assert (np.delete(apart, 4) > 0.3).all()


def test_too_few_glyphs_tell_nothing():
    rng = np.random.default_rng(2)
    found = likeness(features(rng, [1, 1, 7, 7, 7, 3]), ["1", "1", "7", "7", "7", ""])
    assert (found[[0, 1, 5]] == 1).all()
    assert (found[2:5, 0] < 1).all()


def test_letters_are_no_rivals_of_digits():
    rng = np.random.default_rng(3)
    alike = features(rng, [0] * 6)
    found = likeness(alike, ["0", "0", "0", "O", "O", "O"])
    assert np.allclose(found[:, 0], found[:, 1])


def test_no_glyphs():
    assert likeness(np.zeros((0, 128), np.float32), []).shape == (0, 2)


@given(st.integers(0, 2**32 - 1), st.permutations(range(9)))
def test_the_order_on_the_page_tells_nothing(seed, order):
    rng = np.random.default_rng(seed)
    drawn = features(rng, [1, 1, 1, 2, 2, 2, 3, 3, 3])
    read = list("111222333")
    before = likeness(drawn, read)
    after = likeness(drawn[list(order)], [read[at] for at in order])
    assert np.allclose(before[list(order)], after)
