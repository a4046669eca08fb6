"""How far a batch is: per field, per village, per enumerator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from formscan.record import Record
from formscan.review.desk import Desk
from formscan.review.whose import hand_of, settled, village_of
from formscan.tables import regions

__all__ = ["Line", "Progress", "progress_of"]


@dataclass(frozen=True, slots=True)
class Line:
    """One village, enumerator or field.

    Attributes:
        name: Its code, "" where it is not settled yet.
        words: Name of the village where the region table knows it.
        records: Records in it.
        done: Of these, with nothing left to settle.
        waiting: Items that wait.
    """

    name: str
    words: str
    records: int
    done: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Figures of the first page.

    Attributes:
        statuses: Records by status.
        fields: What waits per field, in the order of the queue.
        villages: Those with most items first, as ``hands``.
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
        fields=tuple(Line(name, "", 0, 0, number) for name, number in per_field.items()),
        villages=_lines(records, per_record, _village_in(desk), regions().name),
        hands=_lines(records, per_record, _hand, lambda code: ""),
        waiting=len(items),
        asked=len(asked),
        callbacks=len(callbacks),
        pages=desk.stopped_pages(),
    )


def _village_in(desk: Desk) -> Callable[[Record], str | None]:
    return lambda record: village_of(record, desk.template(record))


def _hand(record: Record) -> str | None:
    answer = hand_of(record)
    return None if answer is None else settled(answer)


def _lines(
    records: Sequence[Record],
    waiting: Counter[str],
    code_of: Callable[[Record], str | None],
    words_of: Callable[[str], str],
) -> tuple[Line, ...]:
    """By the settled code, where the form asks; those with most items first."""
    groups: dict[str, list[Record]] = {}
    for record in records:
        code = code_of(record)
        if code is not None:
            groups.setdefault(code, []).append(record)
    found = (
        Line(
            code,
            words_of(code),
            len(those),
            sum(one.status in ("accepted", "confirmed") for one in those),
            sum(waiting[one.key] for one in those),
        )
        for code, those in groups.items()
    )
    return tuple(sorted(found, key=lambda one: (-one.waiting, one.name)))
