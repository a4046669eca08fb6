"""The options of every command that reads scans into an output folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from formscan.cli.speech import Option

__all__ = ["run_options"]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_ENGINES = ("serial", "processes", "dask")
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_OPTIONS = (
    click.option(
        "--out", cls=Option, required=True, type=click.Path(path_type=Path), help="run.out"
    ),
    click.option("--form", "forms", cls=Option, multiple=True, help="run.form"),
    click.option(
        "--batch", cls=Option, type=click.Path(path_type=Path, exists=True), help="run.batch"
    ),
    click.option("--against", cls=Option, multiple=True, type=_FOLDER, help="run.against"),
    click.option("--as-of", cls=Option, type=click.DateTime(["%Y-%m-%d"]), help="run.as_of"),
    click.option("--engine", cls=Option, type=click.Choice(_ENGINES), help="run.engine"),
    click.option("--workers", cls=Option, type=click.IntRange(0, 256), help="run.workers"),
    click.option("--scheduler", cls=Option, metavar="ADDRESS", help="run.scheduler"),
    click.option("--tls", cls=Option, type=_FOLDER, help="run.tls"),
    click.option("--store", cls=Option, metavar="URL", help="run.store"),
    click.option("--max-error", cls=Option, multiple=True, metavar="KIND=P", help="run.max_error"),
    click.option("--overlays", cls=Option, is_flag=True, default=None, help="run.overlays"),
    click.option("--link-scans", cls=Option, is_flag=True, default=None, help="run.link_scans"),
    click.option(
        "--with-pictures", cls=Option, is_flag=True, default=None, help="run.with_pictures"
    ),
)


def run_options(command: _Command) -> _Command:
    """All of them, in the order in which help shows them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
