"""``formscan run``: a folder of scans becomes rows."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from formscan.cli.progress import Progress
from formscan.cli.run_options import run_options, settings_of
from formscan.cli.speech import Command, Option, language, say
from formscan.cli.whole_run import check_places, read_and_write
from formscan.errors import NoPageError

if TYPE_CHECKING:
    from formscan.export import Written
    from formscan.settings import RunSettings

__all__ = ["command"]


@click.command("run", cls=Command, help="run.help")
@click.argument("scans", nargs=-1, required=True, type=click.Path())
@run_options
@click.option("--json", "as_json", cls=Option, is_flag=True, help="run.json")
def command(scans: tuple[str, ...], as_json: bool, **given: Any) -> None:
    """See ``run.help`` of the message catalogues."""
    from formscan.threads import one_native_thread

    one_native_thread()
    settings = settings_of(scans, given)
    start = time.perf_counter()
    with Progress(quiet=as_json) as progress:
        document, written, decoded = _run(settings, progress)
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
    else:
        _tell(settings, document, written, time.perf_counter() - start)
    if not decoded:
        raise NoPageError(say("run.no_page", pages=settings.out / "pages.csv"))


def _run(settings: RunSettings, progress: Progress) -> tuple[dict[str, Any], Written, bool]:
    from formscan.batch import load_setup
    from formscan.store import judge_place, locked, open_store

    check_places(settings)
    setup = load_setup(settings.forms)
    progress.place = judge_place(settings.out)
    with locked(settings.out), open_store(settings.out, settings.store) as store:
        return read_and_write(settings, setup, store, progress)


def _tell(
    settings: RunSettings, document: dict[str, Any], written: Written, seconds: float
) -> None:
    """What was done, in ``seconds`` from first to last, and where to look."""
    from formscan.rules.before import SEEN_BEFORE

    for wanted, got in written.renamed:
        click.echo(say("run.held_open", wanted=wanted.name, got=got.name))
    speed, counts = document["speed"], asdict(written.counts)
    click.echo(
        say(
            "run.done",
            pages=speed["pages"],
            pages_read=speed["pages_read"],
            seconds=_decimal(seconds),
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
    again = dict(written.counts.waiting).get(SEEN_BEFORE, 0)
    if again:
        click.echo(say("run.seen_before", number=again))
    if not document["audit_head"].startswith("0:"):
        click.echo(say("audit.head_is", head=document["audit_head"]))
    click.echo(say("run.where", out=settings.out))


def _decimal(number: float) -> str:
    """One decimal, with the comma that Indonesian readers expect."""
    written = f"{number:.1f}"
    return written.replace(".", ",") if language() == "id" else written
