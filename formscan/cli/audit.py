"""``formscan audit``: what people did in a batch, whether it is as it was written; erasing."""

from __future__ import annotations

import datetime as dt
import getpass
from pathlib import Path

import click

from formscan.cli.given import FOLDER
from formscan.cli.speech import Command, Group, Option, language, say
from formscan.errors import StoreError

__all__ = ["command"]


@click.group("audit", cls=Group, help="audit.help")
def command() -> None:
    """See ``audit.help`` of the message catalogues."""


@command.command("verify", cls=Command, help="audit.verify_help")
@click.argument("out", type=FOLDER)
@click.option("--head", cls=Option, default="", metavar="N:SHA256", help="audit.option_head")
def verify(out: Path, head: str) -> None:
    """See ``audit.verify_help`` of the message catalogues."""
    from formscan.store import Ledger, read_store

    with read_store(out) as store:
        ledger = Ledger(store)
        broken, known = ledger.verify(head), ledger.head()
    if broken:
        lines = [say(f"audit.{one.what}", entry=one.entry) for one in broken]
        raise StoreError("\n".join([*lines, say("audit.broken")]))
    click.echo(say("audit.holds", number=known.partition(":")[0]))
    click.echo(say("audit.head_is", head=known))


@command.command("daily", cls=Command, help="audit.daily_help")
@click.argument("out", type=FOLDER)
@click.option("--day", cls=Option, type=click.DateTime(["%Y-%m-%d"]), help="audit.option_day")
@click.option("-o", "file", cls=Option, type=click.Path(path_type=Path), help="audit.option_file")
def daily(out: Path, day: dt.datetime | None, file: Path | None) -> None:
    """See ``audit.daily_help`` of the message catalogues."""
    from formscan.batch import settle_batch
    from formscan.report.daily import DAILY_RECORD, write_daily_record
    from formscan.store import Ledger, read_store

    when = day.date() if day else dt.datetime.now(dt.UTC).astimezone().date()
    with read_store(out) as store:
        name, ledger = out.resolve().name, Ledger(store)
        target = file or out / DAILY_RECORD
        path = write_daily_record(target, name, ledger, settle_batch(store), when, language())
        click.echo(say("audit.head_is", head=ledger.head()))
    click.echo(say("export.written", file=path))


@command.command("erase", cls=Command, help="audit.erase_help")
@click.argument("out", type=FOLDER)
@click.argument("record")
@click.option("--as", "person", cls=Option, default="", metavar="NAME", help="audit.option_as")
@click.option("--yes", cls=Option, is_flag=True, help="audit.option_yes")
def erase(out: Path, record: str, person: str, yes: bool) -> None:
    """See ``audit.erase_help`` of the message catalogues."""
    from formscan.batch import forget, settle_batch
    from formscan.export import write_outputs
    from formscan.report.run_report import write_report
    from formscan.store import Ledger, locked, open_store

    with open_store(out, make=False) as store, locked(out):
        if not yes:
            click.confirm(say("audit.confirm", record=record), abort=True)
        at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        done = forget(out, store, record, person or getpass.getuser(), at)
        write_outputs(out, store.templates(), settle_batch(store))
        if (out / "run.json").is_file():
            write_report(out, language=language())
        click.echo(say("audit.erased_now", pages=done.pages, decisions=done.decisions))
        for file in done.shared:
            click.echo(say("audit.shared", file=file))
        for scan in done.scans:
            click.echo(say("audit.scan_left", file=scan))
        click.echo(say("audit.copies_left"))
        click.echo(say("audit.head_is", head=Ledger(store).head()))
