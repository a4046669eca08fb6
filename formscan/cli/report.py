"""``formscan report``: the report of a run, written again."""

from __future__ import annotations

from pathlib import Path

import click

from formscan.cli.given import FOLDER
from formscan.cli.speech import Command, Option, language, say

__all__ = ["command"]


@click.command("report", cls=Command, help="report.help")
@click.argument("out", type=FOLDER)
@click.option(
    "-o", "target", cls=Option, type=click.Path(path_type=Path, dir_okay=False),
    help="report.option_out",
)  # fmt: skip
@click.option("--with-pictures", cls=Option, is_flag=True, help="report.option_with_pictures")
@click.option("--overlays", cls=Option, is_flag=True, help="report.option_overlays")
def command(out: Path, target: Path | None, with_pictures: bool, overlays: bool) -> None:
    """See ``report.help`` of the message catalogues."""
    from formscan.report.overlay import write_overlays
    from formscan.report.run_report import write_report

    path = write_report(out, target, language=language(), with_pictures=with_pictures)
    click.echo(say("report.written_to", path=path))
    if overlays:
        folder = path.parent / "overlays"
        drawn = write_overlays(out, folder=folder, language=language())
        click.echo(say("report.overlays_drawn", n=len(drawn), path=folder))
