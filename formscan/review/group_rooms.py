"""The pages of the group check."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from formscan.messages import text
from formscan.review.answers import now
from formscan.review.desk import Desk
from formscan.review.errands import Errands
from formscan.review.glyphs import Glyph
from formscan.review.group import SCREEN, GroupCheck
from formscan.review.html import render
from formscan.review.pictures import Album
from formscan.review.posted import posted, refused
from formscan.review.tiles import Tiles, by_page
from formscan.review.trust import Session

__all__ = ["group_routes"]

_MOST_BOXES = 2 * SCREEN


def group_routes(desk: Desk, check: GroupCheck, out: Path, errands: Errands) -> list[Route]:
    """The routes of the group check; its pictures are cut by an album of their own.

    Args:
        desk: Opened.
        check: Of that desk.
        out: The batch folder.
        errands: Decides what is ready, and cuts pictures beforehand.
    """
    tiles = Tiles(Album(out, gray=True))
    rooms = _GroupRooms(desk, check, tiles, errands)
    errands.soon(check.close_ready)
    for page in by_page(_in_order(check)):
        errands.some_time(functools.partial(tiles.warm, page))
    return [
        Route("/group", rooms.page),
        Route("/api/group", rooms.screen, methods=["GET"]),
        Route("/api/group", posted(rooms.confirm), methods=["POST"]),
        Route("/api/group/undo", posted(rooms.undo), methods=["POST"]),
    ]


@dataclass(frozen=True)
class _GroupRooms:
    desk: Desk
    check: GroupCheck
    tiles: Tiles
    errands: Errands

    def page(self, request: Request) -> Response:
        """What can be checked, or the grid of one value."""
        who, group = request.state.session, request.query_params.get("value")
        if group is None:
            groups = [(name, self._title(name, who), count) for name, count in self.check.groups()]
            return HTMLResponse(render("groups.html", who, groups=groups))
        return HTMLResponse(render("group.html", who, group=group, title=self._title(group, who)))

    def screen(self, request: Request) -> Response:
        """One screen of boxes, with their pictures."""
        who, query = request.state.session, request.query_params
        group = query.get("value", "")
        more = query.get("more") == "1"
        shown = self.check.screen(group, who.name, more=more, ready=self.tiles.has)
        if shown is None:
            return refused(who, "in_other_hands")
        seen = {"boxes": [one.id for one in shown]}
        self.desk.ledger.note(who.name, "view", seen, now())
        pictures = self.tiles.of(shown)
        known = {"shown": shown, "pictures": pictures, "title": self._title(group, who)}
        left = len(self.check.pending(group))
        html = render("_grid.html", who, wide=not group.startswith("="), **known)
        return JSONResponse({"html": html, "count": len(shown), "left": left})

    def confirm(self, who: Session, given: dict[str, Any]) -> Response:
        """What somebody says of a screen."""
        group, shown, out = (given.get(name) for name in ("value", "shown", "outliers"))
        if not isinstance(group, str) or not _are_names(shown) or not _are_names(out):
            return refused(who, "gone")
        looked = self.check.confirm(who.name, group, shown, out)
        if looked.refused:
            return refused(who, looked.refused)
        self.errands.soon(self.check.close_ready)
        numbers = {"confirmed": looked.confirmed, "out": looked.outliers, "fields": looked.fields}
        note = text("review.group_kept", who.language, **numbers)
        return JSONResponse({"note": note, "left": len(self.check.pending(group))})

    def undo(self, who: Session, given: dict[str, Any]) -> Response:
        """Take back a person's last screen."""
        group = self.check.undo(who.name)
        return refused(who, "nothing_to_undo") if group is None else JSONResponse({"value": group})

    def _title(self, group: str, who: Session) -> str:
        """What a group is called: its character, or question and answer."""
        name, _, said = group.partition("=")
        if not name:
            return said or text("review.blank_word", who.language)
        label = self.desk.labels(who.language).get(name, name)
        return f"{label}: {said or text('review.blank_word', who.language)}"


def _in_order(check: GroupCheck) -> Iterator[Glyph]:
    """First screens first."""
    groups = [check.pending(name) for name, _ in check.groups()]
    longest = max(map(len, groups), default=0)
    for start in range(0, longest, SCREEN):
        for glyphs in groups:
            yield from glyphs[start : start + SCREEN]


def _are_names(given: object) -> TypeGuard[list[str]]:
    return (
        isinstance(given, list)
        and len(given) <= _MOST_BOXES
        and all(isinstance(one, str) for one in given)
    )
