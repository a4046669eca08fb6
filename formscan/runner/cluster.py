"""The way to a Dask scheduler: one somewhere in the network, or one of this run alone."""

from __future__ import annotations

import contextlib
import logging
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from pathlib import Path

import dask
from distributed import Client, LocalCluster
from distributed.security import Security

from formscan.errors import SettingsError, told
from formscan.runner.keys import require_keys, require_safe
from formscan.settings import RunnerOptions

__all__ = ["connected"]

_CONNECT_S = 15
_WORKERS_S = 60


@contextmanager
def connected(options: RunnerOptions) -> Iterator[Client]:
    """A client of the scheduler that ``options`` name, or of a cluster that ends with the block.

    The scheduler tells of each page whose worker died at once instead of trying it on others.

    Raises:
        SettingsError: The address is not safe or not there, its keys do not fit, or it has no
            workers.
    """
    with ExitStack() as stack:
        if options.scheduler:
            client = stack.enter_context(_remote(options.scheduler, options.tls))
        else:
            cluster = stack.enter_context(_local(options.worker_count()))
            client = stack.enter_context(Client(cluster, set_as_default=False))
        try:
            client.wait_for_workers(1, timeout=_WORKERS_S)
        except TimeoutError as error:
            raise SettingsError(told("cluster.no_workers", address=options.scheduler)) from error
        client.run_on_scheduler(_tell_of_first_death)
        yield client


def _security(folder: Path) -> Security:
    trust, own, key = require_keys(folder)
    roles = ("client", "scheduler", "worker")
    files = {
        f"tls_{role}_{what}": file for role in roles for what, file in (("cert", own), ("key", key))
    }
    return Security(require_encryption=True, tls_ca_file=trust, **files)


@contextmanager
def _local(workers: int) -> Iterator[LocalCluster]:
    """Workers on this computer, under keys that live as long as they do.

    Ctrl-C is held back while it starts, and so from all its threads and processes for good: it
    is the run's to handle. Its folder is its own: Dask tidies up a common one while others look.
    """
    with tempfile.TemporaryDirectory(prefix="formscan-", ignore_cleanup_errors=True) as folder:
        held = _hold_back_ctrl_c()
        try:
            cluster = _started(workers, folder)
        finally:
            if held is not None:
                signal.pthread_sigmask(signal.SIG_SETMASK, held)
        try:
            yield cluster
        finally:
            with contextlib.suppress(TimeoutError, OSError):  # all is read; the rest ends with us
                cluster.close()


def _started(workers: int, folder: str) -> LocalCluster:
    quietly = {"distributed.logging.distributed": "critical", "temporary-directory": folder}
    with dask.config.set(quietly):
        return LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            memory_limit=0,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # None would be 8787, for everybody
            scheduler_kwargs={"dashboard": False},
            security=Security.temporary(),
            silence_logs=logging.CRITICAL,
        )


def _hold_back_ctrl_c() -> set[signal.Signals] | None:
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        return None
    resource_tracker.ensure_running()  # which would let ctrl-C through again when it starts
    return {*signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})}  # type: ignore[arg-type]


@contextmanager
def _remote(address: str, tls: Path | None) -> Iterator[Client]:
    require_safe(address, tls)
    security = _security(tls) if tls is not None else None
    try:
        client = Client(address, security=security, timeout=_CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SettingsError(told("cluster.unreachable", address=address, why=error)) from error
    with client:
        yield client


def _tell_of_first_death(dask_scheduler: object) -> None:
    dask_scheduler.allowed_failures = 0  # type: ignore[attr-defined]
