"""Second looks, as the audit tells of them.

A look is blind: somebody types what is written, without seeing what stands there. Where the two
differ, a supervisor decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from formscan.store.ledger import Note

__all__ = ["LOOK", "LOOKS", "SETTLED", "WITHDRAWN", "Look", "Place", "looks_of", "place_of"]

LOOK, WITHDRAWN, SETTLED = "second_look", "second_look_undone", "second_look_settled"
LOOKS = (LOOK, WITHDRAWN, SETTLED)
"""What the audit calls second looks."""

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
        entry: Number of its entry in the audit.
        seen_sha256: ``reading_sha256`` of what the machine said at that time, "" where not noted.
    """

    first: str
    second: str
    illegible: tuple[bool, bool]
    agrees: bool
    wrong: frozenset[str] | None
    entry: int = 0
    seen_sha256: str = ""


def place_of(told: Mapping[str, Any]) -> Place:
    """The field that a note is about."""
    return told["record"], told["field"], told["row"]


def looks_of(
    notes: Iterable[Note], before: Mapping[Place, Look] | None = None
) -> dict[Place, Look]:
    """The last second look at each field, those that were taken back left out.

    Args:
        notes: What people did, in order.
        before: What was known before these notes; it is left as it is.
    """
    looks = dict(before or {})
    for note in notes:
        told = note.told
        if note.action == LOOK:
            agrees = told["agrees"]
            first, second = told["illegible"]
            said = (told["first"], note.person, (first, second), agrees)
            wrong = frozenset[str]() if agrees else None
            looks[place_of(told)] = Look(*said, wrong, note.entry, told.get("seen_sha256", ""))
        elif note.action == WITHDRAWN:
            looks.pop(place_of(told), None)
        elif note.action == SETTLED and (look := looks.get(place_of(told))) is not None:
            looks[place_of(told)] = replace(look, wrong=frozenset(told["wrong"]))
    return looks
