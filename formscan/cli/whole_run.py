"""One whole run: pages are read, records settled, and all files of the output folder written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from formscan.cli.speech import language, say
from formscan.errors import StoreError, told

if TYPE_CHECKING:
    from formscan.batch import Event, RunSummary
    from formscan.export import Written
    from formscan.pipeline import PageSetup
    from formscan.settings import RunSettings
    from formscan.store import Store

__all__ = ["Listener", "check_places", "read_and_write"]


class Listener(Protocol):
    """Who is told how a run goes on."""

    def on_event(self, event: Event) -> None:
        """A page is read."""

    def stage(self, name: str) -> None:
        """What is done after the last page."""


def check_places(settings: RunSettings) -> None:
    """Nothing is made for scans that are not there, nor in a folder that holds other things.

    Raises:
        SettingsError: There are no such scans, or ``--against`` names no other batch.
        StoreError: The output folder is none.
        MissingProgramError: The engine is not installed.
    """
    from formscan.batch import check_against
    from formscan.image.enumerate import require_scans
    from formscan.runner import require_engine
    from formscan.store import has_store

    require_engine(settings.runner)
    require_scans(settings.scans)
    check_against(settings)
    out = settings.out
    if not out.is_dir() or has_store(out):
        return
    if any(not found.name.startswith((".", "formscan.")) for found in out.iterdir()):
        raise StoreError(told("run.foreign_out", out=out))


def read_and_write(
    settings: RunSettings,
    setup: PageSetup,
    store: Store,
    listener: Listener,
    is_ready: Callable[[Path], bool] = lambda file: True,
) -> tuple[dict[str, Any], Written, bool]:
    """Read what is new and write everything.

    Args:
        settings: Of this run.
        setup: The templates.
        store: Of ``settings.out``, which the caller has locked.
        listener: Told of progress.
        is_ready: Whether a file of a folder is to be read now.

    Returns:
        What ``run.json`` holds, with the head of the audit; the files written; whether any page
        could be decoded.
    """
    from formscan.batch import count_bundles, run_batch, settle_batch
    from formscan.export import write_outputs, write_run_json
    from formscan.store import Ledger

    today = dt.datetime.now(dt.UTC).astimezone().date()
    summary = run_batch(settings, setup, store, today, listener.on_event, is_ready)
    listener.stage(say("run.writing"))
    written = write_outputs(settings.out, store.templates(), settle_batch(store))
    document = _document(settings, store, summary, written)
    document["bundles"] = [bundle.as_table() for bundle in count_bundles(store)]
    write_run_json(settings.out, document)
    head = Ledger(store).head()
    _report(settings, listener)
    decoded = summary.decoded and bool(written.counts.decoded)
    return document | {"audit_head": head}, written, decoded


def _document(
    settings: RunSettings, store: Store, summary: RunSummary, written: Written
) -> dict[str, Any]:
    from formscan.cli.versions import versions
    from formscan.export import run_document

    told = {
        "as_of": store.meta("as_of"),
        "engine": settings.runner.engine,
        "workers": settings.runner.worker_count(),
        "max_error": dict(settings.max_error),
        "changes": [asdict(one) for one in summary.changes],
    }
    counts = written.counts
    speed = {
        "pages": summary.pages,
        "pages_read": summary.pages_read,
        "seconds": round(summary.seconds, 3),
        "pages_per_second": round(summary.all_pages_read / max(summary.all_seconds, 1e-9), 3),
        "seconds_per_stage": {name: round(ms / 1000, 3) for name, ms in counts.stage_ms},
        "peak_memory_mb": counts.peak_mb,
        "slowest": [
            {"scan": scan, "frame": frame, "ms": round(ms)} for scan, frame, ms in counts.slowest
        ],
    }
    return run_document(written.counts, store.templates(), told, versions(), speed)


def _report(settings: RunSettings, listener: Listener) -> None:
    """The pictures and pages of ``formscan.report``."""
    from formscan.report.overlay import write_overlays
    from formscan.report.run_report import write_report

    if settings.overlays:
        listener.stage(say("run.overlays_now"))
        write_overlays(settings.out, language=language())
    write_report(settings.out, language=language(), with_pictures=settings.with_pictures)
