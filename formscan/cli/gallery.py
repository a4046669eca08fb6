"""``formscan gallery``: all marks of a run on one page."""

from __future__ import annotations

from pathlib import Path

import click

from formscan.cli.given import FOLDER
from formscan.cli.speech import Command, Option, language, say

__all__ = ["command"]


@click.command("gallery", cls=Command, help="gallery.help")
@click.argument("out", type=FOLDER)
@click.option(
    "-o", "target", cls=Option, type=click.Path(path_type=Path, dir_okay=False),
    help="gallery.option_out",
)  # fmt: skip
@click.option(
    "--most", cls=Option, type=click.IntRange(1, 100_000), default=3000, help="gallery.option_most"
)
def command(out: Path, target: Path | None, most: int) -> None:
    """See ``gallery.help`` of the message catalogues."""
    from formscan.report.gallery import write_gallery

    path = target or out / "gallery.html"
    count = write_gallery(out, path, language=language(), most=most)
    click.echo(say("gallery.written", n=count, path=path))
