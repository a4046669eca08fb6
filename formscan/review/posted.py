"""A POST of our own page: a JSON object, and who sends it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from formscan.messages import text
from formscan.review.trust import Session

__all__ = ["posted", "refused", "said"]

_MOST_CHARACTERS = 500


def posted(
    handle: Callable[[Session, dict[str, Any]], Response],
) -> Callable[[Request], Any]:
    """An endpoint that hands the session and the object to ``handle``, in a thread."""

    async def endpoint(request: Request) -> Response:
        try:
            given = json.loads(await request.body())
        except ValueError:
            given = None
        if not isinstance(given, dict):
            return PlainTextResponse("JSON object expected", 400)
        return await run_in_threadpool(handle, request.state.session, given)

    return endpoint


def refused(who: Session, why: str) -> Response:
    """``review.no_<why>`` of the catalogue."""
    return JSONResponse({"refused": text(f"review.no_{why}", who.language)}, 409)


def said(given: dict[str, Any], name: str) -> str:
    """A text of the object, of reasonable length and without what no keyboard types."""
    given_text = str(given.get(name) or "")[:_MOST_CHARACTERS]
    return "".join(one if one.isprintable() else " " for one in given_text)
