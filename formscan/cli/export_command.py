"""``formscan export``: the results of a run, written once more elsewhere."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from formscan.cli.given import FOLDER
from formscan.cli.speech import Command, Option, say

if TYPE_CHECKING:
    from formscan.settle import Settled
    from formscan.templates.model import Template

__all__ = ["command"]


@click.command("export", cls=Command, help="export.help")
@click.argument("out", type=FOLDER)
@click.option(
    "--format",
    "kind",
    cls=Option,
    type=click.Choice(["csv", "xlsx", "odk"]),
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
    from formscan.store import Ledger, read_store

    with read_store(out) as store:
        templates, settled = store.templates(), settle_batch(store)
        if kind == "odk":
            _submit(out, directory, templates, settled)
        else:
            for file in _tables(kind, directory, templates, settled):
                click.echo(say("export.written", file=file))
        head = Ledger(store).head()
    if not head.startswith("0:"):
        click.echo(say("audit.head_is", head=head))


def _submit(
    out: Path, directory: Path, templates: Sequence[Template], settled: Iterable[Settled]
) -> None:
    from formscan.export import write_submissions
    from formscan.report.crops import field_cutter

    done = write_submissions(directory, templates, settled, field_cutter(out))
    click.echo(say("export.submitted", number=len(done.files), folder=directory))
    if done.held_back:
        click.echo(say("export.held_back", number=done.held_back, out=out))
    if done.without_scan:
        click.echo(say("export.without_scan", number=done.without_scan), err=True)


def _tables(
    kind: str, directory: Path, templates: Sequence[Template], settled: Iterable[Settled]
) -> list[Path]:
    from formscan.export import write_outputs, write_workbook

    if kind == "csv":
        return [got for _, got in write_outputs(directory, templates, settled, xlsx=False).files]
    with tempfile.TemporaryDirectory() as scratch:
        written = write_outputs(Path(scratch), templates, settled, xlsx=False)
        directory.mkdir(parents=True, exist_ok=True)
        put = dict(written.files)
        latest = {template.form: template for template in templates}
        return [
            write_workbook(directory, template, put)[1]
            for form, template in latest.items()
            if Path(scratch) / f"{form}.csv" in put
        ]
