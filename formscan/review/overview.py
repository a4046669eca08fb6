"""The first page: how far the batch is, what is stuck, how fast and how well people work."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from formscan.report.measured import AGAIN, HIDDEN, Measured, measured
from formscan.review.desk import Desk
from formscan.review.pace import Pace, hours_left, paces
from formscan.review.progress import Progress, progress_of
from formscan.store.looks import LOOKS

__all__ = ["Overview", "overview_of"]

_STUCK = ("supervisor", "callback", "conflict", "again")
"""Reasons that somebody else than the next reviewer must deal with, or that came back."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page tells.

    Attributes:
        stuck: (reason, fields) of what does not move by itself.
        incomplete: Families of which a page is missing.
        hours: Working hours of one person for what waits, None where no pace is known.
        measured: How often the machine and people were wrong.
        again: (person, day, fields) of what was queued again because hidden items were missed.
    """

    progress: Progress
    stuck: tuple[tuple[str, int], ...]
    incomplete: int
    paces: tuple[Pace, ...]
    hours: float | None
    measured: tuple[Measured, ...]
    again: tuple[tuple[str, str, int], ...]


def overview_of(desk: Desk) -> Overview:
    """Count."""
    progress = progress_of(desk)
    reasons = Counter(value.reason for record in desk.records() for value in record.values)
    known = paces(desk.ledger.times())
    return Overview(
        progress=progress,
        stuck=tuple((reason, reasons[reason]) for reason in _STUCK if reasons[reason]),
        incomplete=sum(record.status == "incomplete" for record in desk.records()),
        paces=known,
        hours=hours_left(progress.waiting + progress.asked, known),
        measured=measured(desk.ledger.notes(*LOOKS, HIDDEN)),
        again=tuple(
            (one.told["person"], one.at[:10], one.told["number"])
            for one in desk.ledger.notes(AGAIN)
            if one.told.get("number")
        ),
    )
