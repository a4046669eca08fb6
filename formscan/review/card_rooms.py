"""What the pages ask for one by one: the next item, its card, its page; and what people answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from formscan.decision import Key
from formscan.messages import LANGUAGES, text
from formscan.review.answers import Answer, Window, now
from formscan.review.card import card_of, targets_of
from formscan.review.cases import Case
from formscan.review.desk import Desk
from formscan.review.hidden import HiddenItems
from formscan.review.html import render
from formscan.review.item import QUEUE, Item, Lane, lane_of
from formscan.review.pictures import Album
from formscan.review.posted import posted, refused, said
from formscan.review.second import SecondLooks
from formscan.review.trust import Session

__all__ = ["card_routes"]


def card_routes(
    desk: Desk, window: Window, album: Album, second: SecondLooks, hidden: HiddenItems
) -> list[Route]:
    """The routes of items.

    Args:
        desk: Opened.
        window: Of that desk.
        album: Where pictures come from.
        second: Second looks, which count as left.
        hidden: Tells whose work was queued again.
    """
    rooms = _CardRooms(desk, window, album, second, hidden)
    return [
        Route("/api/next", rooms.next_card),
        Route("/api/card", rooms.card),
        Route("/api/page", rooms.page),
        Route("/api/decide", posted(rooms.decide), methods=["POST"]),
        Route("/api/undo", posted(rooms.undo), methods=["POST"]),
        Route("/api/pass", posted(rooms.put_off), methods=["POST"]),
        Route("/api/language", posted(rooms.language), methods=["POST"]),
    ]


@dataclass(frozen=True)
class _CardRooms:
    desk: Desk
    window: Window
    album: Album
    second: SecondLooks
    hidden: HiddenItems

    def next_card(self, request: Request) -> Response:
        """The next item, put into the hands of who asks."""
        who, query = request.state.session, request.query_params
        field, lane = query.get("field", ""), lane_of(query.get("lane"))
        if lane == "supervisor" and not who.may_supervise:
            return refused(who, "supervisor_only")
        item = self.window.next_item(who, field, lane, query.get("after", ""))
        more: dict[str, Any] = {"left": self._left(who, field, lane)}
        again = self.hidden.news(who.name)
        if again:
            more["news"] = text("review.news_again", who.language, number=again)
        if item is None:
            done = render("_done.html", who, left=more["left"])
            return JSONResponse({"id": "", "html": done, **more})
        return self._card(who, item, **more)

    def card(self, request: Request) -> Response:
        """One item again, perhaps with another of its fields to type."""
        who, query = request.state.session, request.query_params
        item = self.desk.item(query.get("item", ""), query.get("record", ""))
        if item is None:
            return refused(who, "gone")
        if item.lane == "supervisor" and not who.may_supervise:
            return refused(who, "supervisor_only")
        if not self.window.take(item.id, who):
            return refused(who, "in_other_hands")
        return self._card(who, item, _number(query.get("target")))

    def page(self, request: Request) -> Response:
        """The whole page that a field stands on, with the field outlined."""
        who, query = request.state.session, request.query_params
        found = self._target(
            query.get("item", ""), _number(query.get("target")), query.get("record", "")
        )
        if found is None:
            return refused(who, "gone")
        case, key = found
        page = case.page_of(key)
        shown = self.album.page(page) if page is not None else None
        if page is None or shown is None:
            return refused(who, "no_scan")
        told = {"scan": page.ref.scan, "frame": page.ref.frame, "sha256": page.ref.sha256}
        self.desk.ledger.note(who.name, "view", told, now())
        box = [shown.scale * edge for edge in self.album.outline(page, case.values[key].box_px)]
        return JSONResponse(
            {"html": render("_page.html", who, shown=shown, box=box, skew=page.skew_deg)}
        )

    def decide(self, who: Session, given: dict[str, Any]) -> Response:
        """An answer to an item."""
        answer = Answer(
            item=said(given, "item"),
            kind=said(given, "kind"),
            record=said(given, "record"),
            target=_number(given.get("target")),
            typed=said(given, "typed"),
            comment=said(given, "comment"),
            again=given.get("again") is True,
            seen=said(given, "seen"),
        )
        taken = self.window.answer(who, answer)
        if taken.refused:
            return refused(who, taken.refused)
        item = self.desk.item(answer.item, answer.record)
        if item is not None and taken.differs:
            return self._card(who, item, mine=who.typed[item.id], differs=True)
        if item is not None and (taken.stays or taken.changed):
            return self._card(who, item, stays=taken.stays, changed=taken.changed)
        note = text("review.raised", who.language, number=taken.came) if taken.came else ""
        closed = len(taken.gone) - 1
        if closed > 0:
            note += text("review.also_closed", who.language, number=closed)
        return JSONResponse({"gone": taken.gone, "note": note})

    def undo(self, who: Session, given: dict[str, Any]) -> Response:
        """Take back the last decision."""
        undone = self.window.undo(who)
        if undone.item is None:
            return refused(who, undone.refused)
        left = self._left(who, said(given, "field"), lane_of(said(given, "lane")))
        return self._card(who, undone.item, left=left)

    def put_off(self, who: Session, given: dict[str, Any]) -> Response:
        """Leave an item for later."""
        item = self.desk.item(said(given, "item"))
        if item is not None:
            self.window.give_back(item.id, who)
        return JSONResponse({})

    def language(self, who: Session, given: dict[str, Any]) -> Response:
        """Speak the other language."""
        if given.get("to") in LANGUAGES:
            who.language = str(given["to"])
        return JSONResponse({})

    def _left(self, who: Session, field: str, lane: Lane) -> int:
        """How many wait, second looks at what ``who`` may see again among them."""
        left = self.desk.left(field, lane)
        return left + (0 if lane != QUEUE or field else self.second.left(who.name))

    def _card(
        self, who: Session, item: Item, target: int = 0, mine: str | None = None, **more: Any
    ) -> Response:
        case = self.desk.case(item.record)
        if case is None:
            return refused(who, "gone")
        seen = {"record": item.record, "field": item.field, "row": item.row}
        self.desk.ledger.note(who.name, "view", seen, now())
        card = card_of(case, item, self.album, who.language, target, mine)
        html = render("_card.html", who, card=card, differs=mine is not None)
        return JSONResponse({"id": item.id, "html": html, **more})

    def _target(self, name: str, target: int, record: str) -> tuple[Case, Key] | None:
        item = self.desk.item(name, record)
        case = self.desk.case(item.record) if item is not None else None
        if item is None or case is None:
            return None
        targets = targets_of(case, item)
        return (case, targets[target]) if 0 <= target < len(targets) else None


def _number(given: object) -> int:
    """Which of an item's fields is meant: the first where nothing is said, -1 for nonsense."""
    said = "0" if given is None else str(given)
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 4 else -1
