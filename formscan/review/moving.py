"""Decisions about fields go along when their page goes to another record.

They hang on the KEY of the record, and a page that turns out to be another family's takes with
it what was said of it. Nothing of that may stay behind: it would speak of another sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from formscan.decision import RECORD, Decision, reading_sha256, stacks
from formscan.page import Identity
from formscan.reading import PageOutcome
from formscan.settle.link import key_of
from formscan.store import Ledger

__all__ = ["Placed", "moved"]


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A picture in its place.

    Attributes:
        outcome: With its readings.
        record: KEY of the record in which it counts, "" where it counts in none.
        alone: No other picture of this page counts there.
    """

    outcome: PageOutcome
    record: str
    alone: bool

    @property
    def key(self) -> str:
        """``record``, or where decisions wait while the picture counts nowhere."""
        ref = self.outcome.ref
        return self.record or key_of(Identity("", "", 0), ref.sha256, ref.frame)


def moved(before: Placed, after: Placed, ledger: Ledger, who: str) -> Iterator[Decision]:
    """What must be decided so that all that was said of a picture's fields goes along.

    Args:
        before: Where the picture was.
        after: Where it is.
        ledger: Of the batch.
        who: Who moved it.
    """
    if before.key == after.key:
        return
    read = {
        (one.name, one.row): reading_sha256(one, before.outcome.ref)
        for one in before.outcome.readings or after.outcome.readings
    }
    for key, stack in stacks(ledger.decisions(before.key).get(before.key, ())).items():
        if key == RECORD or key not in read:
            continue
        if stack[-1].reading_sha256 == read[key] or before.alone:
            yield from (_undone(one, who) for one in stack)
            yield from (replace(one, record=after.key, reviewer=who) for one in stack)


def _undone(one: Decision, who: str) -> Decision:
    return Decision(one.record, one.field, one.row, "undo", reviewer=who)
