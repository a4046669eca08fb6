"""The routes of the review page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from formscan.review.answers import Window, now
from formscan.review.callbacks import calls_of
from formscan.review.card_rooms import card_routes
from formscan.review.desk import Desk
from formscan.review.entry import Entry
from formscan.review.errands import Errands
from formscan.review.group import GroupCheck
from formscan.review.group_rooms import group_routes
from formscan.review.hidden import HiddenItems, Limits
from formscan.review.html import render
from formscan.review.item import lane_of
from formscan.review.overview import overview_of
from formscan.review.page_rooms import page_routes
from formscan.review.pictures import Album
from formscan.review.posted import posted
from formscan.review.record_view import lines_of, problems_of, rosters_of, sheets_of
from formscan.review.second import SecondLooks, Shares
from formscan.review.tables import table_routes
from formscan.review.trust import ENTER, LOGIN, Door, Guard, Sessions
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
    errands.soon(hidden.judge_all)
    check = GroupCheck(desk, leases, limits.share, hidden.saw)
    album = Album(out)
    rooms = _Rooms(desk, album, second)
    entry = Entry(desk.ledger, window, sessions, secure=door.scheme == "https")
    static = StaticFiles(directory=Path(__file__).parent / "static")
    routes = [
        Route("/", rooms.start),
        Route(ENTER, entry.enter),
        Route(LOGIN, entry.page),
        Route(LOGIN, entry.login, methods=["POST"]),
        Route("/queue", rooms.queue),
        Route("/callbacks", rooms.callbacks),
        Route("/record/{key}", rooms.record),
        *card_routes(desk, window, album, second, hidden),
        Route("/api/logout", posted(entry.logout), methods=["POST"]),
        *group_routes(desk, check, out, errands),
        *table_routes(out, store, errands),
        *page_routes(desk, store, out, album),
        Mount("/static", static),
    ]
    return Guard(Starlette(routes=routes), sessions, door)


@dataclass(frozen=True)
class _Rooms:
    """The pages on which people begin, and the record."""

    desk: Desk
    album: Album
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
        field, lane = query.get("field", ""), lane_of(query.get("lane"))
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
