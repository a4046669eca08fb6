"""Second looks: a sample of what counts already is typed again, blind, by somebody else.

Where the second person types the same, nothing changes. Where they differ, the field waits for
the supervisor, and what the supervisor says tells who of the two was wrong.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from formscan.decision import Decision, Key, stacks, standing
from formscan.messages import text
from formscan.review.answers import Answer, Taken, now
from formscan.review.cases import SECOND, Case
from formscan.review.desk import Desk
from formscan.review.item import Item, item_id
from formscan.review.judgement import agree, raw_from, why_not
from formscan.review.sample import Drawn, draw
from formscan.review.trust import Session
from formscan.settle.decided import ASKED
from formscan.store import Store
from formscan.store.looks import LOOK, LOOKS, SETTLED, WITHDRAWN, Look, Place, looks_of
from formscan.templates.model import Field
from formscan.validate.values import is_picture

__all__ = ["SecondLooks", "Shares"]

_SEED = "sample_seed"
_AGE_S = 30.0
"""Seconds for which a sample holds while people decide."""

_ILLEGIBLE = "\N{REPLACEMENT CHARACTER}"
"""Stands for what nobody can read, where two answers are compared."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How much is looked at again.

    Attributes:
        written: Of the fields that count, by machine or by one person.
        blank: Of those in which the machine read nothing.
    """

    written: float = 0.02
    blank: float = 0.002


class SecondLooks:
    """What of a batch a second person looks at. Safe to use from several threads."""

    def __init__(self, desk: Desk, store: Store, shares: Shares) -> None:
        self._desk = desk
        self._shares = shares
        self._lock = threading.RLock()
        self._seed = store.meta(_SEED) or secrets.token_hex(16)
        if not store.meta(_SEED):
            store.set_meta(_SEED, self._seed)
        self._drawn: list[Drawn] = []
        self._drawn_at: float | None = None
        self._reading = threading.Lock()  # apart: who answers has the desk, who draws waits for it
        self._known: dict[Place, Look] = {}
        self._told = 0

    def left(self, who: str) -> int:
        """How many fields wait for a second look that ``who`` may take."""
        return len(self._open(who))

    def instead(
        self, who: Session, found: Item | None, field: str, taken: frozenset[str]
    ) -> Iterator[Item]:
        """Second looks for somebody for whom nothing else waits."""
        if found is not None or field:
            return
        for drawn in self._open(who.name):
            name = item_id(*drawn.place)
            item = self._item(drawn) if name not in taken and name not in who.passed else None
            if item is not None:
                yield item

    def takes(self, item: Item) -> bool:
        """Whether an answer to this item is for here."""
        return item.reason == SECOND

    def answer(self, who: Session, given: Answer, item: Item, case: Case) -> Taken:
        """Hold what was typed against what stands."""
        key = (item.field, item.row)
        field, value = case.fields[key], case.values[key]
        drawn = next((one for one in self._drawn if one.place == (item.record, *key)), None)
        if drawn is None or drawn.first == who.name:
            return Taken(refused="gone")
        raw = raw_from(field, given.typed) if given.kind in ("value", "confirmed") else ""
        refused = why_not(case, field, raw) if given.kind == "value" else ""
        if refused:
            return Taken(refused=refused)
        stands = _ILLEGIBLE if _is_illegible(case, key) else value.raw
        typed = _ILLEGIBLE if given.kind in ("illegible", *ASKED) else raw
        same = typed == stands or (typed != _ILLEGIBLE and agree(case, field, typed, stands))
        place = {"record": item.record, "field": item.field, "row": item.row}
        unread = [stands == _ILLEGIBLE, typed == _ILLEGIBLE]
        told = {**place, "first": drawn.first, "illegible": unread, "agrees": same}
        told["seen_sha256"] = case.seen_sha256(key)
        self._desk.ledger.note(who.name, LOOK, told, now())
        who.made.append((item.id, item.record, key))
        self._desk.lent.pop(item.id, None)
        if not same:
            first = drawn.first or text("review.machine_word", who.language)
            comment = given.comment or _comment(who, first, stands, typed)
            seen = case.seen_sha256(key)
            made = Decision(item.record, *key, "supervisor", raw, (), comment, who.name, seen)
            self._desk.decide(made, now())
        return Taken(gone=(item.id,))

    def decided(self, made: Decision, case: Case) -> None:
        """Whoever settles a difference tells who was wrong."""
        place, key = (made.record, made.field, made.row), (made.field, made.row)
        look, asked = self._looks().get(place), case.decisions.get(key)
        if look is None or look.agrees or made.kind in ASKED:
            return
        if asked is None or asked.kind != "supervisor":
            return
        said = _ILLEGIBLE if made.is_illegible else made.raw
        answers = (self._first_said(place, case), asked.raw)
        wrong = [
            name
            for name, raw, unread in zip(
                (look.first, look.second), answers, look.illegible, strict=True
            )
            if not _same(case, case.fields.get(key), said, _ILLEGIBLE if unread else raw)
        ]
        told = {"record": made.record, "field": made.field, "row": made.row, "wrong": wrong}
        self._desk.ledger.note(made.reviewer, SETTLED, told, now())

    def _first_said(self, place: Place, case: Case) -> str:
        """What counted before somebody looked again: a person's word, else the machine's."""
        made = stacks(self._desk.ledger.decisions(place[0]).get(place[0], ()))
        settled = [one for one in made.get(place[1:], ())[:-1] if one.kind not in ASKED]
        return settled[-1].raw if settled else case.values[place[1:]].raw

    def take_back(self, who: Session, place: Place) -> Item | None:
        """Take back a second look of ``who``; the item again, None where there was none."""
        look = self._looks().get(place)
        if look is None or look.second != who.name or (look.wrong is not None and not look.agrees):
            return None
        told = {"record": place[0], "field": place[1], "row": place[2]}
        self._desk.ledger.note(who.name, WITHDRAWN, told, now())
        if not look.agrees:
            self._desk.decide(Decision(*place, "undo", reviewer=who.name), now())
        return self._item(Drawn(place, look.first))

    def _looks(self) -> dict[Place, Look]:
        """Every look so far; only what is new in the audit is read."""
        with self._reading:
            news = self._desk.ledger.notes(*LOOKS, after=self._told)
            if news:
                self._known = looks_of(news, self._known)
                self._told = news[-1].entry
            return self._known

    def _open(self, who: str) -> list[Drawn]:
        """What of the sample nobody looked at yet, and ``who`` did not settle themselves."""
        if not self._shares.written and not self._shares.blank:
            return []
        with self._lock:
            self._draw()
            drawn = list(self._drawn)
        looks = self._looks()
        return [
            one
            for one in drawn
            if one.first != who and (one.place not in looks or looks[one.place].first != one.first)
        ]

    def _draw(self) -> None:
        age = None if self._drawn_at is None else time.monotonic() - self._drawn_at
        if age is not None and age < _AGE_S:
            return
        stands = {key: standing(made) for key, made in self._desk.ledger.decisions().items()}
        shares = (self._shares.written, self._shares.blank)
        self._drawn = draw(self._desk.records(), self._fields(), stands, shares, self._seed)
        self._drawn_at = time.monotonic()

    def _fields(self) -> dict[tuple[str, str], dict[Key, Field]]:
        return {
            (template.form, template.version): {
                (field.name, field.row): field
                for page in template.pages
                for field in page.fields
                if not is_picture(field)
            }
            for template in self._desk.templates()
        }

    def _item(self, drawn: Drawn) -> Item | None:
        """Put it on the desk; None where it does not count any more, or waits anyway."""
        name = item_id(*drawn.place)
        case = self._desk.case(drawn.place[0])
        value = case.values.get(drawn.place[1:]) if case is not None else None
        if value is None or value.reason or not value.scan or self._desk.item(name) is not None:
            return None
        item = Item(name, *drawn.place, SECOND, (2, 0, "", 0.0, ""))
        self._desk.lent[name] = item
        return item


def _is_illegible(case: Case, key: Key) -> bool:
    return key in case.decisions and case.decisions[key].is_illegible


def _same(case: Case, field: Field | None, one: str, other: str) -> bool:
    if one == other or field is None or _ILLEGIBLE in (one, other):
        return one == other
    return agree(case, field, one, other)


def _comment(who: Session, first: str, stands: str, typed: str) -> str:
    def word(raw: str) -> str:
        if raw == _ILLEGIBLE:
            return text("review.illegible", who.language)
        return raw or text("review.blank_word", who.language)

    words = {"first": first, "stands": word(stands), "second": who.name, "typed": word(typed)}
    return text("review.second_differs", who.language, **words)
