"""How often the machine and each person were wrong: measured by second looks, never assumed.

A look is blind: somebody types what is written, without seeing what stands there. Where the two
differ, a supervisor decides, and only then is anybody counted as wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from formscan.report.statistics import wilson
from formscan.store import Note

__all__ = [
    "AGAIN",
    "HIDDEN",
    "LOOK",
    "LOOKS",
    "SETTLED",
    "WITHDRAWN",
    "Look",
    "Measured",
    "Place",
    "looks_of",
    "measured",
    "place_of",
]

LOOK, WITHDRAWN, SETTLED = "second_look", "second_look_undone", "second_look_settled"
LOOKS = (LOOK, WITHDRAWN, SETTLED)
"""What the audit calls second looks."""

HIDDEN, AGAIN = "hidden", "hidden_again"
"""What it calls hidden items of known truth, and that too many were missed."""

Place = tuple[str, str, int | None]
"""KEY of a record, field name, row."""


@dataclass(frozen=True, slots=True)
class Look:
    """The last second look at a field.

    Attributes:
        first: Whose value it was, "" for the machine's.
        second: Who looked.
        illegible: Whether the first, and whether the second could read nothing there.
        agrees: Whether both say the same.
        wrong: Who of the two was wrong; None while a supervisor has still to decide.
    """

    first: str
    second: str
    illegible: tuple[bool, bool]
    agrees: bool
    wrong: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Measured:
    """One reader.

    Attributes:
        reader: A person, "" for the machine.
        looks: Fields of theirs that somebody else looked at, settled ones only.
        wrong: Of these, wrong.
        open: Differences that wait for a supervisor.
        low: Lower end of the 95 % interval of ``wrong / looks`` (Wilson), 0 to 1.
        high: Upper end; 1 where nobody looked.
        hidden: Hidden items of known truth that they answered.
        missed: Of these, wrongly.
    """

    reader: str
    looks: int
    wrong: int
    open: int
    low: float
    high: float
    hidden: int
    missed: int


def place_of(told: Mapping[str, Any]) -> Place:
    """The field that a note is about."""
    return told["record"], told["field"], told["row"]


def looks_of(notes: Iterable[Note]) -> dict[Place, Look]:
    """The last second look at each field, those that were taken back left out."""
    looks: dict[Place, Look] = {}
    for note in notes:
        told = note.told
        if note.action == LOOK:
            agrees = told["agrees"]
            first, second = told["illegible"]
            said = (told["first"], note.person, (first, second), agrees)
            looks[place_of(told)] = Look(*said, wrong=frozenset() if agrees else None)
        elif note.action == WITHDRAWN:
            looks.pop(place_of(told), None)
        elif note.action == SETTLED and (look := looks.get(place_of(told))) is not None:
            looks[place_of(told)] = replace(look, wrong=frozenset(told["wrong"]))
    return looks


def measured(notes: Iterable[Note]) -> tuple[Measured, ...]:
    """The machine and everybody whose work was looked at, or who met a hidden item."""
    told = list(notes)
    looks, wrong, waiting, hidden, missed = (Counter[str]() for _ in range(5))
    for look in looks_of(told).values():
        looks[look.first] += look.wrong is not None
        waiting[look.first] += look.wrong is None
        wrong[look.first] += look.first in (look.wrong or ())
    for note in told:
        if note.action == HIDDEN:
            hidden[note.person] += 1
            missed[note.person] += bool(note.told["missed"])
    readers = sorted({*looks, *waiting, *hidden})
    return tuple(
        Measured(
            reader,
            looks[reader],
            wrong[reader],
            waiting[reader],
            *(wilson(wrong[reader], looks[reader]) if looks[reader] else (0.0, 1.0)),
            hidden[reader],
            missed[reader],
        )
        for reader in readers
    )
