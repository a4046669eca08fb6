"""Whose word each field of a settled batch is: the machine's, one person's, two people's.

It stands in ``reader``: the reader of the machine, ``person``, or ``supervisor`` where a question
was answered; ``+second`` is appended where a second person typed the same without seeing it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from formscan.decision import Decision, Key, reading_sha256, stacks
from formscan.record import FieldValue, Record
from formscan.settle import Settled
from formscan.settle.decided import PERSON
from formscan.store import Ledger
from formscan.store.looks import LOOKS, Look, Place, looks_of, place_of

__all__ = ["SECOND", "SUPERVISOR", "Origins"]

SUPERVISOR = "supervisor"
SECOND = "+second"

Seen = Mapping[tuple[str, int, str, int | None], str]
"""``reading_sha256`` by scan, frame and field."""


@dataclass(frozen=True, slots=True)
class Origins:
    """Who said what.

    Attributes:
        decisions: As they were made, by record.
        agreed: Second looks that found the same and after which nobody decided anything.
    """

    decisions: Mapping[str, Sequence[Decision]]
    agreed: Mapping[Place, Look]

    @classmethod
    def of(cls, ledger: Ledger, decisions: Mapping[str, Sequence[Decision]]) -> Origins:
        """What the ledger tells of them."""
        looks = {
            place: look for place, look in looks_of(ledger.notes(*LOOKS)).items() if look.agrees
        }
        first = min((look.entry for look in looks.values()), default=0)
        made = ledger.notes("decision", after=first) if looks else []
        last = {place_of(note.told): note.entry for note in made}
        agreed = {place: one for place, one in looks.items() if last.get(place, 0) < one.entry}
        return cls(decisions, agreed)

    def told(self, settled: Settled) -> Settled:
        """The same, each field with whose word it is."""
        seen = _seen(settled) if self.agreed else {}
        records = tuple(self._record(one, seen) for one in settled.records)
        return replace(settled, records=records)

    def _record(self, record: Record, seen: Seen) -> Record:
        made = stacks(self.decisions.get(record.key, ()))
        values = tuple(self._value(record.key, one, made, seen) for one in record.values)
        return replace(record, values=values)

    def _value(
        self, record: str, value: FieldValue, made: Mapping[Key, list[Decision]], seen: Seen
    ) -> FieldValue:
        if not value.reader or value.status == "review":
            return value
        stack, by_person = made.get((value.name, value.row), []), value.reader == PERSON
        answers = by_person and len(stack) > 1 and stack[-2].kind == "supervisor"
        look = self.agreed.get((record, value.name, value.row))
        if look is not None and by_person:
            second = look.first == stack[-1].reviewer
        else:
            place = (value.scan, value.frame, value.name, value.row)
            second = look is not None and not look.first and seen.get(place) == look.seen_sha256
        reader = SUPERVISOR if answers else value.reader
        return replace(value, reader=reader + SECOND * second) if answers or second else value


def _seen(settled: Settled) -> Seen:
    return {
        (page.outcome.ref.scan, page.outcome.ref.frame, one.name, one.row): reading_sha256(
            one, page.outcome.ref
        )
        for page in settled.pages
        for one in page.outcome.readings
    }
