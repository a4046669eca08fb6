"""The routes of the page desk."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from formscan.messages import text
from formscan.page import ByHand, PageRef
from formscan.page_decision import PutAside, page_subject
from formscan.review.answers import now
from formscan.review.desk import Desk
from formscan.review.doubles import doubles_of
from formscan.review.html import render
from formscan.review.page_answers import (
    apart_run,
    by_hand,
    corners_px,
    layout_of,
    print_runs,
    serial_of,
)
from formscan.review.page_desk import PageDesk, Refused
from formscan.review.page_shown import Looks
from formscan.review.pictures import Album
from formscan.review.posted import posted, said
from formscan.review.trust import Session
from formscan.settle import SettledPage
from formscan.store import Store

__all__ = ["page_routes"]

_MOST = 2_000
"""Pictures in one answer."""

_MOST_FAMILIES = 4
"""Records side by side."""

_ASIDE: dict[str, PutAside] = {
    "foreign": "foreign",
    "replaced": "replaced",
    "discarded": "discarded",
}
_THUMB_PX, _WHOLE_PX = 480, 2200


def page_routes(desk: Desk, store: Store, out: Path, album: Album) -> list[Route]:
    """Everything under ``/pages``.

    Args:
        desk: Opened.
        store: Of the batch.
        out: The batch folder.
        album: Where pictures come from.
    """
    rooms = _PageRooms(PageDesk(desk, store, out), Looks(out, album))
    asked = rooms.answered
    return [
        Route("/pages", rooms.overview),
        Route("/pages/one", rooms.one),
        Route("/pages/family", rooms.family),
        Route("/pages/foreign", rooms.foreign),
        Route("/pages/picture", rooms.picture),
        Route("/api/pages/identify", posted(asked(rooms.identify)), methods=["POST"]),
        Route("/api/pages/belong", posted(asked(rooms.belong)), methods=["POST"]),
        Route("/api/pages/apart", posted(asked(rooms.apart)), methods=["POST"]),
        Route("/api/pages/aside", posted(asked(rooms.aside)), methods=["POST"]),
        Route("/api/pages/reject", posted(asked(rooms.reject)), methods=["POST"]),
        Route("/api/pages/undo", posted(asked(rooms.undo)), methods=["POST"]),
    ]


@dataclass(frozen=True)
class _PageRooms:
    """The pages, and what they send."""

    pages: PageDesk
    looks: Looks

    def overview(self, request: Request) -> Response:
        """All that waits, and all that was decided."""
        who = request.state.session
        known = {
            "lost": self.looks.faces(self.pages.lost()),
            "covers": [(self.looks.face(page), bundle) for page, bundle in self.pages.covers()],
            "families": self.pages.families(),
            "doubles": doubles_of(self.pages.desk.records()),
            "decided": [(self.looks.face(page), said) for page, said in self.pages.decided()],
            "rejected": [one for one in self.pages.desk.records() if one.status == "rejected"],
        }
        return HTMLResponse(render("desk.html", who, **known))

    def one(self, request: Request) -> Response:
        """One page: what it is, and where its corners lie."""
        who = request.state.session
        page = self.pages.find(request.query_params.get("page", ""))
        if page is None:
            return PlainTextResponse("no such page", 404)
        templates = self.pages.desk.templates()
        lost = [page_subject(one.outcome.ref) for one in self.pages.lost()]
        name = page_subject(page.outcome.ref)
        after = [*lost[lost.index(name) + 1 :], *lost[: lost.index(name)]] if name in lost else lost
        known = {
            "face": self.looks.face(page),
            "likely": self.looks.likely(page, templates),
            "templates": templates,
            "runs": sorted({one for form in templates for one in self._runs(form.form)}),
            "near": self.pages.near(page.outcome.ref),
            "said": self.pages.said(page.outcome.ref),
            "after": after[:1],
            "left": len(lost),
        }
        return HTMLResponse(render("desk_page.html", who, **known))

    def family(self, request: Request) -> Response:
        """The pages of one record, or of several that may be one, side by side."""
        who = request.state.session
        keys = request.query_params.getlist("key")[:_MOST_FAMILIES]
        found = [self.pages.family(key) for key in keys]
        families = [(one, self.looks.faces(one.pages)) for one in found if one is not None]
        if not families:
            return PlainTextResponse("no such record", 404)
        after = [one.record.key for one in self.pages.families() if one.record.key not in keys]
        known = {"families": families, "after": after[:1]}
        return HTMLResponse(render("desk_family.html", who, **known))

    def foreign(self, request: Request) -> Response:
        """Pages on which nothing of our forms was seen, like beside like."""
        who = request.state.session
        unknown = [one for one in self.pages.lost() if one.reason == "no_identity"]
        groups = self.looks.alike([one for one in unknown if one.outcome.width_px])
        known = {"groups": [self.looks.faces(group) for group in groups]}
        return HTMLResponse(render("desk_foreign.html", who, **known))

    def picture(self, request: Request) -> Response:
        """A page picture, turned as asked; who saw it is noted."""
        who, query = request.state.session, request.query_params
        page = self.pages.find(query.get("page", ""))
        shown = None
        if page is not None:
            turn = {"0": 0, "90": 90, "180": 180, "270": 270}.get(query.get("turn", ""))
            side = _THUMB_PX if query.get("size") == "thumb" else _WHOLE_PX
            shown = self.looks.picture(page, turn, side)
        if page is None or shown is None:
            return PlainTextResponse("no such picture", 404)
        ref = page.outcome.ref
        told = {"scan": ref.scan, "frame": ref.frame, "sha256": ref.sha256}
        self.pages.desk.ledger.note(who.name, "view", told, now())
        return Response(shown.jpeg, media_type="image/jpeg")

    def answered(
        self, handle: Callable[[Session, dict[str, Any]], dict[str, Any]]
    ) -> Callable[[Session, dict[str, Any]], Response]:
        """An answer of ``handle``, or why it was not kept, in words."""

        def answer(who: Session, given: dict[str, Any]) -> Response:
            try:
                return JSONResponse(handle(who, given))
            except Refused as refused:
                why = text(f"pages.no_{refused}", who.language)
                return JSONResponse({"refused": why, "why": str(refused)}, 409)

        return answer

    def identify(self, who: Session, given: dict[str, Any]) -> dict[str, Any]:
        """Which page it is, by its serial or by the family that it belongs to; and its corners."""
        page = self._page(given.get("page"))
        chosen = layout_of(self.pages.desk.templates(), said(given, "chosen"))
        turn = given.get("turn")
        corners = corners_px(
            given.get("corners"), turn if isinstance(turn, int) else 0, page.outcome
        )
        beside = self.pages.family(said(given, "record"))
        if given.get("record") and beside is None:
            raise Refused("gone")
        if beside is not None:
            serial = (beside.record.serial, beside.record.print_run)
        else:
            runs = self._runs(chosen[0].form)
            serial = serial_of(said(given, "serial"), said(given, "run"), runs)
        told = by_hand(chosen, serial, corners, "sheet" if given.get("of") == "sheet" else "marks")
        self.pages.identify(who.name, [(page.outcome.ref, told)], vouched=beside is not None)
        return self._state(who, page.outcome.ref)

    def belong(self, who: Session, given: dict[str, Any]) -> dict[str, Any]:
        """The pictures belong where they are: somebody saw them side by side."""
        pages = self._pages(given)
        self.pages.identify(who.name, [(one.outcome.ref, None) for one in pages], vouched=True)
        return self._state(who, pages[0].outcome.ref)

    def apart(self, who: Session, given: dict[str, Any]) -> dict[str, Any]:
        """The pictures are a family of their own, printed under the serial of another."""
        pages = self._pages(given)
        run, told = apart_run(pages[0].outcome.ref), list[tuple[PageRef, ByHand | None]]()
        for one in pages:
            identity = one.outcome.identity
            if identity is None:
                raise Refused("no_form")
            kept = self.pages.said(one.outcome.ref)
            before = kept.by_hand if kept is not None and kept.by_hand is not None else None
            own = dataclasses.replace(identity, print_run=run, source="person")
            told.append((one.outcome.ref, dataclasses.replace(before or ByHand(own), identity=own)))
        self.pages.identify(who.name, told, vouched=True)
        return self._state(who, pages[0].outcome.ref)

    def aside(self, who: Session, given: dict[str, Any]) -> dict[str, Any]:
        """The pictures do not count."""
        pages, kind = self._pages(given), _ASIDE.get(said(given, "kind"))
        if kind is None:
            raise Refused("gone")
        refs = [one.outcome.ref for one in pages]
        self.pages.put_aside(who.name, refs, kind, said(given, "comment"))
        return self._state(who, refs[0])

    def reject(self, who: Session, given: dict[str, Any]) -> dict[str, Any]:
        """The record does not count, or does again."""
        if not given.get("again") and not said(given, "comment").strip():
            raise Refused("no_comment")
        comment = "" if given.get("again") else said(given, "comment")
        self.pages.reject(who.name, said(given, "record"), comment)
        return {"note": text("pages.kept", who.language)}

    def undo(self, who: Session, given: dict[str, Any]) -> dict[str, Any]:
        """Take back what was decided last, or what stands about the pictures that are named."""
        refs = [one.outcome.ref for one in self._pages(given)] if given.get("pages") else []
        undone = self.pages.undo(who.name, refs)
        return self._state(who, undone[0]) | {"undone": len(undone)}

    def _page(self, name: Any) -> SettledPage:
        page = self.pages.find(name) if isinstance(name, str) else None
        if page is None:
            raise Refused("gone")
        return page

    def _pages(self, given: dict[str, Any]) -> list[SettledPage]:
        names = given.get("pages")
        if not isinstance(names, list) or not 0 < len(names) <= _MOST:
            raise Refused("none_chosen")
        named = {page_subject(one.outcome.ref): one for one in self.pages.desk.pages()}
        found = [named[one] for one in names if isinstance(one, str) and one in named]
        if len(found) != len(names):
            raise Refused("gone")
        return found

    def _runs(self, form: str) -> tuple[str, ...]:
        return print_runs(self.pages.desk.records(), form)

    def _state(self, who: Session, ref: PageRef) -> dict[str, Any]:
        """What became of a picture, in words."""
        page = self._page(page_subject(ref))
        said_of = text(f"image.{page.reason}", who.language) if page.reason else ""
        status = text(f"report.status_{page.status}", who.language)
        family = self.pages.family(page.record) if page.record else None
        told = {"page": page_subject(ref), "status": page.status, "reason": page.reason}
        note = f"{status}. {said_of}".strip()
        if family is not None and page.status != "foreign":
            state = text(f"report.status_{family.record.status}", who.language)
            serial = family.record.serial
            note = text("pages.joined", who.language, page=note, serial=serial, state=state)
        return told | {"record": page.record, "note": note}
