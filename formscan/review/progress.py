"""How far a batch is: per field, per village, per enumerator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from formscan.record import FieldValue, Record
from formscan.review.desk import Desk
from formscan.review.whose import hand_of, settled, village_of

__all__ = ["Line", "Progress", "progress_of"]


@dataclass(frozen=True, slots=True)
class Line:
    """One village, enumerator or field.

    Attributes:
        name: Its code, "" where it is not settled yet.
        records: Records in it.
        done: Of these, with nothing left to settle.
        waiting: Items that wait.
    """

    name: str
    records: int
    done: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Figures of the first page.

    Attributes:
        statuses: Records by status.
        fields: What waits per field, in the order of the queue.
        asked: Questions to the supervisor.
        callbacks: Questions to families.
        pages: Pages that wait as a whole.
    """

    statuses: tuple[tuple[str, int], ...]
    fields: tuple[Line, ...]
    villages: tuple[Line, ...]
    hands: tuple[Line, ...]
    waiting: int
    asked: int
    callbacks: int
    pages: int


def progress_of(desk: Desk) -> Progress:
    """Count."""
    items, records = desk.waiting(), desk.records()
    per_field = Counter(one.field for one in items)
    per_record = Counter(one.record for one in items)
    asked, callbacks = desk.waiting(lane="supervisor"), desk.waiting(lane="callback")
    per_record.update(one.record for one in (*asked, *callbacks))
    return Progress(
        statuses=tuple(sorted(Counter(one.status for one in records).items())),
        fields=tuple(Line(name, 0, 0, number) for name, number in per_field.items()),
        villages=_lines(records, per_record, village_of),
        hands=_lines(records, per_record, hand_of),
        waiting=len(items),
        asked=len(asked),
        callbacks=len(callbacks),
        pages=desk.stopped_pages(),
    )


def _lines(
    records: Sequence[Record],
    waiting: Counter[str],
    answer_of: Callable[[Record], FieldValue | None],
) -> tuple[Line, ...]:
    """By the settled answer, where the form asks."""
    groups: dict[str, list[Record]] = {}
    for record in records:
        answer = answer_of(record)
        if answer is not None:
            groups.setdefault(settled(answer), []).append(record)
    return tuple(
        Line(
            name,
            len(groups[name]),
            sum(one.status in ("accepted", "confirmed") for one in groups[name]),
            sum(waiting[one.key] for one in groups[name]),
        )
        for name in sorted(groups)
    )
