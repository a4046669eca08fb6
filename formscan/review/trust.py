"""The door: who may ask what. Everything that is not clearly from our own page is refused.

A page of another site can make a browser send requests to 127.0.0.1, and a name of its own can
be made to point there. So the Host must be ours, a POST must come from our Origin, carry JSON
and the session's own word, and the cookie never travels with a request from elsewhere.

People come in by the link that was printed for them or, where the page is opened to other
computers, by an account of theirs. Either way their session ends by itself.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from formscan.decision import Key
from formscan.review.attempts import Attempts
from formscan.review.people import People, Role

__all__ = ["ENTER", "LOGIN", "Door", "Guard", "LoginRefused", "Session", "Sessions"]

ENTER = "/enter"
LOGIN = "/login"
BODY_BYTES = 65_536
LOGIN_S = 8 * 3600
"""Seconds after which everybody must come in again."""

IDLE_S = 3600
"""Seconds of silence after which somebody with an account must log in again."""

_MOST_OPEN = 20
"""Sessions of one person at a time; the oldest ends."""

_OPEN = ("/static/",)
_OWN = frozenset({"/api/language", "/api/logout"})
"""What even who may only look may post."""

_WORK = ("/queue", "/api/next", "/api/card", "/group", "/api/group")
"""Pages that hand out work."""

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
        role: What the person may do.
        begun_s: When they came in.
        seen_s: When they last asked for something.
    """

    name: str
    language: str
    role: Role = "supervisor"
    begun_s: float = 0.0
    seen_s: float = 0.0
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    passed: set[str] = field(default_factory=set)
    typed: dict[str, str] = field(default_factory=dict)
    made: list[tuple[str, str, Key]] = field(default_factory=list)

    @property
    def may_supervise(self) -> bool:
        """Whether questions to the supervisor are theirs to answer."""
        return self.role == "supervisor"

    @property
    def may_decide(self) -> bool:
        """Whether they may do more than look."""
        return self.role != "auditor"


class LoginRefused(Exception):  # noqa: N818 - an answer, not an error of the program
    """Nobody comes in.

    Attributes:
        wait_s: Seconds until the next try is looked at; 0 where it was looked at and is wrong.
    """

    def __init__(self, wait_s: float) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


class Sessions:
    """Who may come in, and who has.

    Attributes:
        keys: The key of each person's link, to the person's name; empty with accounts.
        people: The accounts; None where everybody has a link.
        language: Of the first page.
    """

    def __init__(
        self,
        names: tuple[str, ...],
        language: str,
        cookie: str,
        people: People | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.keys = {secrets.token_urlsafe(32): name for name in names}
        self.people = people
        self.cookie = cookie
        self.language = language
        self._clock = clock
        self._attempts = Attempts(clock)
        self._open: dict[str, Session] = {}

    def enter(self, key: str) -> tuple[str, Session] | None:
        """A new session for the holder of ``key``: the cookie's value, and the session."""
        for known, name in self.keys.items():
            if hmac.compare_digest(known.encode(), key.encode()):
                return self._begin(name, "supervisor")
        return None

    def login(self, name: str, secret: str, computer: str) -> tuple[str, Session]:
        """A new session for who knows the password or one-time token of an account.

        Args:
            name: As typed.
            secret: As typed.
            computer: Address that it comes from.

        Raises:
            LoginRefused: It is wrong, or there were too many wrong ones.
        """
        counted_by = (f"name {name}", f"computer {computer}")
        wait_s = self._attempts.begin(*counted_by)
        if wait_s:
            raise LoginRefused(wait_s)
        person = self.people.check(name, secret, self._clock()) if self.people else None
        if person is None:
            raise LoginRefused(0)
        self._attempts.forgive(*counted_by)
        return self._begin(person.name, person.role)

    def find(self, headers: Headers) -> Session | None:
        """The session of a request, unless it has ended."""
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return None
        value = cookies[self.cookie].value if self.cookie in cookies else ""
        session = self._open.get(value)
        if session is not None and self._is_over(session):
            self._open.pop(value, None)
            return None
        if session is not None:
            session.seen_s = self._clock()
        return session

    def leave(self, session: Session) -> None:
        """End a session."""
        for value in [value for value, one in self._open.items() if one is session]:
            self._open.pop(value, None)

    def _begin(self, name: str, role: Role) -> tuple[str, Session]:
        for value, one in list(self._open.items()):
            if self._is_over(one):
                self._open.pop(value, None)
        own = [value for value, one in list(self._open.items()) if one.name == name]
        for value in own[: len(own) - _MOST_OPEN + 1]:
            self._open.pop(value, None)
        value, now_s = secrets.token_urlsafe(32), self._clock()
        self._open[value] = Session(name, self.language, role, now_s, now_s)
        return value, self._open[value]

    def _is_over(self, session: Session) -> bool:
        now_s = self._clock()
        if now_s - session.begun_s > LOGIN_S:
            return True
        if self.people is None:
            return False
        known = self.people.all().get(session.name)
        gone = known is None or known.role != session.role
        return gone or now_s - session.seen_s > IDLE_S


@dataclass(frozen=True, slots=True)
class Door:
    """Under what the page is reached.

    Attributes:
        hosts: What a browser may call us, such as ``127.0.0.1:8765``.
        scheme: ``https`` where there is a certificate.
    """

    hosts: frozenset[str]
    scheme: str = "http"


class Guard:
    """Middleware that lets through only what belongs here, and hardens every answer."""

    def __init__(self, app: ASGIApp, sessions: Sessions, door: Door) -> None:
        self._app = app
        self._sessions = sessions
        self._door = door

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
        if status == 401 and self._sessions.people is not None and scope["path"] == "/":
            await RedirectResponse(LOGIN, 303)(scope, receive, hardened)
        elif status:
            await PlainTextResponse(why, status)(scope, receive, hardened)
        else:
            scope["state"] = {**scope.get("state", {}), "session": session}
            await self._app(scope, receive, hardened)

    def _refusal(
        self, method: str, path: str, headers: Headers, session: Session | None
    ) -> tuple[int, str]:
        host = headers.get("host", "")
        if host not in self._door.hosts:
            return 421, "this is not the address of the review page"
        if method not in ("GET", "HEAD", "POST"):
            return 405, "method not allowed"
        if session is None and path not in (ENTER, LOGIN) and not path.startswith(_OPEN):
            return 401, "open the link that formscan review printed, or log in"
        if session is not None and not session.may_decide and _is_work(method, path):
            return 403, "an auditor only looks"
        if method == "POST":
            return self._post_refusal(path, headers, session)
        return 0, ""

    def _post_refusal(
        self, path: str, headers: Mapping[str, str], session: Session | None
    ) -> tuple[int, str]:
        ours = f"{self._door.scheme}://{headers.get('host', '')}"
        word = session.csrf if session is not None else ""
        if headers.get("origin", "") != ours or (session is None and path != LOGIN):
            return 403, "not from this page"
        if path != LOGIN and not hmac.compare_digest(
            headers.get("x-csrf", "").encode(), word.encode()
        ):
            return 403, "not from this page"
        length = headers.get("content-length", "")
        if not length.isdecimal():
            return 411, "length required"
        if int(length) > BODY_BYTES:
            return 413, "too large"
        if headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return 415, "JSON only"
        return 0, ""


def _is_work(method: str, path: str) -> bool:
    return (method == "POST" and path not in _OWN) or path.startswith(_WORK)
