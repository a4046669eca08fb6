"""Where a writer's characters come from: real strokes of one person, or the built-in shapes."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Protocol

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from formscan.errors import SettingsError
from formscan.simulate.alphabet import Strokes, shapes
from formscan.simulate.chance import pick
from formscan.simulate.unipen import CHARACTERS, Split, StrokeFile

__all__ = ["BuiltInGlyphs", "GlyphSource", "RealGlyphs", "deal_real_hands"]

_DIGITS = CHARACTERS[:10]
_CAPITALS = CHARACTERS[10:]
_ENOUGH = 0.6


class GlyphSource(Protocol):
    """Gives the strokes of a character, a little different every time."""

    @property
    def name(self) -> str:
        """Who the hand belongs to, for ``writers.csv``."""
        ...

    def draw(self, character: str, rng: Generator) -> Strokes:
        """Strokes in units of the capitals' height; () for a space."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class BuiltInGlyphs:
    """A hand out of the built-in alphabet: fixed shapes, bent in the writer's own way.

    Attributes:
        choice: Shape that this writer uses of each character, and how sure of it.
        bend: (4, 4) per wave: x and y amplitude, frequency, phase.
    """

    name: str
    choice: dict[str, int]
    bend: NDArray[np.float64] = dataclasses.field(repr=False)

    @classmethod
    def of(cls, name: str, rng: Generator) -> BuiltInGlyphs:
        """A new hand."""
        characters = CHARACTERS + ".,'/-"
        choice = {c: int(rng.integers(len(shapes(c)))) for c in characters}
        return cls(name, choice, _waves(rng, 0.035))

    def draw(self, character: str, rng: Generator) -> Strokes:
        """The writer's shape of ``character``, with what the moment does to it."""
        found = shapes(character)
        if not found:
            return ()
        index = self.choice.get(character, 0)
        if rng.random() < 0.08:
            index = int(rng.integers(len(found)))
        moment = _waves(rng, 0.014)
        return tuple(_bent(_bent(s, self.bend), moment) for s in found[index % len(found)])


@dataclass(frozen=True, slots=True, eq=False)
class RealGlyphs:
    """A hand out of a stroke file: the digits of one person, the capitals of one person.

    Attributes:
        items: Indices into the stroke file, per character.
        built_in: What the file lacks (punctuation).
    """

    name: str
    file: StrokeFile = dataclasses.field(repr=False)
    items: dict[str, tuple[int, ...]] = dataclasses.field(repr=False)
    built_in: BuiltInGlyphs = dataclasses.field(repr=False)

    def draw(self, character: str, rng: Generator) -> Strokes:
        """One of the person's own drawings of ``character``, hardly bent."""
        items = self.items.get(character, ())
        if not items:
            return self.built_in.draw(character, rng)
        strokes = [s.astype(np.float64) for s in self.file.strokes(pick(rng, items))]
        height = max(float(np.vstack(strokes)[:, 1].max()), 0.25)
        moment = _waves(rng, 0.008)
        return tuple(_bent(s / height, moment) for s in strokes)


def deal_real_hands(
    file: StrokeFile, split: Split, count: int, rng: Generator
) -> tuple[RealGlyphs, ...]:
    """``count`` hands of the split's people; each pairs one digit and one capital writer.

    What a person did not write is borrowed from others of the same laboratory and split, and
    at last from anybody of the split. People are dealt once before anybody comes twice.

    Raises:
        SettingsError: The file holds nobody of this split.
    """
    groups = _people(file, file.select(split))
    digit_hands = [k for k, found in groups.items() if _covers(found, _DIGITS)]
    capital_hands = [k for k, found in groups.items() if _covers(found, _CAPITALS)]
    if not digit_hands or not capital_hands:
        message = f"the stroke file has no writer with digits and capitals of split {split!r}"
        raise SettingsError(message)
    dealt_digits = _deal(digit_hands, count, rng)
    dealt_capitals = _deal(capital_hands, count, rng)
    hands = []
    for number, (digits, capitals) in enumerate(zip(dealt_digits, dealt_capitals, strict=True)):
        items = _own(groups, digits, _DIGITS) | _own(groups, capitals, _CAPITALS)
        name = f"{digits[1]}+{capitals[1]}"
        hands.append(RealGlyphs(name, file, items, BuiltInGlyphs.of(f"p{number}", rng)))
    return tuple(hands)


_Person = tuple[str, str]
_Written = dict[str, tuple[int, ...]]


def _people(file: StrokeFile, items: NDArray[np.int64]) -> dict[_Person, _Written]:
    found: dict[_Person, dict[str, list[int]]] = {}
    for item in items.tolist():
        person = (str(file.contributors[item]), str(file.writers[item]))
        character = CHARACTERS[int(file.labels[item])]
        found.setdefault(person, {}).setdefault(character, []).append(item)
    people: dict[_Person, _Written] = {}
    for person, written in sorted(found.items()):
        people[person] = {}
        for character, indices in written.items():
            wrong = _mislabelled().get((person[1], character), frozenset())
            kept = [item for nth, item in enumerate(indices, start=1) if nth not in wrong]
            if kept:
                people[person][character] = tuple(kept)
    return people


@functools.cache
def _mislabelled() -> dict[tuple[str, str], frozenset[int]]:
    """Drawings that nobody would read as labelled, found by eye: they would make truth false."""
    text = resources.files(__package__).joinpath("mislabelled.csv").read_text(encoding="utf-8")
    found: dict[tuple[str, str], frozenset[int]] = {}
    for line in text.splitlines()[1:]:
        writer, character, nth, _looks_like = line.split(",")
        known = found.get((writer, character), frozenset())
        found[writer, character] = known | {int(nth)}
    return found


def _covers(written: _Written, wanted: str) -> bool:
    return sum(c in written for c in wanted) >= _ENOUGH * len(wanted)


def _deal(people: Sequence[_Person], count: int, rng: Generator) -> list[_Person]:
    dealt: list[_Person] = []
    while len(dealt) < count:
        dealt += [people[i] for i in rng.permutation(len(people))]
    return dealt[:count]


def _own(groups: dict[_Person, _Written], person: _Person, wanted: str) -> _Written:
    """The characters of a person; the missing ones from colleagues, then from anybody."""
    colleagues = [k for k in groups if k[0] == person[0] and k != person]
    others = [k for k in groups if k[0] != person[0]]
    found: _Written = {}
    for character in wanted:
        for candidate in (person, *colleagues, *others):
            if items := groups[candidate].get(character, ()):
                found[character] = items
                break
    return found


def _waves(rng: Generator, size: float) -> NDArray[np.float64]:
    waves = np.empty((4, 6))
    waves[:, :2] = rng.normal(0.0, size, (4, 2))
    waves[:, 2:4] = rng.normal(0.0, 3.0, (4, 2))
    waves[:, 4:] = rng.uniform(0.0, 2 * np.pi, (4, 2))
    return waves


def _bent(stroke: NDArray[np.float64], waves: NDArray[np.float64]) -> NDArray[np.float64]:
    phase = stroke @ waves[:, 2:4].T
    x = stroke[:, 0] + np.sin(phase + waves[:, 4]) @ waves[:, 0]
    y = stroke[:, 1] + np.sin(phase + waves[:, 5]) @ waves[:, 1]
    return np.column_stack([x, y])
