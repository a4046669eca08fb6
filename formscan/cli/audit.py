"""``formscan audit``: whether what people did in a batch is as it was written."""

from __future__ import annotations

from pathlib import Path

import click

from formscan.cli.speech import Command, Group, Option, say
from formscan.errors import StoreError

__all__ = ["command"]


@click.group("audit", cls=Group, help="audit.help")
def command() -> None:
    """See ``audit.help`` of the message catalogues."""


@command.command("verify", cls=Command, help="audit.verify_help")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--head", cls=Option, default="", metavar="N:SHA256", help="audit.option_head")
def verify(out: Path, head: str) -> None:
    """See ``audit.verify_help`` of the message catalogues."""
    from formscan.store import Ledger, open_store

    with open_store(out, make=False) as store:
        ledger = Ledger(store)
        broken, known = ledger.verify(head), ledger.head()
    if broken:
        lines = [say(f"audit.{one.what}", entry=one.entry) for one in broken]
        raise StoreError("\n".join([*lines, say("audit.broken")]))
    click.echo(say("audit.holds", number=known.partition(":")[0]))
    click.echo(say("audit.head_is", head=known))
