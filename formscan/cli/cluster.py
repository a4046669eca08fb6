"""``formscan cluster``: several computers read one batch."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import sys
import tempfile
from pathlib import Path

import click

from formscan.cli.given import FOLDER
from formscan.cli.speech import Command, Group, Option, say
from formscan.errors import MissingProgramError, told

__all__ = ["command"]


_QUIET = ("--no-dashboard", "--dashboard-address", "127.0.0.1:0")
"""No page of Dask's own for anybody who passes by."""


@click.group("cluster", cls=Group, help="cluster.help")
def command() -> None:
    """See ``cluster.help`` of the message catalogues."""


@command.command("keys", cls=Command, help="cluster.keys_help")
@click.argument("folder", type=click.Path(path_type=Path))
def keys(folder: Path) -> None:
    """See ``cluster.keys_help`` of the message catalogues."""
    from formscan.runner.keys import make_keys

    until = make_keys(folder, dt.datetime.now(dt.UTC))
    click.echo(say("cluster.keys_made", folder=folder, until=until.isoformat()))


@command.command("scheduler", cls=Command, help="cluster.scheduler_help")
@click.option("--tls", cls=Option, type=FOLDER, required=True, help="cluster.tls")
@click.option(
    "--port",
    cls=Option,
    type=click.IntRange(0, 65535),
    default=8786,
    show_default=True,
    help="cluster.port",
)
@click.option("--host", cls=Option, default="", help="cluster.host")
def scheduler(tls: Path, port: int, host: str) -> None:
    """See ``cluster.scheduler_help`` of the message catalogues."""
    arguments = ["scheduler", *_tls(tls), "--port", str(port), *_QUIET]
    click.echo(say("cluster.scheduler_starts"))
    _become([*arguments, *(["--host", host] if host else [])])


@command.command("worker", cls=Command, help="cluster.worker_help")
@click.argument("address")
@click.option("--tls", cls=Option, type=FOLDER, help="cluster.tls")
@click.option(
    "--workers", cls=Option, type=click.IntRange(0, 256), default=0, help="cluster.workers"
)
def worker(address: str, tls: Path | None, workers: int) -> None:
    """See ``cluster.worker_help`` of the message catalogues."""
    from formscan.runner.keys import require_safe
    from formscan.settings import RunnerOptions
    from formscan.threads import one_native_thread

    require_safe(address, tls)
    one_native_thread()
    count = RunnerOptions(workers=workers).worker_count()
    arguments = ["worker", address, *(_tls(tls) if tls else ()), *_QUIET]
    # A page may need 400 MB for a moment; the system's own limit is the better judge.
    _become([*arguments, "--nworkers", str(count), "--nthreads", "1", "--memory-limit", "0"])


def _tls(folder: Path) -> list[str]:
    from formscan.runner.keys import require_keys

    names = ("--tls-ca-file", "--tls-cert", "--tls-key")
    return [part for pair in zip(names, require_keys(folder), strict=True) for part in pair]


def _become(arguments: list[str]) -> None:
    """Go on as Dask's own program."""
    if importlib.util.find_spec("distributed") is None:
        raise MissingProgramError(told("cluster.not_installed"))
    sys.stdout.flush()
    os.environ["DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL"] = "60s"  # a pulled cable says nothing
    os.environ["DASK_TEMPORARY_DIRECTORY"] = tempfile.mkdtemp(prefix="formscan-")  # its own
    os.execv(sys.executable, [sys.executable, "-m", "dask", *arguments])  # noqa: S606 - no shell
