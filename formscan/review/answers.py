"""An answer of a person, from the browser to a decision that is kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from formscan.decision import Decision, DecisionKind
from formscan.review.card import seen_of, targets_of
from formscan.review.cases import Case
from formscan.review.desk import Desk
from formscan.review.item import QUEUE, Item, Lane, item_id
from formscan.review.judgement import agree, as_written, is_blind, raw_from, said_before, why_not
from formscan.review.trust import Session
from formscan.settle.decided import ASKED
from formscan.store import Leases

__all__ = ["Answer", "Aside", "Taken", "Undone", "Window", "now"]

_KINDS: dict[str, DecisionKind] = {
    "value": "value",
    "blank": "blank",
    "illegible": "illegible",
    "confirmed": "confirmed",
    "supervisor": "supervisor",
    "callback": "callback",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody says to an item.

    Attributes:
        record: KEY of the record in which a field is corrected that does not wait.
        target: Which of its fields it is about.
        typed: What was typed, or the candidate that was taken.
        again: It was given after the machine's reading was shown.
        seen: ``seen_of`` of the card that was on the screen, "" where none was.
    """

    item: str
    kind: str
    record: str = ""
    target: int = 0
    typed: str = ""
    comment: str = ""
    again: bool = False
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an answer.

    Attributes:
        refused: Name of the message that says why it was not taken, "" where it was.
        differs: Typed blind and not what the machine read: nothing is kept yet.
        changed: The item says something else by now than the card did: nothing is kept.
        gone: Ids of the items that are settled by it.
        stays: The same item still waits, for another reason.
    """

    refused: str = ""
    differs: bool = False
    changed: bool = False
    gone: tuple[str, ...] = ()
    came: int = 0
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of taking something back.

    Attributes:
        item: What it was about, in the hands of who took it back; None where nothing was.
        refused: Name of the message that says why nothing was.
    """

    item: Item | None = None
    refused: str = ""


