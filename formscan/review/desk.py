"""All that waits in a batch, kept up to date decision by decision.

The batch is settled once when the desk opens; a decision settles its own record again, by the
same code as ``formscan run``, so items that it answers vanish and items that it raises appear.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from formscan.batch import indexed_options
from formscan.decision import Decision, standing
from formscan.reading import PageOutcome
from formscan.record import Record
from formscan.review.cases import DOUBTS, Case
from formscan.settle import ReviewItem, Settled, settle
from formscan.store import Ledger, Store
from formscan.store.repository import Member
from formscan.templates.model import Template

__all__ = ["Desk", "Item", "item_id"]

_CASES_KEPT = 64
_HANDS = ("kode_kader", "enumerator_id", "enumerator")
"""Questions that tell who filled the form: like follows like."""

SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Item:
    """One field, or one broken rule, that waits for a person.

    Attributes:
        id: The same each time for the same field.
        order: Sort key: doubts before rules, then field by field, hand by hand, worst first.
    """

    id: str
    record: str
    field: str
    row: int | None
    reason: str
    order: tuple[int, int, str, float, str]


def item_id(record: str, field: str, row: int | None) -> str:
    """What an item is called; it says nothing about whose it is."""
    return hashlib.sha256(f"{record}|{field}|{row}".encode()).hexdigest()[:20]


class Desk:
    """The records of one batch and what waits in them. Safe to use from several threads."""

    def __init__(self, store: Store) -> None:
        self.ledger = Ledger(store)
        self._store = store
        self._lock = threading.RLock()
        self._options, self._index = indexed_options(store)
        self._templates = {(one.form, one.version): one for one in store.templates()}
        self._members: dict[str, tuple[Member, ...]] = {}
        self._group_of: dict[str, str] = {}
        self._records: dict[str, Record] = {}
        self._items: dict[str, Item] = {}
        self._stopped: dict[str, int] = {}
        self._cases: OrderedDict[str, Case] = OrderedDict()
        self._outcomes: OrderedDict[str, list[PageOutcome]] = OrderedDict()

    def open(self, on_group: Callable[[int, int], None] = lambda done, of: None) -> None:
        """Settle the whole batch; ``on_group`` is told how far it is."""
        with self._lock:
            self._members = self._store.members()
            decisions = self.ledger.decisions()
            for done, group in enumerate(self._members, start=1):
                self._take(group, self._settle(group, decisions)[0])
                on_group(done, len(self._members))

    def waiting(self, field: str = "", *, supervisor: bool = False) -> list[Item]:
        """What waits, in the order in which it is handed out; of one field where named."""
        with self._lock:
            items = list(self._items.values())
        chosen = (
            one
            for one in items
            if (one.reason == SUPERVISOR) == supervisor and field in ("", one.field)
        )
        return sorted(chosen, key=lambda one: one.order)

    def item(self, name: str, record: str = "") -> Item | None:
        """The item of that id: while it waits, or any field of the record that is named."""
        if name in self._items:
            return self._items[name]
        case = self.case(record) if record else None
        for each in case.record.values if case is not None else ():
            if item_id(record, each.name, each.row) == name:
                return Item(name, record, each.name, each.row, "", (0, 0, "", 0.0, ""))
        return None

    def records(self) -> list[Record]:
        """Every record as it stands."""
        with self._lock:
            return list(self._records.values())

    def labels(self, language: str) -> dict[str, str]:
        """What each field is called."""
        return {
            one.name: one.labels.get(language)
            or one.labels.get(template.default_language)
            or one.name
            for template in self._templates.values()
            for page in template.pages
            for one in page.fields
        }

    def stopped_pages(self) -> int:
        """Pages that wait as a whole: not read, or not known to whom they belong."""
        return sum(self._stopped.values())

    def case(self, key: str) -> Case | None:
        """The record of that KEY with all that stands behind it."""
        with self._lock:
            if key not in self._cases and key in self._group_of:
                self._settle(self._group_of[key], self.ledger.decisions(key))
            if key in self._cases:
                self._cases.move_to_end(key)
            return self._cases.get(key)

    def decide(self, decision: Decision, at: str) -> tuple[frozenset[str], frozenset[str]]:
        """Keep a decision and settle its record again.

        Returns:
            Ids of the items that are gone, and of those that came up.
        """
        with self._lock:
            before = {one.id for one in self._items.values() if one.record == decision.record}
            self.ledger.decide(decision, at)
            group = self._group_of[decision.record]
            settled, keys = self._settle(group, self.ledger.decisions(decision.record))
            for key in keys:
                for name in [one.id for one in self._items.values() if one.record == key]:
                    del self._items[name]
            self._take(group, settled)
            self._sight(settled.records)
            after = {one.id for one in self._items.values() if one.record == decision.record}
            return frozenset(before - after), frozenset(after - before)

    def _settle(
        self, group: str, decisions: dict[str, list[Decision]]
    ) -> tuple[Settled, tuple[str, ...]]:
        settled = settle(
            self._loaded(group), tuple(self._templates.values()), self._options, decisions
        )
        for record in settled.records:
            template = self._templates[record.form, record.version]
            pages = {
                (page.outcome.ref.scan, page.outcome.ref.frame): page.outcome
                for page in settled.pages
                if page.record == record.key
            }
            stands = standing(decisions.get(record.key, ()))
            self._cases[record.key] = Case(record, template, pages, stands)
            self._cases.move_to_end(record.key)
        while len(self._cases) > _CASES_KEPT:
            self._cases.popitem(last=False)
        return settled, tuple(record.key for record in settled.records)

    def _loaded(self, group: str) -> list[PageOutcome]:
        """The outcomes of a group, those of the last few groups from memory."""
        if group not in self._outcomes:
            self._outcomes[group] = self._store.load(self._members[group])
        self._outcomes.move_to_end(group)
        while len(self._outcomes) > _CASES_KEPT:
            self._outcomes.popitem(last=False)
        return self._outcomes[group]

    def _sight(self, records: Iterable[Record]) -> None:
        """Let other records know what these say by now."""
        for record in records:
            self._index.add(record, self._templates[record.form, record.version])

    def _take(self, group: str, settled: Settled) -> None:
        by_key = {record.key: record for record in settled.records}
        self._records |= by_key
        self._group_of |= dict.fromkeys(by_key, group)
        waiting = [one for one in settled.review_items if one.field]
        self._stopped[group] = len(settled.review_items) - len(waiting)
        for one in waiting:
            record = by_key[one.record]
            template = self._templates[record.form, record.version]
            name = item_id(one.record, one.field, one.row)
            order = _order(one, record, template)
            self._items[name] = Item(name, one.record, one.field, one.row, one.reason, order)


_FIRST = (*DOUBTS, SUPERVISOR)


def _order(
    item: ReviewItem, record: Record, template: Template
) -> tuple[int, int, str, float, str]:
    names = list(dict.fromkeys(one.name for page in template.pages for one in page.fields))
    place = names.index(item.field) if item.field in names else len(names)
    hand = _first(one.raw for one in record.values if one.name in _HANDS)
    return int(item.reason not in _FIRST), place, hand, item.confidence, item.scan


def _first(texts: Iterable[str]) -> str:
    return next(iter(texts), "")
