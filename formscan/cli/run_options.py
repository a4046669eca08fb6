"""The options of every command that reads scans into an output folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from formscan.cli.given import FILE, FOLDER
from formscan.cli.speech import Option

if TYPE_CHECKING:
    from formscan.settings import RunSettings

__all__ = ["run_options", "settings_of"]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_ENGINES = ("serial", "processes", "dask")
_OPTIONS = (
    click.option(
        "--out", cls=Option, required=True, type=click.Path(path_type=Path), help="run.out"
    ),
    click.option("--form", "forms", cls=Option, multiple=True, help="run.form"),
    click.option("--batch", cls=Option, type=FILE, help="run.batch"),
    click.option("--against", cls=Option, multiple=True, type=FOLDER, help="run.against"),
    click.option("--as-of", cls=Option, type=click.DateTime(["%Y-%m-%d"]), help="run.as_of"),
    click.option("--engine", cls=Option, type=click.Choice(_ENGINES), help="run.engine"),
    click.option("--workers", cls=Option, type=click.IntRange(0, 256), help="run.workers"),
    click.option("--scheduler", cls=Option, metavar="ADDRESS", help="run.scheduler"),
    click.option("--tls", cls=Option, type=FOLDER, help="run.tls"),
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


def settings_of(scans: Sequence[str], given: dict[str, Any]) -> RunSettings:
    """Settings of a run of ``scans`` from what ``run_options`` were given, and the environment.

    Raises:
        SettingsError: A value that cannot be meant.
    """
    from formscan.settings import compose

    own = {name: given.pop(name) for name in ("out", "forms", "against")}
    as_of, file = given.pop("as_of"), given.pop("batch")
    return compose(
        scans,
        **own,
        as_of=as_of.date() if as_of else None,
        given=given,
        file=file,
        environment=os.environ,
    )
