"""How often the machine and each person were wrong: measured by second looks, never assumed.

A look is blind: somebody types what is written, without seeing what stands there. Where the two
differ, a supervisor decides, and only then is anybody counted as wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from formscan.report.statistics import wilson
from formscan.store import Note
from formscan.store.looks import looks_of

__all__ = ["AGAIN", "HIDDEN", "Measured", "measured"]

HIDDEN, AGAIN = "hidden", "hidden_again"
"""What it calls hidden items of known truth, and that too many were missed."""


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
