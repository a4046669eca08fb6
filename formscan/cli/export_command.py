"""``formscan export``: the results of a run, written once more elsewhere."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from formscan.cli.speech import Command, Option, say

__all__ = ["command"]


@click.command("export", cls=Command, help="export.help")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "kind",
    cls=Option,
    type=click.Choice(["csv", "xlsx"]),
    default="csv",
    show_default=True,
    help="export.format",
)
@click.option(
    "-o",
    "directory",
    cls=Option,
    type=click.Path(path_type=Path),
    required=True,
    help="export.directory",
)
def command(out: Path, kind: str, directory: Path) -> None:
    """See ``export.help`` of the message catalogues."""
    from formscan.batch import settle_batch
    from formscan.export import write_outputs, write_workbook
    from formscan.store import Ledger, open_store

    with open_store(out, make=False) as store, tempfile.TemporaryDirectory() as scratch:
        templates, settled = store.templates(), settle_batch(store)
        if kind == "csv":
            files = list(write_outputs(directory, templates, settled, xlsx=False).files)
        else:
            written = write_outputs(Path(scratch), templates, settled, xlsx=False)
            directory.mkdir(parents=True, exist_ok=True)
            latest = {template.form: template for template in templates}
            files = [
                write_workbook(directory, template, dict(written.files))
                for template in latest.values()
            ]
        head = Ledger(store).head()
    for _, got in files:
        click.echo(say("export.written", file=got))
    if not head.startswith("0:"):
        click.echo(say("audit.head_is", head=head))
