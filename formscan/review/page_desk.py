"""Pages that wait as a whole, and what becomes of an answer about one.

A page waits because nobody knows which it is or where it lies, because only its serial ties it to
a family, or because a family lacks a page. What a person says goes into the ledger, the page is
read again by the same code as in ``formscan run``, and the families that it touches are settled
again by the same code.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from formscan.batch import count_bundles, read_again
from formscan.decision import RECORD, Decision
from formscan.errors import PageError
from formscan.page import BY_HAND, ByHand, PageRef
from formscan.page_decision import (
    SUBJECT,
    PageSaid,
    PutAside,
    identified,
    page_said,
    page_subject,
    put_aside,
)
from formscan.reading import PageOutcome
from formscan.record import Record
from formscan.review.answers import now
from formscan.review.desk import Desk
from formscan.review.moving import Placed, moved
from formscan.settle import Bundle, SettledPage
from formscan.store import Store

__all__ = ["Family", "PageDesk", "Refused"]

_NEAR = 4


class Refused(Exception):  # noqa: N818 - an answer, not an error of the program
    """An answer that was not kept; its argument names the message that says why."""


@dataclass(frozen=True, slots=True)
class Family:
    """A record and its pages.

    Attributes:
        why: Why its pages want a look: a word of ``PAGE_REASONS``, or ``missing_page``, or "".
        pages: Every picture that claims it, and foreign paper beside it.
    """

    record: Record
    why: str
    pages: tuple[SettledPage, ...]


class PageDesk:
    """All pages of a batch that want a person. Safe to use from several threads."""

    def __init__(self, desk: Desk, store: Store, out: Path) -> None:
        self.desk = desk
        self._store = store
        self._out = out
        self._lock = threading.Lock()
        self._made: dict[str, list[tuple[PageRef, ...]]] = {}

    def find(self, name: str) -> SettledPage | None:
        """The picture of that name."""
        pages = self.desk.pages()
        return next((one for one in pages if page_subject(one.outcome.ref) == name), None)

    def lost(self) -> list[SettledPage]:
        """Pages that were not read: unknown, not aligned, damaged."""
        pages = self.desk.pages()
        done = {"discarded", "erased"}
        return [one for one in pages if one.status == "rejected" and one.reason not in done]

    def covers(self) -> list[tuple[SettledPage, Bundle]]:
        """Covers that tell another number of sheets than came behind them, and what came."""
        waiting = [one for one in self.desk.pages() if one.status == "cover" and one.reason]
        counted = {one.ref: one for one in count_bundles(self._store)} if waiting else {}
        return [(one, counted[one.outcome.ref]) for one in waiting if one.outcome.ref in counted]

    def families(self) -> list[Family]:
        """Records whose pages are in doubt or missing."""
        by_record: dict[str, list[SettledPage]] = {}
        for page in self.desk.pages():
            by_record.setdefault(page.record, []).append(page)
        every = (_family(one, by_record.get(one.key, [])) for one in self.desk.records())
        return [one for one in every if one.why]

    def family(self, key: str) -> Family | None:
        """The record of that KEY with every picture that claims it."""
        record = next((one for one in self.desk.records() if one.key == key), None)
        if record is None:
            return None
        return _family(record, [one for one in self.desk.pages() if one.record == key])

    def near(self, ref: PageRef) -> list[Family]:
        """Families of the pictures around one that lack a page, the nearest first."""
        pages = self.desk.pages()
        at = next((n for n, one in enumerate(pages) if one.outcome.ref == ref), 0)
        around = range(max(0, at - _NEAR), min(len(pages), at + _NEAR + 1))
        lacking = {one.record.key: one for one in self.families() if one.why == "missing_page"}
        ranked = sorted(around, key=lambda n: (abs(n - at), n))
        keys = dict.fromkeys(pages[n].record for n in ranked)
        return [lacking[key] for key in keys if key in lacking]

    def said(self, ref: PageRef) -> PageSaid | None:
        """What stands about a picture."""
        return page_said(self._decisions(ref))

    def decided(self) -> list[tuple[SettledPage, PageSaid]]:
        """Every picture that somebody decided about, with what stands."""
        made = {
            name: said
            for name, decisions in self.desk.ledger.decisions().items()
            if name.startswith(SUBJECT) and (said := page_said(decisions)) is not None
        }
        named = ((page_subject(page.outcome.ref), page) for page in self.desk.pages())
        return [(page, made[name]) for name, page in named if name in made]

    def identify(
        self, who: str, told: Sequence[tuple[PageRef, ByHand | None]], *, vouched: bool
    ) -> None:
        """The pictures are those pages; ``vouched`` where somebody saw them side by side.

        Raises:
            Refused: ``no_scan`` or ``decided_meanwhile``; nothing was kept of that picture.
        """
        self._keep(who, [(ref, identified(ref, one, who, vouched=vouched)) for ref, one in told])

    def put_aside(self, who: str, refs: Sequence[PageRef], kind: PutAside, comment: str) -> None:
        """The pictures do not count.

        Raises:
            Refused: ``no_comment``: only foreign paper needs no reason.
        """
        if kind != "foreign" and not comment.strip():
            raise Refused("no_comment")
        pages = self.desk.pages()
        made = []
        for ref in refs:
            beside = _neighbour(ref, pages) if kind == "foreign" else ""
            made.append((ref, put_aside(ref, kind, who, record=beside, comment=comment.strip())))
        self._keep(who, made)

    def undo(self, who: str, refs: Sequence[PageRef] = ()) -> tuple[PageRef, ...]:
        """Take back what stands about ``refs``, or what ``who`` decided last; which it was.

        Raises:
            Refused: ``nothing_to_undo``.
        """
        stand = tuple(ref for ref in refs if self.said(ref) is not None)
        with self._lock:
            made = self._made.get(who, [])
            while not refs and not stand and made:
                stand = tuple(ref for ref in made.pop() if self.said(ref) is not None)
        if not stand:
            raise Refused("nothing_to_undo")
        field, row = RECORD
        undone = (Decision(page_subject(ref), field, row, "undo", reviewer=who) for ref in stand)
        self._keep(who, list(zip(stand, undone, strict=True)), remember=False)
        return stand

    def reject(self, who: str, key: str, comment: str) -> None:
        """The record does not count; without a comment: it does again."""
        field, row = RECORD
        kept = self.desk.case(key)
        stands = kept is not None and RECORD in kept.decisions
        if kept is None or stands == bool(comment.strip()):
            raise Refused("nothing_to_undo" if not comment.strip() else "gone")
        made = Decision(key, field, row, "undo", reviewer=who)
        if comment.strip():
            made = Decision(
                key, field, row, "rejected", comment=comment.strip()[:500], reviewer=who
            )
        if self.desk.decide(made, now()) is None:
            raise Refused("decided_meanwhile")

    def _keep(
        self, who: str, decisions: Sequence[tuple[PageRef, Decision]], *, remember: bool = True
    ) -> None:
        """Read what must be read, keep the decisions, let those about fields move along."""
        before = {ref: self._placed(ref) for ref, _ in decisions}
        for ref, made in decisions:
            self._read(ref, [made])
        kept = self.desk.decide_all([made for _, made in decisions], now())
        for (ref, _), fine in zip(decisions, kept, strict=True):
            if not fine:
                self._read(ref, [])
                continue
            for made in moved(before[ref], self._placed(ref), self.desk.ledger, who):
                self.desk.decide(made, now())
        if remember:
            with self._lock:
                self._made.setdefault(who, []).append(tuple(ref for ref, _ in decisions))
        if not all(kept):
            raise Refused("decided_meanwhile")

    def _read(self, ref: PageRef, more: Sequence[Decision]) -> None:
        """Read a picture again if ``more`` changes what people say that it is."""
        made = [*self._decisions(ref), *more]
        said = page_said(made)
        wanted = said.by_hand.mark() if said is not None and said.by_hand is not None else ""
        if "".join(self._stored(ref).readers.partition(BY_HAND)[1:]) == wanted:
            return
        try:
            read_again(self._out, self._store, ref, {page_subject(ref): made})
        except PageError as error:
            raise Refused("no_scan") from error

    def _decisions(self, ref: PageRef) -> list[Decision]:
        name = page_subject(ref)
        return self.desk.ledger.decisions(name).get(name, [])

    def _stored(self, ref: PageRef) -> PageOutcome:
        return self._store.load_one(ref)

    def _placed(self, ref: PageRef) -> Placed:
        """Where a picture stands, with all that was read from it."""
        page, outcome = self.find(page_subject(ref)), self._stored(ref)
        others = (
            one.outcome.identity.page
            for one in self.desk.pages()
            if page is not None and page.record and one.record == page.record
            if one.status in ("ok", "review", "blank") and one.outcome.identity is not None
            if one.outcome.ref != ref
        )
        mine = outcome.identity.page if outcome.identity is not None else 0
        counts = page is not None and page.status in ("ok", "review", "blank")
        key = page.record if page is not None and counts else ""
        return Placed(outcome, key, alone=mine not in set(others))


def _family(record: Record, pages: Sequence[SettledPage]) -> Family:
    doubt = next((one.reason for one in pages if one.status == "review"), "")
    why = doubt or ("missing_page" if record.status == "incomplete" else "")
    return Family(record, "" if record.status == "rejected" else why, tuple(pages))


def _neighbour(ref: PageRef, pages: Sequence[SettledPage]) -> str:
    """KEY of the nearest record before a picture, else after it; "" without any."""
    at = next((n for n, one in enumerate(pages) if one.outcome.ref == ref), 0)
    order = [*reversed(pages[:at]), *pages[at + 1 :]]
    return next((one.record for one in order if one.record), "")
