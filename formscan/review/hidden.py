"""Hidden items: fields whose answer is known, among those that wait, to see who looks closely.

An item looks like any other of its question, but what stands first on its card is wrong: who takes
the first choice without looking misses it. Who misses more than ``most_missed`` of their last
``window`` hidden items has all that they settled since the first of those looked at again.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from formscan.decision import Decision, standing
from formscan.record import FieldValue, Record
from formscan.report.measured import AGAIN, HIDDEN
from formscan.review.answers import Answer, Taken, now
from formscan.review.cases import Case
from formscan.review.desk import Desk
from formscan.review.errands import Errands
from formscan.review.group import SCREEN_NOTE, SCREEN_UNDONE
from formscan.review.item import Item, item_id
from formscan.review.judgement import BLIND_KINDS, agree, raw_from, why_not
from formscan.review.trust import Session
from formscan.settle.decided import ASKED, PERSON
from formscan.templates.model import Field, Template
from formscan.validate.values import type_problem

__all__ = ["HiddenItems", "Limits"]

_PROGRAM = "formscan"
"""Who asks for work to be looked at again."""

_KNOWN = 0.9998
"""Confidence from which the answer of a field counts as known."""

_TRIED = 40
"""Records in which a known answer to the same question is looked for."""

_SETTLING = frozenset({"value", "glyphs", "blank", "illegible", "confirmed"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How many items are hidden, and how many may be missed.

    Attributes:
        share: Of the items of a queue, and of the boxes of a group check.
        window: Last hidden items of a person that count.
        most_missed: Of these, may be missed.
    """

    share: float = 0.02
    window: int = 20
    most_missed: int = 2


