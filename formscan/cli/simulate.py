"""``formscan simulate``: synthetic filled pages with exact truth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from formscan.cli.given import FILE
from formscan.cli.speech import Command, Option, say
from formscan.errors import StoreError

__all__ = ["command"]

_SEVERITIES = ("clean", "office", "field", "phone", "copy", "chat")
_FORMATS = {"jpg": ("jpg",), "pdf": ("pdf",), "tiff": ("tiff",), "mix": ("jpg", "pdf", "tiff")}


@click.command("simulate", cls=Command, help="simulate.help")
@click.argument("form")
@click.option(
    "-n", "count", cls=Option, type=click.IntRange(1), required=True, help="simulate.count"
)
@click.option("--seed", cls=Option, type=int, default=1, show_default=True, help="simulate.seed")
@click.option(
    "--severity",
    cls=Option,
    type=click.Choice(_SEVERITIES),
    default="office",
    show_default=True,
    help="simulate.severity",
)
@click.option("--writers", cls=Option, type=click.IntRange(0), default=0, help="simulate.writers")
@click.option(
    "--unipen",
    cls=Option,
    type=FILE,
    help="simulate.unipen",
)
@click.option(
    "--split",
    cls=Option,
    type=click.Choice(["train", "validation", "test"]),
    default="test",
    show_default=True,
    help="simulate.split",
)
@click.option(
    "--format",
    "scan_format",
    cls=Option,
    type=click.Choice(list(_FORMATS)),
    default="jpg",
    show_default=True,
    help="simulate.format",
)
@click.option("--dpi", cls=Option, type=click.IntRange(72, 600), help="simulate.dpi")
@click.option(
    "-o", "out", cls=Option, type=click.Path(path_type=Path), required=True, help="simulate.out"
)
def command(form: str, out: Path, scan_format: str, **given: Any) -> None:
    """See ``simulate.help`` of the message catalogues."""
    from rich.console import Console
    from rich.progress import Progress

    from formscan.threads import one_native_thread

    one_native_thread()
    from formscan.simulate import SimulateOptions, simulate
    from formscan.templates.load import load_template

    options = SimulateOptions(formats=_FORMATS[scan_format], **given)  # type: ignore[arg-type]
    template = load_template(form)
    console = Console()
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(say("simulate.writing"), total=options.count)
        try:
            made = simulate(
                template, options, out, lambda number: progress.update(task, completed=number)
            )
        except OSError as error:
            message = f"{out}: cannot be written ({error}); check rights and space"
            raise StoreError(message) from error
    click.echo(say("simulate.done", pages=made.pages, records=options.count, out=out))
    if made.unlawful:
        click.echo(say("simulate.unlawful", number=made.unlawful))
