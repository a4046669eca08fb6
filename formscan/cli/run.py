"""``formscan run``: a folder of scans becomes rows."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from formscan.cli.progress import Progress
from formscan.cli.speech import Command, Option, language, say
from formscan.errors import NoPageError, StoreError, told

if TYPE_CHECKING:
    from formscan.batch import RunSummary
    from formscan.export import Written
    from formscan.settings import RunSettings
    from formscan.store import Store

__all__ = ["command"]

_ENGINES = ("serial", "processes", "dask")
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command("run", cls=Command, help="run.help")
@click.argument("scans", nargs=-1, required=True, type=click.Path())
@click.option("--out", cls=Option, required=True, type=click.Path(path_type=Path), help="run.out")
@click.option("--form", "forms", cls=Option, multiple=True, help="run.form")
@click.option("--batch", cls=Option, type=click.Path(path_type=Path, exists=True), help="run.batch")
@click.option("--against", cls=Option, multiple=True, type=_FOLDER, help="run.against")
@click.option("--as-of", cls=Option, type=click.DateTime(["%Y-%m-%d"]), help="run.as_of")
@click.option("--engine", cls=Option, type=click.Choice(_ENGINES), help="run.engine")
@click.option("--workers", cls=Option, type=click.IntRange(0, 256), help="run.workers")
@click.option("--scheduler", cls=Option, metavar="ADDRESS", help="run.scheduler")
@click.option("--tls", cls=Option, type=_FOLDER, help="run.tls")
@click.option("--store", cls=Option, metavar="URL", help="run.store")
@click.option("--max-error", cls=Option, multiple=True, metavar="KIND=P", help="run.max_error")
@click.option("--overlays", cls=Option, is_flag=True, default=None, help="run.overlays")
@click.option("--link-scans", cls=Option, is_flag=True, default=None, help="run.link_scans")
@click.option("--with-pictures", cls=Option, is_flag=True, default=None, help="run.with_pictures")
@click.option("--json", "as_json", cls=Option, is_flag=True, help="run.json")
def command(
    scans: tuple[str, ...],
    out: Path,
    forms: tuple[str, ...],
    batch: Path | None,
    against: tuple[Path, ...],
    as_of: dt.datetime | None,
    as_json: bool,
    **given: Any,
) -> None:
    """See ``run.help`` of the message catalogues."""
    from formscan.threads import one_native_thread

    one_native_thread()
    from formscan.settings import compose

    settings = compose(
        scans,
        out,
        forms=forms,
        as_of=as_of.date() if as_of else None,
        against=against,
        given=given,
        file=batch,
        environment=os.environ,
    )
    with Progress(quiet=as_json) as progress:
        document, written, decoded = _run(settings, progress)
    _tell(settings, document, written, as_json)
    if not decoded:
        raise NoPageError(say("run.no_page", pages=out / "pages.csv"))


def _run(settings: RunSettings, progress: Progress) -> tuple[dict[str, Any], Written, bool]:
    from formscan.batch import count_bundles, load_setup, run_batch, settle_batch
    from formscan.export import write_outputs, write_run_json
    from formscan.store import Ledger, judge_place, locked, open_store

    _check_places(settings)
    setup = load_setup(settings.forms)
    progress.place = judge_place(settings.out)
    today = dt.datetime.now(dt.UTC).astimezone().date()
    with locked(settings.out), open_store(settings.out, settings.store) as store:
        summary = run_batch(settings, setup, store, today, progress.on_event)
        progress.stage(say("run.writing"))
        written = write_outputs(settings.out, store.templates(), settle_batch(store))
        document = _document(settings, store, summary, written)
        document["bundles"] = [bundle.as_table() for bundle in count_bundles(store)]
        write_run_json(settings.out, document)
        head = Ledger(store).head()
        _report(settings, progress)
    decoded = summary.decoded and bool(written.counts.decoded)
    return document | {"audit_head": head}, written, decoded


def _check_places(settings: RunSettings) -> None:
    """Nothing is made for scans that are not there, nor in a folder that holds other things."""
    from formscan.image.enumerate import require_scans
    from formscan.runner import require_engine
    from formscan.store import has_store

    require_engine(settings.runner)
    require_scans(settings.scans)
    out = settings.out
    if not out.is_dir() or has_store(out):
        return
    if any(not found.name.startswith((".", "formscan.")) for found in out.iterdir()):
        raise StoreError(told("run.foreign_out", out=out))


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


def _report(settings: RunSettings, progress: Progress) -> None:
    """The pictures and pages of ``formscan.report``."""
    from formscan.report.overlay import write_overlays
    from formscan.report.run_report import write_report

    if settings.overlays:
        progress.stage(say("run.overlays_now"))
        write_overlays(settings.out)
    write_report(settings.out, language=language(), with_pictures=settings.with_pictures)


def _tell(settings: RunSettings, document: dict[str, Any], written: Written, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    for wanted, got in written.renamed:
        click.echo(say("run.held_open", wanted=wanted.name, got=got.name))
    speed, counts = document["speed"], asdict(written.counts)
    click.echo(
        say(
            "run.done",
            pages=speed["pages"],
            pages_read=speed["pages_read"],
            seconds=_decimal(speed["seconds"]),
        )
    )
    if not speed["pages"]:
        click.echo(say("run.nothing_found"))
    for heading in ("pages", "records"):
        parts = ", ".join(f"{say(f'report.status_{word}')} {n}" for word, n in counts[heading])
        if parts:
            click.echo(say(f"run.{heading}", parts=parts))
    for word, number in counts["reasons"]:
        click.echo(say("run.reason", number=number, sentence=say(f"image.{word}")))
    bundles = document["bundles"]
    if bundles:
        complete = sum(one["complete"] for one in bundles)
        click.echo(say("run.bundles", number=len(bundles), complete=complete))
    click.echo(say("run.review_items", number=written.counts.review_items))
    if not document["audit_head"].startswith("0:"):
        click.echo(say("audit.head_is", head=document["audit_head"]))
    click.echo(say("run.where", out=settings.out))


def _decimal(number: float) -> str:
    """One decimal, with the comma that Indonesian readers expect."""
    written = f"{number:.1f}"
    return written.replace(".", ",") if language() == "id" else written
