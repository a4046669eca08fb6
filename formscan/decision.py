"""What a person decided about a field, and which of several decisions counts.

Decisions are appended and never changed. Taking one back is a decision of its own (``undo``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from formscan.page import PageRef
from formscan.reading import FieldReading

__all__ = [
    "RECORD",
    "Decision",
    "DecisionKind",
    "Key",
    "reading_sha256",
    "stacks",
    "standing",
]

DecisionKind = Literal[
    "value",
    "glyphs",
    "blank",
    "illegible",
    "confirmed",
    "supervisor",
    "callback",
    "again",
    "rejected",
    "identified",
    "foreign",
    "replaced",
    "discarded",
    "undo",
]
"""What can be decided about a field, a whole record (``rejected``) or a page picture
(``identified`` and after)."""

Key = tuple[str, int | None]
"""(field name, printed row or None)."""

RECORD: Key = ("", None)
"""Key of a decision about a record as a whole, or about a page picture."""

_ASKS = frozenset({"supervisor", "callback", "again"})
_SAYS_NOTHING = frozenset({"choice", "type", "illegible"})


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision.

    Attributes:
        record: KEY of the record, or what a page picture is called, see ``page_decision``.
        field: Field name; for a rule that speaks of no printed field, what it names.
        row: Printed row of a repeat, else None.
        kind: ``value`` (``raw`` is what is written), ``glyphs`` (the same, by its boxes seen among
            others that were read alike), ``blank`` (nothing is), ``illegible``, ``confirmed``
            (``raw`` is what is written, though the rules in ``codes`` are broken),
            ``supervisor`` (somebody else must look), ``callback`` (only the family can tell),
            ``again`` (anybody must look once more), ``undo`` (of the one before); those of pages
            are in ``page_decision``.
        raw: As written in the boxes.
        codes: Problems that were seen; let stand, unless somebody was asked about them.
        comment: For the supervisor or the kader; the reason of a rejection.
        reviewer: Who decided.
        reading_sha256: ``reading_sha256`` of what the machine said at that time.
    """

    record: str
    field: str
    row: int | None
    kind: DecisionKind
    raw: str = ""
    codes: tuple[str, ...] = ()
    comment: str = ""
    reviewer: str = ""
    reading_sha256: str = ""

    @property
    def key(self) -> Key:
        """The field it is about."""
        return self.field, self.row

    @property
    def is_illegible(self) -> bool:
        """Whether something is written that nobody can read."""
        return "illegible" in self.codes

    def lets_stand(self, code: str) -> bool:
        """Whether a problem was seen and confirmed.

        What is written but cannot be a value leaves the field without one: that it is then
        missing (``required``) is confirmed along.
        """
        if self.kind in _ASKS:
            return False
        return code in self.codes or (code == "required" and bool(_SAYS_NOTHING & {*self.codes}))


def stacks(decisions: Iterable[Decision]) -> dict[Key, list[Decision]]:
    """All decisions about each field of one record that were not undone, the last one last.

    Args:
        decisions: Of one record, in the order in which they were made.
    """
    found: dict[Key, list[Decision]] = {}
    for decision in decisions:
        stack = found.setdefault(decision.key, [])
        if decision.kind != "undo":
            stack.append(decision)
        elif stack:
            stack.pop()
    return {key: stack for key, stack in found.items() if stack}


def standing(decisions: Iterable[Decision]) -> dict[Key, Decision]:
    """The decision that counts for each field of one record: the last of its stack."""
    return {key: stack[-1] for key, stack in stacks(decisions).items()}


def reading_sha256(reading: FieldReading, ref: PageRef) -> str:
    """Hex digest of what a reader said, and of which picture."""
    said = [[one.text, round(one.probability, 4)] for one in reading.candidates]
    parts = [ref.sha256, ref.frame, reading.name, reading.row, reading.reader]
    text = json.dumps([*parts, said, round(reading.confidence, 4)], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
