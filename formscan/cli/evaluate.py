"""``formscan evaluate``: a run held against the truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from formscan.cli.given import FILE, FOLDER
from formscan.cli.speech import Command, Option, language, say

if TYPE_CHECKING:
    from formscan.report.evaluate import Evaluation

__all__ = ["command"]

_SHOWN = 5
"""Scans that are named on the console; ``evaluation.json`` names all."""


@click.command("evaluate", cls=Command, help="evaluate.help")
@click.argument("out", type=FOLDER)
@click.option("--truth", cls=Option, type=FILE, required=True, help="evaluate.option_truth")
@click.option(
    "-o", "folder", cls=Option, type=click.Path(path_type=Path), help="evaluate.option_folder"
)
@click.option("--form", "forms", cls=Option, multiple=True, help="evaluate.option_form")
@click.option("--json", "as_json", cls=Option, is_flag=True, help="evaluate.option_json")
def command(
    out: Path, truth: Path, folder: Path | None, forms: tuple[str, ...], as_json: bool
) -> None:
    """See ``evaluate.help`` of the message catalogues."""
    from formscan.report.evaluate import evaluate, to_json
    from formscan.report.evaluation_page import write_evaluation
    from formscan.templates.load import load_template

    evaluation = evaluate(out, truth, [load_template(form) for form in forms])
    written = write_evaluation(evaluation, folder or out, language())
    if as_json:
        click.echo(to_json(evaluation), nl=False)
        return
    _show(evaluation)
    if lost := evaluation.unmatched_scans:
        some = ", ".join(lost[:_SHOWN]) + (" …" if len(lost) > _SHOWN else "")
        click.echo(f"{say('evaluate.unmatched', n=len(lost))} ({some})", err=True)
    for path in written:
        click.echo(say("evaluate.written_to", path=path))


def _show(evaluation: Evaluation) -> None:
    from rich.console import Console

    from formscan.report.summary import summary_table

    console = Console(highlight=False)
    for table in summary_table(evaluation, language(), wide=console.width >= 100):
        console.print(table)
