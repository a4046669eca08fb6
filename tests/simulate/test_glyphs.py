"""Real hands: one person's digits, one person's capitals, nobody of another split."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from formscan.errors import SettingsError
from formscan.simulate import glyphs
from formscan.simulate.chance import stream
from formscan.simulate.glyphs import deal_real_hands
from formscan.simulate.unipen import CHARACTERS, load_strokes

PEOPLE = {"one.dat": "0123456789", "two.dat": CHARACTERS[10:], "three.dat": "01234567ABC"}


@pytest.fixture
def stroke_file(tmp_path):
    points, stroke_off, item_off, labels, writers = [], [0], [0], [], []
    for number, (writer, characters) in enumerate(PEOPLE.items()):
        for character in characters:
            label = CHARACTERS.index(character)
            points += [(0, 0), (1000 + 10 * label, 2000), (500 * number, 4000)]
            stroke_off.append(len(points))
            item_off.append(len(stroke_off) - 1)
            labels.append(label)
            writers.append(writer)
    path = tmp_path / "strokes.npz"
    np.savez(
        path,
        points=np.array(points, np.int16),
        stroke_off=np.array(stroke_off, np.int32),
        item_off=np.array(item_off, np.int32),
        y=np.array(labels, np.uint8),
        contributor=np.array(["art"] * len(labels)),
        writer_file=np.array(writers),
    )
    return load_strokes(path)


def test_digits_and_capitals_come_from_people_who_wrote_them(stroke_file):
    for hand in deal_real_hands(stroke_file, "test", 4, stream(1)):
        digits, capitals = hand.name.split("+")
        assert digits in {"one.dat", "three.dat"}
        assert capitals == "two.dat"
        assert set(hand.items) == set(CHARACTERS)
        assert {str(stroke_file.writers[i]) for i in hand.items["5"]} == {digits}
        assert {str(stroke_file.writers[i]) for i in hand.items["9"]} == {"one.dat"}


def test_capitals_are_as_high_as_one_and_punctuation_is_there(stroke_file):
    hand = deal_real_hands(stroke_file, "test", 1, stream(2))[0]
    drawn = np.vstack(hand.draw("Q", stream(3)))
    assert np.ptp(drawn[:, 1]) == pytest.approx(1.0, abs=0.1)
    assert hand.draw(".", stream(3))
    assert hand.draw(" ", stream(3)) == ()


def test_an_empty_split_is_refused(stroke_file):
    with pytest.raises(SettingsError, match="train"):
        deal_real_hands(stroke_file, "train", 1, stream(1))


def test_drawings_that_are_not_what_they_are_labelled_are_never_used(stroke_file, monkeypatch):
    monkeypatch.setattr(glyphs, "_mislabelled", lambda: {("one.dat", "5"): frozenset({1})})
    for hand in deal_real_hands(stroke_file, "test", 4, stream(1)):
        assert {str(stroke_file.writers[i]) for i in hand.items["5"]} == {"three.dat"}


@pytest.mark.shared
def test_real_writers_keep_to_their_split():
    path = Path(__file__).parents[3] / "shared/data/unipen/unipen_train_strokes.npz"
    if not path.is_file():
        pytest.skip("no stroke file")
    strokes = load_strokes(path)
    hands = deal_real_hands(strokes, "test", 10, stream(1))
    assert len({hand.name for hand in hands}) == 10
    used = np.array([i for hand in hands for items in hand.items.values() for i in items])
    assert set(strokes.splits[used].tolist()) == {"test"}
