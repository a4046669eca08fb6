"""Coming in and going out: by a printed link, or by an account."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from formscan.messages import LANGUAGES, text
from formscan.review.answers import Window, now
from formscan.review.html import render
from formscan.review.posted import said
from formscan.review.trust import LoginRefused, Session, Sessions
from formscan.store import Ledger

__all__ = ["Entry"]


@dataclass(frozen=True)
class Entry:
    """The pages before the first page.

    Attributes:
        secure: The cookie travels encrypted only.
    """

    ledger: Ledger
    window: Window
    sessions: Sessions
    secure: bool

    def enter(self, request: Request) -> Response:
        """The link that the program printed: its key becomes a cookie and leaves the address."""
        entered = self.sessions.enter(request.query_params.get("key", ""))
        if entered is None:
            return PlainTextResponse("open the link that formscan review printed", 403)
        value, who = entered
        self.ledger.note(who.name, "login", {"role": who.role}, now())
        return self._with_cookie(HTMLResponse(render("entered.html", who)), value)

    def page(self, request: Request) -> Response:
        """Where name and password are typed."""
        if self.sessions.people is None:
            return PlainTextResponse("open the link that formscan review printed", 404)
        asked = request.query_params.get("lang", "")
        visitor = Session("", asked if asked in LANGUAGES else self.sessions.language)
        return HTMLResponse(render("login.html", visitor))

    async def login(self, request: Request) -> Response:
        """Name and password, or a one-time token."""
        try:
            given = json.loads(await request.body())
        except ValueError:
            given = None
        if not isinstance(given, dict):
            return PlainTextResponse("JSON object expected", 400)
        computer = request.client.host if request.client else ""
        return await run_in_threadpool(self._login, given, computer)

    def _login(self, given: dict[str, Any], computer: str) -> Response:
        name = said(given, "name").strip()
        language = said(given, "language") or self.sessions.language
        try:
            value, who = self.sessions.login(name, str(given.get("secret") or ""), computer)
        except LoginRefused as refused:
            if refused.wait_s:
                wait = math.ceil(refused.wait_s)
                return JSONResponse({"refused": text("review.no_wait", language, wait=wait)}, 429)
            known = self.sessions.people is not None and name in self.sessions.people.all()
            who_tried = name if known else "?"  # what else was typed may be a password
            self.ledger.note(who_tried, "login_refused", {"computer": computer}, now())
            return JSONResponse({"refused": text("review.no_login", language)}, 403)
        who.language = language if language in LANGUAGES else who.language
        self.ledger.note(who.name, "login", {"role": who.role, "computer": computer}, now())
        return self._with_cookie(JSONResponse({}), value)

    def logout(self, who: Session, given: dict[str, Any]) -> Response:
        """What they had in hand is anybody's; what they decided stays."""
        self.sessions.leave(who)
        self.window.give_back_all(who)
        self.ledger.note(who.name, "logout", {}, now())
        return JSONResponse({})

    def _with_cookie(self, answer: Response, value: str) -> Response:
        cookie = self.sessions.cookie
        answer.set_cookie(
            cookie, value, httponly=True, samesite="strict", path="/", secure=self.secure
        )
        return answer
