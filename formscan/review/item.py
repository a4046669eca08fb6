"""What waits for a person: one field, or one broken rule, and its place in the queue."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from formscan.record import Record
from formscan.review.cases import DOUBTS
from formscan.review.whose import hand_of
from formscan.settle import ReviewItem
from formscan.templates.model import Template

__all__ = ["LANES", "QUEUE", "Item", "Lane", "item_id", "lane_of", "waiting_item"]

Lane = Literal["", "supervisor", "callback"]
"""For whom an item waits: everybody, the supervisor, or somebody who has asked the family."""

QUEUE: Lane = ""
LANES: tuple[Lane, ...] = (QUEUE, "supervisor", "callback")
_LANE_OF = {str(one): one for one in LANES[1:]}


@dataclass(frozen=True, slots=True)
class Item:
    """One field, or one broken rule, that waits for a person.

    Attributes:
        id: The same each time for the same field.
        order: Sort key: doubts before rules, then field by field, hand by hand, worst first.
        offered: Candidates that are shown in place of the machine's.
        known: Its answer is known: it waits only to see who looks closely.
    """

    id: str
    record: str
    field: str
    row: int | None
    reason: str
    order: tuple[int, int, str, float, str]
    offered: tuple[str, ...] = ()
    known: bool = False

    @property
    def lane(self) -> Lane:
        """Where it waits."""
        return _LANE_OF.get(self.reason, QUEUE)


def lane_of(given: str | None) -> Lane:
    """The lane of that name, as a browser asks for it; the queue for any other."""
    return next((one for one in LANES if one == given), QUEUE)


def item_id(record: str, field: str, row: int | None) -> str:
    """What an item is called; it says nothing about whose it is."""
    return hashlib.sha256(f"{record}|{field}|{row}".encode()).hexdigest()[:20]


def waiting_item(one: ReviewItem, record: Record, template: Template) -> Item:
    """One line of ``review.csv`` as what waits for a person at the page."""
    name = item_id(one.record, one.field, one.row)
    order = _order(one, record, template)
    return Item(name, one.record, one.field, one.row, one.reason, order)


_FIRST = (*DOUBTS, *LANES[1:])


def _order(
    item: ReviewItem, record: Record, template: Template
) -> tuple[int, int, str, float, str]:
    names = list(dict.fromkeys(one.name for page in template.pages for one in page.fields))
    place = names.index(item.field) if item.field in names else len(names)
    hand = hand_of(record)
    return (
        int(item.reason not in _FIRST),
        place,
        hand.raw if hand is not None else "",
        item.confidence,
        item.scan,
    )
