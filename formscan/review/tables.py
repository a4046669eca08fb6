"""The tables of the batch from the browser: written while people go on, fetched as one file."""

from __future__ import annotations

import tempfile
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from formscan.batch import settle_batch
from formscan.export import write_outputs
from formscan.review.answers import now
from formscan.review.errands import Errands
from formscan.review.posted import posted, refused
from formscan.review.trust import Session
from formscan.store import Ledger, Store

__all__ = ["table_routes"]

_NAME = "formscan-export.zip"
_State = Literal["", "busy", "failed"]


def table_routes(out: Path, store: Store, errands: Errands) -> list[Route]:
    """``POST /api/export`` writes the tables anew, ``GET`` tells whether they are there."""
    tables = _Tables(out, store, errands)
    return [
        Route("/api/export", posted(tables.write), methods=["POST"]),
        Route("/api/export", tables.state, methods=["GET"]),
        Route(f"/{_NAME}", tables.fetch, methods=["GET"]),
    ]


class _Tables:
    def __init__(self, out: Path, store: Store, errands: Errands) -> None:
        self._file = out / _NAME
        self._store = store
        self._errands = errands
        self._lock = threading.Lock()
        self._state: _State = ""

    def write(self, who: Session, given: dict[str, Any]) -> Response:
        """Begin; the same file is written again while somebody else's is not finished."""
        if not who.may_supervise:
            return refused(who, "supervisor_only")
        with self._lock:
            begun, self._state = self._state != "busy", "busy"
        if begun:
            self._errands.soon(self._written(who.name))
        return JSONResponse({})

    def state(self, request: Request) -> Response:
        """Whether the tables are written."""
        if self._state == "failed":
            return refused(request.state.session, "export")
        return JSONResponse({"ready": self._state == "" and self._file.is_file()})

    def fetch(self, request: Request) -> Response:
        """The tables as they were written last."""
        who = request.state.session
        if not who.may_supervise or not self._file.is_file():
            return PlainTextResponse("nothing was written yet", 404)
        Ledger(self._store).note(who.name, "export_fetched", {}, now())
        return FileResponse(self._file, filename=_NAME, media_type="application/zip")

    def _written(self, who: str) -> Callable[[], None]:
        def work() -> None:
            end: _State = "failed"
            try:
                self._write(who)
                end = ""
            finally:
                self._state = end

        return work

    def _write(self, who: str) -> None:
        templates = self._store.templates()
        with tempfile.TemporaryDirectory(dir=self._file.parent) as folder:
            written = write_outputs(Path(folder), templates, settle_batch(self._store))
            fresh = Path(folder) / _NAME
            with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
                for _, file in written.files:
                    archive.write(file, file.name)
            fresh.replace(self._file)
        ledger = Ledger(self._store)
        ledger.note(who, "export", {"records": dict(written.counts.records)}, now())