def now() -> str:
    """The time of a decision."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Aside(Protocol):
    """Items beside those that wait, such as second looks."""

    def instead(
        self, who: Session, found: Item | None, field: str, taken: frozenset[str]
    ) -> Iterator[Item]:
        """Other items for ``who`` than the one that was found, but those that are ``taken``."""

    def takes(self, item: Item) -> bool:
        """Whether an answer to this item is for here."""

    def answer(self, who: Session, given: Answer, item: Item, case: Case) -> Taken:
        """What becomes of it."""

    def decided(self, made: Decision, case: Case) -> None:
        """Told of each decision, with its record as it was before."""

    def take_back(self, who: Session, place: tuple[str, str, int | None]) -> Item | None:
        """Forget what ``who`` said here last; the item again, None where it was not here."""


class Window:
    """Hands items out to people, and takes their answers."""

    def __init__(
        self,
        desk: Desk,
        leases: Leases,
        clock: Callable[[], float] = time.time,
        asides: Sequence[Aside] = (),
    ) -> None:
        self._desk = desk
        self._leases = leases
        self._clock = clock
        self._asides = asides

    def next_item(self, who: Session, field: str, lane: Lane, after: str) -> Item | None:
        """The next item for ``who``, in their hands from now on; None where nothing waits.

        Args:
            who: The person.
            field: Only of this field, "" for all.
            lane: Of those that wait for whom.
            after: The item in hand, which is not given again.
        """
        held = self._leases.held(self._clock())
        taken = frozenset({item for item, holder in held.items() if holder != who.name} | {after})
        found = self._found(who, field, lane, taken)
        for aside in self._asides if lane == QUEUE else ():
            for other in aside.instead(who, found, field, taken):
                if self.take(other.id, who):
                    return other
        return found

    def _found(self, who: Session, field: str, lane: Lane, taken: frozenset[str]) -> Item | None:
        with self._desk.alone():

            def first_free() -> Item | None:
                for item in self._desk.in_turn(field, lane):
                    put_off = item.id in taken or item.id in who.passed
                    if not put_off and self.take(item.id, who):
                        return item
                return None

            found = first_free()
            if found is None and who.passed:
                who.passed.clear()
                found = first_free()
            return found

    def take(self, item: str, who: Session) -> bool:
        """Whether ``who`` has the item, or gets it now."""
        return self._leases.take(item, who.name, self._clock())

    def give_back(self, item: str, who: Session) -> None:
        """Put an item off: anybody may have it, ``who`` last."""
        who.passed.add(item)
        self._leases.give_back([item], who.name)

    def give_back_all(self, who: Session) -> None:
        """Let go of all that ``who`` has in hand."""
        self._leases.give_back_all(who.name)

    def answer(self, who: Session, given: Answer) -> Taken:
        """Take an answer: keep it, or say why not."""
        with self._desk.alone():
            return self._answer(who, given)

    def _answer(self, who: Session, given: Answer) -> Taken:
        item = self._desk.item(given.item, given.record)
        case = self._desk.case(item.record) if item is not None else None
        if item is None or case is None or given.kind not in _KINDS:
            return Taken(refused="gone")
        if item.lane == "supervisor" and not who.may_supervise:
            return Taken(refused="supervisor_only")
        if not self.take(item.id, who):
            return Taken(refused="in_other_hands")
        if given.seen and given.seen != seen_of(case, item):
            who.typed.pop(item.id, None)
            return Taken(changed=True)
        aside = next((one for one in self._asides if one.takes(item)), None)
        if aside is not None:
            taken = aside.answer(who, given, item, case)
            self._leases.give_back(taken.gone, who.name)
            return taken
        targets = targets_of(case, item)
        if given.kind in ("confirmed", "supervisor", "callback"):
            return self._whole(who, given, item, case)
        if not 0 <= given.target < len(targets):
            return Taken(refused="gone")
        return self._field(who, given, item, case)

    def undo(self, who: Session) -> Undone:
        """Take back the last decision of this session."""
        with self._desk.alone():
            while who.made:
                item, record, key = who.made[-1]
                if not self.take(item, who):
                    return Undone(refused="in_other_hands")
                who.made.pop()
                case = self._desk.case(record)
                taken_back = (one.take_back(who, (record, *key)) for one in self._asides)
                beside = next((one for one in taken_back if one is not None), None)
                if beside is not None:
                    return Undone(beside)
                made = case.decisions.get(key) if case is not None else None
                undone = Decision(record, *key, "undo", reviewer=who.name)
                if made and made.reviewer == who.name and self._desk.decide(undone, now()):
                    return Undone(self._desk.item(item, record))
                self._leases.give_back([item], who.name)
            return Undone(refused="nothing_to_undo")

    def _whole(self, who: Session, given: Answer, item: Item, case: Case) -> Taken:
        """What concerns the item as such: its rules stand, or somebody else must look."""
        key, kind = (item.field, item.row), _KINDS[given.kind]
        if kind in ASKED:
            if kind == "supervisor" and not given.comment.strip():
                return Taken(refused="no_comment")
            return self._keep(
                who, given, item, case, (*key, kind, said_before(case, key), case.broken(key))
            )
        raw, codes = as_written(case, key, given.typed)
        if not codes:
            return Taken(refused="nothing_to_confirm")
        return self._keep(who, given, item, case, (*key, kind, raw, codes))

    def _field(self, who: Session, given: Answer, item: Item, case: Case) -> Taken:
        """What is written in one field."""
        key = targets_of(case, item)[given.target]
        field, kind = case.fields[key], _KINDS[given.kind]
        read = case.readings.get(key)
        offered = {one.text for one in read.candidates} if read is not None else set()
        raw = given.typed if given.typed in offered else raw_from(field, given.typed)
        raw = raw if kind == "value" else ""
        if kind == "value":
            refused = why_not(case, field, raw)
            if refused:
                return Taken(refused=refused)
        own = key == (item.field, item.row)
        if not own:
            others = self._beside(who, item_id(item.record, *key))
            if others:
                return Taken(refused=others)
        if own and kind != "illegible" and is_blind(field, item.reason):
            machine = read.raw if read is not None else ""
            settled = {who.typed.get(item.id), machine} if given.again else set()
            if raw not in settled and not agree(case, field, raw, machine):
                who.typed[item.id] = raw
                return Taken(differs=True)
        codes = ("illegible",) if kind == "illegible" else ()
        return self._keep(who, given, item, case, (*key, kind, raw, codes))

    def _beside(self, who: Session, name: str) -> str:
        """Why another field of a rule is not theirs to settle: it waits in other hands."""
        item = self._desk.item(name)
        if item is not None and item.lane == "supervisor" and not who.may_supervise:
            return "supervisor_only"
        return "" if item is None or self.take(name, who) else "in_other_hands"

    def _keep(
        self,
        who: Session,
        given: Answer,
        item: Item,
        case: Case,
        what: tuple[str, int | None, DecisionKind, str, tuple[str, ...]],
    ) -> Taken:
        name, row, kind, raw, codes = what
        key = (name, row)
        seen, comment = case.seen_sha256(key), given.comment.strip()[:500]
        made = Decision(item.record, name, row, kind, raw, codes, comment, who.name, seen)
        done = self._desk.decide(made, now())
        if done is None:
            return Taken(refused="gone")
        for aside in self._asides:
            aside.decided(made, case)
        gone, came = done
        who.made.append((item.id, item.record, key))
        who.typed.pop(item.id, None)
        left = self._desk.item(item.id)
        stays = left is not None and left.lane == item.lane
        if (name, row) != (item.field, item.row):
            self._leases.give_back([item_id(item.record, name, row)], who.name)
        if not stays:
            self._leases.give_back([item.id], who.name)
            gone |= {item.id}
        return Taken(gone=tuple(sorted(gone)), came=len(came), stays=stays)
