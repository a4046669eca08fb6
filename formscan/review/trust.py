"""The door: who may ask what. Everything that is not clearly from our own page is refused.

A page of another site can make a browser send requests to 127.0.0.1, and a name of its own can
be made to point there. So the Host must be ours, a POST must come from our Origin, carry JSON
and the session's own word, and the cookie never travels with a request from elsewhere.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from formscan.decision import Key

__all__ = ["ENTER", "Guard", "Session", "Sessions"]

ENTER = "/enter"
BODY_BYTES = 65_536
_OPEN = ("/static/",)
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
        "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass
class Session:
    """One person at one browser.

    Attributes:
        csrf: The word that every POST must repeat.
        passed: Items that were put off.
        typed: What was typed blind, by item.
        made: (item, record, field) of this session's decisions, for undo.
    """

    name: str
    language: str
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    passed: set[str] = field(default_factory=set)
    typed: dict[str, str] = field(default_factory=dict)
    made: list[tuple[str, str, Key]] = field(default_factory=list)


class Sessions:
    """Who holds which key, and who has come in.

    Attributes:
        keys: The key of each person's link, to the person's name.
    """

    def __init__(self, names: tuple[str, ...], language: str, cookie: str) -> None:
        self.keys = {secrets.token_urlsafe(32): name for name in names}
        self.cookie = cookie
        self._language = language
        self._open: dict[str, Session] = {}

    def enter(self, key: str) -> tuple[str, Session] | None:
        """A new session for the holder of ``key``: the cookie's value, and the session."""
        for known, name in self.keys.items():
            if hmac.compare_digest(known.encode(), key.encode()):
                value = secrets.token_urlsafe(32)
                self._open[value] = Session(name, self._language)
                return value, self._open[value]
        return None

    def find(self, headers: Headers) -> Session | None:
        """The session of a request."""
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return None
        return self._open.get(cookies[self.cookie].value) if self.cookie in cookies else None


class Guard:
    """Middleware that lets through only what belongs here, and hardens every answer."""

    def __init__(self, app: ASGIApp, sessions: Sessions, hosts: frozenset[str]) -> None:
        self._app = app
        self._sessions = sessions
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return

        async def hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        headers = Headers(scope=scope)
        session = self._sessions.find(headers)
        status, why = self._refusal(scope["method"], scope["path"], headers, session)
        if status:
            await PlainTextResponse(why, status)(scope, receive, hardened)
            return
        scope["state"] = {**scope.get("state", {}), "session": session}
        await self._app(scope, receive, hardened)

    def _refusal(
        self, method: str, path: str, headers: Headers, session: Session | None
    ) -> tuple[int, str]:
        host = headers.get("host", "")
        if host not in self._hosts:
            return 421, "this is not the address of the review page"
        if method not in ("GET", "HEAD", "POST"):
            return 405, "method not allowed"
        if session is None and path != ENTER and not path.startswith(_OPEN):
            return 401, "open the link that formscan review printed"
        if method == "POST":
            return _post_refusal(host, headers, session)
        return 0, ""


def _post_refusal(
    host: str, headers: Mapping[str, str], session: Session | None
) -> tuple[int, str]:
    if session is None or headers.get("origin", "") != f"http://{host}":
        return 403, "not from this page"
    if not hmac.compare_digest(headers.get("x-csrf", "").encode(), session.csrf.encode()):
        return 403, "not from this page"
    length = headers.get("content-length", "")
    if not length.isdecimal():
        return 411, "length required"
    if int(length) > BODY_BYTES:
        return 413, "too large"
    if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        return 415, "JSON only"
    return 0, ""