class HiddenItems:
    """Hides known items among those that wait. Safe to use from several threads.

    Args:
        desk: Opened.
        limits: See there.
        errands: Who queues work again.
        chance: When, and which.
    """

    def __init__(
        self, desk: Desk, limits: Limits, errands: Errands, chance: random.Random | None = None
    ) -> None:
        self._desk = desk
        self._limits = limits
        self._errands = errands
        self._chance = chance or random.SystemRandom()
        self._lock = threading.Lock()
        self._news: dict[str, int] = {}

    def instead(
        self, who: Session, found: Item | None, field: str, taken: frozenset[str]
    ) -> Iterator[Item]:
        """Now and then a known item of the question that would come next."""
        if found is None or self._chance.random() >= self._limits.share:
            return
        records = self._desk.records()
        for record in self._chance.sample(records, min(_TRIED, len(records))):
            for value in record.values:
                item = self._item(record, value) if value.name == found.field else None
                if item is not None and item.id not in taken:
                    self._desk.lent[item.id] = item
                    yield item
                    return

    def takes(self, item: Item) -> bool:
        """Whether an answer to this item is for here."""
        return item.known

    def answer(self, who: Session, given: Answer, item: Item, case: Case) -> Taken:
        """Hold it against what is known; nothing of the record changes."""
        key = (item.field, item.row)
        field, truth = case.fields[key], case.values[key].raw
        typed = given.typed if given.typed in item.offered else raw_from(field, given.typed)
        raw = typed if given.kind in ("value", "confirmed") else ""
        refused: str = why_not(case, field, raw)
        if given.kind == "value" and refused:
            return Taken(refused=refused)
        if given.kind == "confirmed" and refused not in ("not_listed", "impossible"):
            return Taken(refused="nothing_to_confirm")
        right = given.kind in ("value", "confirmed") and agree(case, field, raw, truth)
        if not right and field.error_kind in BLIND_KINDS and not given.again:
            who.typed[item.id] = raw
            return Taken(differs=True)
        self._desk.lent.pop(item.id, None)
        who.typed.pop(item.id, None)
        if given.kind not in ASKED:
            self.saw(who.name, not right)
        return Taken(gone=(item.id,))

    def decided(self, made: Decision, case: Case) -> None:
        """Nothing hangs on other decisions."""

    def take_back(self, who: Session, place: tuple[str, str, int | None]) -> Item | None:
        """What was said of a hidden item stays said."""

    def saw(self, who: str, missed: bool) -> None:
        """Somebody met a hidden item; who misses too many has their work looked at again."""
        self._desk.ledger.note(who, HIDDEN, {"missed": missed}, now())
        self._errands.soon(lambda: self.judge(who))

    def judge_all(self) -> None:
        """Queue again what was still to be queued when the program was killed."""
        for who in sorted({one.person for one in self._desk.ledger.notes(HIDDEN)}):
            self.judge(who)

    def judge(self, who: str) -> None:
        """Queue their work again where they missed too many; the note of it comes last.

        Killed in between, it is done once more: what waits already is not queued twice.
        """
        with self._lock:
            notes = self._desk.ledger.notes(HIDDEN, AGAIN)
            own = [one for one in notes if who in (one.person, one.told.get("person"))]
            start = max((at + 1 for at, one in enumerate(own) if one.action == AGAIN), default=0)
            start = max(start, len(own) - self._limits.window)
            if sum(one.told["missed"] for one in own[start:]) <= self._limits.most_missed:
                return
            number = self._queue_again(who, own[start - 1].entry if start else 0)
            told = {"person": who, "number": number}
            self._desk.ledger.note(_PROGRAM, AGAIN, told, now())
            self._news[who] = self._news.get(who, 0) + number

    def news(self, who: str) -> int:
        """How many of their fields were queued again since this was asked last."""
        return self._news.pop(who, 0)

    def _queue_again(self, who: str, since: int) -> int:
        """All that somebody settled since an entry of the audit, and that stands; how many."""
        ledger = self._desk.ledger
        for note in ledger.notes(SCREEN_NOTE, after=since):
            if note.person == who:
                ledger.note(_PROGRAM, SCREEN_UNDONE, {"entry": note.entry}, now())
        made = [one.told for one in ledger.notes("decision", after=since)]
        touched = {(one["record"], one["field"], one["row"]) for one in made}
        stands = {key: standing(every) for key, every in ledger.decisions().items()}
        again = [
            Decision(record, *key, "again", reviewer=_PROGRAM)
            for record, decisions in stands.items()
            for key, one in decisions.items()
            if (record, *key) in touched and one.reviewer == who and one.kind in _SETTLING
        ]
        return sum(self._desk.decide_all(again, now())) if again else 0

    def _item(self, record: Record, value: FieldValue) -> Item | None:
        """The value as an item, where it is known and can be told from something else."""
        name = item_id(record.key, value.name, value.row)
        known = value.status == "accepted" and value.reader != PERSON and not value.problems
        if not known or value.confidence < _KNOWN or self._desk.item(name) is not None:
            return None
        template = self._desk.template(record)
        fields = (one for page in template.pages for one in page.fields)
        field = next(one for one in fields if (one.name, one.row) == (value.name, value.row))
        other = self._other(field, value.raw, template)
        if not other and field.error_kind not in BLIND_KINDS:
            return None
        offered = (other, value.raw) if other else (value.raw,)
        order = (0, 0, "", 0.0, "")
        place = (record.key, value.name, value.row)
        return Item(name, *place, "low_confidence", order, offered, known=True)

    def _other(self, field: Field, raw: str, template: Template) -> str:
        """Another answer that could stand there, "" where none comes to mind."""
        listed = [one.value for one in template.choices(field) or field.marks]
        digits = [
            raw[:at] + digit + raw[at + 1 :]
            for at in range(len(raw))
            for digit in "0123456789"
            if field.alphabet == "digits" and not listed
        ]
        may_be = [
            one
            for one in (listed or digits)
            if one != raw and len(one) == len(raw) and not type_problem(field, one, template)
        ]
        return self._chance.choice(may_be) if may_be else ""
