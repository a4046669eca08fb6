"""The routes of the review page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from formscan.decision import Key
from formscan.messages import LANGUAGES, text
from formscan.review.answers import Answer, Window, now
from formscan.review.callbacks import calls_of
from formscan.review.card import card_of, targets_of
from formscan.review.cases import Case
from formscan.review.desk import Desk
from formscan.review.entry import Entry
from formscan.review.errands import Errands
from formscan.review.group import GroupCheck
from formscan.review.group_rooms import group_routes
from formscan.review.hidden import HiddenItems, Limits
from formscan.review.html import render
from formscan.review.item import LANES, QUEUE, Item, Lane
from formscan.review.overview import overview_of
from formscan.review.page_rooms import page_routes
from formscan.review.pictures import Album
from formscan.review.posted import posted, refused, said
from formscan.review.record_view import lines_of, problems_of, rosters_of, sheets_of
from formscan.review.second import SecondLooks, Shares
from formscan.review.tables import table_routes
from formscan.review.trust import ENTER, LOGIN, Door, Guard, Session, Sessions
from formscan.store import Leases, Store

__all__ = ["make_app"]


def make_app(
    out: Path,
    store: Store,
    desk: Desk,
    sessions: Sessions,
    door: Door,
    errands: Errands,
    shares: Shares,
    limits: Limits,
) -> ASGIApp:
    """The web application of one batch.

    Args:
        out: The batch folder, for its originals.
        store: Its store.
        desk: Opened.
        sessions: Who may come in.
        door: Under what the browser reaches us.
        errands: Who does what nobody waits for.
        shares: How much a second person looks at.
        limits: How many items are hidden, and how many may be missed.
    """
    leases = Leases(store)
    second, hidden = SecondLooks(desk, store, shares), HiddenItems(desk, limits, errands)
    window = Window(desk, leases, asides=(second, hidden))
    check = GroupCheck(desk, leases, limits.share, hidden.saw)
    rooms = _Rooms(desk, window, Album(out), sessions, second)
    entry = Entry(desk.ledger, rooms.window, sessions, secure=door.scheme == "https")
    static = StaticFiles(directory=Path(__file__).parent / "static")
    routes = [
        Route("/", rooms.start),
        Route(ENTER, entry.enter),
        Route(LOGIN, entry.page),
        Route(LOGIN, entry.login, methods=["POST"]),
        Route("/queue", rooms.queue),
        Route("/callbacks", rooms.callbacks),
        Route("/record/{key}", rooms.record),
        *_card_routes(rooms),
        Route("/api/logout", posted(entry.logout), methods=["POST"]),
        *group_routes(desk, check, out, errands),
        *table_routes(out, store, errands),
        *page_routes(desk, store, out, rooms.album),
        Mount("/static", static),
    ]
    return Guard(Starlette(routes=routes), sessions, door)


def _card_routes(rooms: _Rooms) -> list[Route]:
    """What the pages ask for one by one."""
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
class _Rooms:
    """The pages, and what they ask for."""

    desk: Desk
    window: Window
    album: Album
    sessions: Sessions
    second: SecondLooks

    def start(self, request: Request) -> Response:
        """How far the batch is, and where to begin."""
        who = request.state.session
        labels = self.desk.labels(who.language)
        overview, second = overview_of(self.desk), self.second.left(who.name)
        known = {"overview": overview, "progress": overview.progress, "second": second}
        return HTMLResponse(render("start.html", who, labels=labels, **known))

    def queue(self, request: Request) -> Response:
        """The page on which items follow each other."""
        who, query = request.state.session, request.query_params
        field, lane = query.get("field", ""), _lane(query.get("lane"))
        aside = {"item": query.get("item", ""), "record": query.get("record", "")}
        return HTMLResponse(render("queue.html", who, field=field, lane=lane, **aside))

    def callbacks(self, request: Request) -> Response:
        """What only families can tell, for their enumerators; to be printed."""
        who = request.state.session
        lists = calls_of(self.desk, who.language)
        return HTMLResponse(render("callbacks.html", who, lists=lists))

    def record(self, request: Request) -> Response:
        """A whole record beside its pages; every field can be corrected from here."""
        who = request.state.session
        case = self.desk.case(request.path_params["key"])
        if case is None:
            return PlainTextResponse("no such record", 404)
        sheets = sheets_of(case, self.album)
        for sheet in sheets:
            told = {"scan": sheet.scan, "frame": sheet.frame, "sha256": sheet.sha256}
            self.desk.ledger.note(who.name, "view", told, now())
        lines = list(lines_of(case, sheets, self.album, who.language))
        known = {
            "record": case.record,
            "sheets": sheets,
            "lines": lines,
            "rosters": list(rosters_of(case, lines, who.language)),
            "problems": problems_of(case, who.language),
        }
        return HTMLResponse(render("record.html", who, **known))

    def next_card(self, request: Request) -> Response:
        """The next item, put into the hands of who asks."""
        who, query = request.state.session, request.query_params
        field, lane = query.get("field", ""), _lane(query.get("lane"))
        if lane == "supervisor" and not who.may_supervise:
            return refused(who, "supervisor_only")
        item = self.window.next_item(who, field, lane, query.get("after", ""))
        left = self.desk.left(field, lane)
        left += 0 if lane != QUEUE or field else self.second.left(who.name)
        if item is None:
            return JSONResponse(
                {"id": "", "left": left, "html": render("_done.html", who, left=left)}
            )
        return self._card(who, item, left=left)

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
        )
        taken = self.window.answer(who, answer)
        if taken.refused:
            return refused(who, taken.refused)
        item = self.desk.item(answer.item)
        if item is not None and taken.differs:
            return self._card(who, item, mine=who.typed[item.id], differs=True)
        if item is not None and taken.stays:
            return self._card(who, item, stays=True)
        note = text("review.raised", who.language, number=taken.came) if taken.came else ""
        closed = len(taken.gone) - 1
        if closed > 0:
            note += text("review.also_closed", who.language, number=closed)
        return JSONResponse({"gone": taken.gone, "note": note})

    def undo(self, who: Session, given: dict[str, Any]) -> Response:
        """Take back the last decision."""
        item = self.window.undo(who)
        if item is None or not self.window.take(item.id, who):
            return refused(who, "nothing_to_undo")
        return self._card(who, item)

    def put_off(self, who: Session, given: dict[str, Any]) -> Response:
        """Leave an item for later."""
        self.window.give_back(said(given, "item"), who)
        return JSONResponse({})

    def language(self, who: Session, given: dict[str, Any]) -> Response:
        """Speak the other language."""
        if given.get("to") in LANGUAGES:
            who.language = str(given["to"])
        return JSONResponse({})

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


def _lane(given: str | None) -> Lane:
    """For whom the items wait that are asked for."""
    return next((one for one in LANES if one == given), QUEUE)


def _number(given: object) -> int:
    """Which of an item's fields is meant: the first where nothing is said, -1 for nonsense."""
    said = "0" if given is None else str(given)
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 4 else -1
