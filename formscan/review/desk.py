"""All that waits in a batch, kept up to date decision by decision.

The batch is settled once when the desk opens; a decision settles its own record again, by the
same code as ``formscan run``, so items that it answers vanish and items that it raises appear.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain

from formscan.batch import indexed_options
from formscan.decision import Decision, standing
from formscan.page_decision import SUBJECT, page_subject
from formscan.reading import PageOutcome
from formscan.record import Record
from formscan.review.cases import Case
from formscan.review.item import LANES, QUEUE, Item, Lane, item_id, waiting_item
from formscan.review.pool import Pool
from formscan.settle import Remembered, Settled, SettledPage, settle
from formscan.settle.link import page_order
from formscan.store import Ledger, Store
from formscan.store.repository import Member
from formscan.templates.model import Template

__all__ = ["Desk"]

_CASES_KEPT = 64


class Desk:
    """The records of one batch and what waits in them. Safe to use from several threads.

    Attributes:
        pool: Boxes in doubt.
        lent: Items on somebody's screen that do not wait by themselves, by id.
    """

    def __init__(self, store: Store) -> None:
        self.ledger = Ledger(store)
        self.pool = Pool()
        self.lent: dict[str, Item] = {}
        self._store = store
        self._lock = threading.RLock()
        self._options, self._index = indexed_options(store)
        self._templates = {(one.form, one.version): one for one in store.templates()}
        self._members: dict[str, tuple[Member, ...]] = {}
        self._group_of: dict[str, str] = {}
        self._keys_of: dict[str, tuple[str, ...]] = {}
        self._pages: dict[str, tuple[SettledPage, ...]] = {}
        self._records: dict[str, Record] = {}
        self._items: dict[str, Item] = {}
        self._items_of: dict[str, tuple[Item, ...]] = {}
        self._queues: dict[Lane, list[tuple[tuple[int, int, str, float, str], str]]] = {
            lane: [] for lane in LANES
        }
        self._again = Remembered(_CASES_KEPT)
        self._seen = 0
        self._stopped: dict[str, int] = {}
        self._cases: OrderedDict[str, Case] = OrderedDict()
        self._outcomes: OrderedDict[str, list[PageOutcome]] = OrderedDict()

    def open(self, on_group: Callable[[int, int], None] = lambda done, of: None) -> None:
        """Settle the whole batch; ``on_group`` is told how far it is."""
        with self._lock:
            self._members = self._store.members()
            self._seen, _ = self.ledger.since(0)
            decisions = self.ledger.decisions()
            for done, group in enumerate(self._members, start=1):
                self._take(group, self._settle(group, decisions))
                on_group(done, len(self._members))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else at this server decides meanwhile, and all that was decided is known."""
        with self._lock:
            self._catch_up()
            yield

    def waiting(self, field: str = "", *, lane: Lane = QUEUE) -> list[Item]:
        """What waits in a lane, as it is handed out; of one field where named."""
        with self._lock:
            return list(self.in_turn(field, lane))

    def in_turn(self, field: str, lane: Lane) -> Iterator[Item]:
        """The same one by one, for who is ``alone``."""
        items = (self._items[name] for _, name in self._queues[lane])
        return (one for one in items if field in ("", one.field))

    def left(self, field: str, lane: Lane) -> int:
        """How many wait in a lane, of one field where named."""
        with self._lock:
            return sum(1 for _ in self.in_turn(field, lane)) if field else len(self._queues[lane])

    def item(self, name: str, record: str = "") -> Item | None:
        """The item of that id: while it waits, or any field of the record that is named.

        Who names the record corrects a field of it; that it may be lent to somebody else, as a
        hidden item or for a second look, is nothing to them.
        """
        with self._lock:
            found = self._items.get(name) or (None if record else self.lent.get(name))
        if found is not None:
            return found
        case = self.case(record) if record else None
        for each in case.record.values if case is not None else ():
            if item_id(record, each.name, each.row) == name:
                return Item(name, record, each.name, each.row, "", (0, 0, "", 0.0, ""))
        return None

    def records(self) -> list[Record]:
        """Every record as it stands."""
        with self._lock:
            return list(self._records.values())

    def templates(self) -> tuple[Template, ...]:
        """The forms of the batch."""
        return tuple(self._templates.values())

    def template(self, record: Record) -> Template:
        """The form of a record."""
        return self._templates[record.form, record.version]

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

    def pages(self) -> list[SettledPage]:
        """Every picture as it stands, without what was read, in order of the scans."""
        with self._lock:
            found = [one for pages in self._pages.values() for one in pages]
        return sorted(found, key=lambda one: page_order(one.outcome))

    def stopped_pages(self) -> int:
        """Pages that wait as a whole: not read, or not known to whom they belong."""
        return sum(self._stopped.values())

    def case(self, key: str) -> Case | None:
        """The record of that KEY with all that stands behind it."""
        with self._lock:
            if key not in self._cases and key in self._group_of:
                self._settle_again(self._group_of[key])
            if key in self._cases:
                self._cases.move_to_end(key)
            return self._cases.get(key)

    def decide(self, decision: Decision, at: str) -> tuple[frozenset[str], frozenset[str]] | None:
        """Keep a decision and settle its record again.

        Returns:
            Ids of the items that are gone, and of those that came up; None where somebody decided
            about the same field at another server just now: nothing is kept.
        """
        with self._lock:
            before = {one.id for one in self._items_of.get(decision.record, ())}
            self.lent.pop(item_id(decision.record, decision.field, decision.row), None)
            kept = self.ledger.decide(decision, at, seen=self._seen)
            self._catch_up()
            after = {one.id for one in self._items_of.get(decision.record, ())}
            return (frozenset(before - after), frozenset(after - before)) if kept else None

    def decide_all(self, decisions: Sequence[Decision], at: str) -> list[bool]:
        """Keep decisions that were made at one go, and settle once what they are about.

        Returns:
            Whether each was kept; see ``decide``.
        """
        with self._lock:
            kept = [bool(self.ledger.decide(one, at, seen=self._seen)) for one in decisions]
            self._catch_up()
            return kept

    def _catch_up(self) -> None:
        """Take in what was decided since, here or at other servers."""
        self._seen, records = self.ledger.since(self._seen)
        self._regroup({one for one in records if one.startswith(SUBJECT)})
        for record in sorted(records):
            group = self._group_of.get(record)
            if group is not None:
                settled = self._settle_again(group)
                self._take(group, settled)
                self._sight(settled.records)

    def _regroup(self, subjects: set[str]) -> None:
        """Put pages that were decided about where they belong by now.

        Args:
            subjects: Names of the pictures.
        """
        if not subjects:
            return
        before, self._members = self._members, self._store.members()
        touched = {
            group
            for group, members in chain(before.items(), self._members.items())
            if before.get(group) != self._members.get(group)
            or subjects & {page_subject(ref) for ref, _ in members}
        }
        for group in touched & before.keys():
            self._forget(group)
        for group in sorted(touched & self._members.keys()):
            names = [page_subject(ref) for ref, _ in self._members[group]]
            found = self._settle(group, self.ledger.decisions(*names))
            self._keys_of[group] = (*names, *(record.key for record in found.records))
            settled = self._settle_again(group)
            self._take(group, settled)
            self._sight(settled.records)

    def _forget(self, group: str) -> None:
        """Let go of all that was known of a group of pages."""
        self._outcomes.pop(group, None)
        self._pages.pop(group, None)
        self._stopped.pop(group, None)
        for key in self._keys_of.pop(group, ()):
            self._put(key, ())
            self._cases.pop(key, None)
            self._group_of.pop(key, None)
            self._records.pop(key, None)
            self._index.forget(key)
            self.pool.forget(key)

    def _settle_again(self, group: str) -> Settled:
        return self._settle(group, self.ledger.decisions(*self._keys_of[group]))

    def _settle(self, group: str, decisions: dict[str, list[Decision]]) -> Settled:
        settled = settle(
            self._loaded(group), self.templates(), self._options, decisions, self._again
        )
        for record in settled.records:
            template = self._templates[record.form, record.version]
            pages = {
                (page.outcome.ref.scan, page.outcome.ref.frame): page.outcome
                for page in settled.pages
                if page.record == record.key and page.status != "foreign"
            }
            stands = standing(decisions.get(record.key, ()))
            self._cases[record.key] = Case(record, template, pages, stands)
            self._cases.move_to_end(record.key)
            self.pool.take(self._cases[record.key])
        while len(self._cases) > _CASES_KEPT:
            self._cases.popitem(last=False)
        return settled

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
        names = (page_subject(ref) for ref, _ in self._members[group])
        self._keys_of[group] = (*names, *by_key)
        self._pages[group] = tuple(_light(page) for page in settled.pages)
        waiting = [one for one in settled.review_items if one.field and one.record in by_key]
        self._stopped[group] = len(settled.review_items) - len(waiting)
        for key, record in by_key.items():
            template = self._templates[record.form, record.version]
            own = (one for one in waiting if one.record == key)
            self._put(key, tuple(waiting_item(one, record, template) for one in own))

    def _put(self, record: str, items: tuple[Item, ...]) -> None:
        """Let ``items`` be all that waits in a record."""
        for one in self._items_of.pop(record, ()):
            del self._items[one.id]
            queue = self._queues[one.lane]
            del queue[bisect_left(queue, (one.order, one.id))]
        for one in items:
            self._items[one.id] = one
            insort(self._queues[one.lane], (one.order, one.id))
        if items:
            self._items_of[record] = items


def _light(page: SettledPage) -> SettledPage:
    return replace(page, outcome=replace(page.outcome, readings=(), stage_ms=()))
