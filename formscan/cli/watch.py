"""``formscan watch``: a folder into which a scanner writes becomes rows by itself."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from formscan.cli.given import FOLDER
from formscan.cli.hot_board import HotBoard
from formscan.cli.run_options import run_options, settings_of
from formscan.cli.speech import Command, Option, language, say
from formscan.cli.whole_run import check_places, read_and_write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from formscan.batch.growing import Look
    from formscan.settings import RunSettings

__all__ = ["command"]

_POLL_NETWORK_S = 10.0


@click.command("watch", cls=Command, help="watch.help")
@click.argument("folder", type=FOLDER)
@run_options
@click.option(
    "--still", cls=Option, type=click.FloatRange(0.1, 600), default=5.0, help="watch.still"
)
@click.option("--poll", cls=Option, type=click.FloatRange(0.1, 3600), help="watch.poll")
def command(folder: Path, still: float, poll: float | None, **given: Any) -> None:
    """See ``watch.help`` of the message catalogues."""
    from formscan.threads import one_native_thread

    one_native_thread()
    from formscan.batch.wakes import require_watchfiles
    from formscan.store import judge_place

    if poll is None:
        poll = _POLL_NETWORK_S if judge_place(folder).kind == "network" else 0.0
    if not poll:
        require_watchfiles()
    settings = settings_of((str(folder),), given)
    signal.signal(signal.SIGTERM, _stop)
    _watch(folder, settings, still, poll)


def _stop(_number: int, _frame: object) -> NoReturn:
    """What a service manager says instead of ctrl-C."""
    raise KeyboardInterrupt


def _watch(folder: Path, settings: RunSettings, still_s: float, poll_s: float) -> None:
    from formscan.batch import load_setup
    from formscan.store import locked, open_store

    check_places(settings)
    setup = load_setup(settings.forms)
    with (
        locked(settings.out),
        open_store(settings.out, settings.store) as store,
        HotBoard(folder, settings.out, language()) as board,
    ):
        click.echo(say("watch.begun", folder=folder, page=board.page), err=True)
        for look in _looks(folder, settings.out, board, still_s, poll_s):
            _, written, _ = read_and_write(settings, setup, store, board, look.ready.__contains__)
            board.round(written.counts)


def _looks(
    folder: Path, out: Path, board: HotBoard, still_s: float, poll_s: float
) -> Iterator[Look]:
    """The folder whenever something in it is ready, and once at the beginning, for ever."""
    from formscan.batch.growing import Growing
    from formscan.batch.wakes import wakes

    growing = Growing(folder, out, still_s)
    is_first, is_open = True, False
    for changed in wakes(folder, poll_s):
        if not folder.is_dir():
            board.away()
        elif changed or is_open:
            look = growing.look(time.monotonic())
            if look.ready or is_first:
                yield look
                growing.take(look)
            is_first, is_open = False, bool(look.waiting)
            board.wait(look.waiting)
