"""``formscan review``: people settle what the machine is not sure of, in the browser."""

from __future__ import annotations

import getpass
import webbrowser
from pathlib import Path

import click

from formscan.cli.speech import Command, Option, language, say

__all__ = ["command"]


@click.command("review", cls=Command, help="review.help")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--as", "names", cls=Option, multiple=True, metavar="NAME", help="review.option_as")
@click.option(
    "--port", cls=Option, type=click.IntRange(0, 65535), default=8765, help="review.option_port"
)
@click.option("--no-browser", cls=Option, is_flag=True, help="review.option_no_browser")
@click.option("--store", cls=Option, default="", metavar="URL", help="review.option_store")
def command(out: Path, names: tuple[str, ...], port: int, no_browser: bool, store: str) -> None:
    """See ``review.help`` of the message catalogues."""
    from formscan.review.serve import serve
    from formscan.store import move_store, open_store

    people = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))

    def settling(done: int, of: int) -> None:
        if done == of or done % 200 == 0:
            click.echo(say("review.settling", done=done, of=of))

    def ready(links: dict[str, str]) -> None:
        for name, link in links.items():
            click.echo(say("review.open_link", name=name, link=link))
        click.echo(say("review.how_to_end"))
        if not no_browser:
            webbrowser.open(next(iter(links.values())))

    if store and move_store(out, store):
        click.echo(say("review.moved"))
    with open_store(out, make=False) as opened:
        serve(out, opened, people or (getpass.getuser(),), language(), port, settling, ready)
