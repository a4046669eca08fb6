"""The ``dask`` executor: pages over the computers of a cluster, or over this one's processors.

Only references go out and only outcomes come back: every worker reads the scans for itself, so
it must see them under the same name. A scheduler hands out pages to whatever workers it has;
they may come and go while the run lasts.
"""

from __future__ import annotations

import contextlib
import itertools
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from distributed import Client, KilledWorker, wait
from distributed.client import Future

from formscan.errors import SettingsError, told
from formscan.page import PageRef
from formscan.reading import PageOutcome
from formscan.runner.base import DEATHS_ALONE, DIED, Job, failed
from formscan.runner.cluster import connected
from formscan.runner.desk import Desk, Terms, lay_out, read_at_desk
from formscan.runner.software import software
from formscan.settings import RunnerOptions
from formscan.threads import one_native_thread

__all__ = ["Dask"]

_LOOK_S = 30.0
"""Seconds without any page after which the run looks whether there is a worker left."""
_PATIENCE = 10
"""So many looks in a row at a cluster without workers end the run."""


@dataclass(frozen=True, slots=True)
class Dask:
    """Pages over the workers of a scheduler, of which there may be many computers."""

    options: RunnerOptions

    def run(self, job: Job, refs: Iterable[PageRef]) -> Iterator[PageOutcome]:
        """See ``Executor.run``.

        Raises:
            SettingsError: The scheduler cannot be reached, has no workers, lost all of them, or
                one of them has other software or does not see the scans.
        """
        waiting = iter(refs)
        first = next(waiting, None)
        if first is None:
            return
        one_native_thread()
        with connected(self.options) as client:
            desk = Desk(job, Terms(software(), first.path))
            try:
                lay_out(desk, client)
                cluster = _Cluster(client, desk.name, self.options.window)
                yield from cluster.run(itertools.chain([first], waiting))
            finally:
                with contextlib.suppress(OSError, ValueError):  # no scheduler, or never laid out
                    client.unregister_worker_plugin(desk.name)


class _Cluster:
    """One run over one cluster; ``desk`` names what its workers were told."""

    def __init__(self, client: Client, desk: str, window: int) -> None:
        self._client = client
        self._desk = desk
        self._window = window
        self._numbers = itertools.count()

    def run(self, waiting: Iterator[PageRef]) -> Iterator[PageOutcome]:
        """All pages together; then one by one those whose worker died with them in hand.

        A scheduler cannot tell which of the pages that a worker was given ended it.
        """
        suspects: list[PageRef] | None = None
        while suspects is None or suspects:
            suspects = yield from self._together(waiting)
            yield from self._apart(suspects)

    def _together(self, waiting: Iterator[PageRef]) -> Generator[PageOutcome, None, list[PageRef]]:
        """Work off ``waiting``; returns the pages at hand after the first death of a worker."""
        flying: dict[Future[PageOutcome], PageRef] = {}
        suspects: list[PageRef] = []
        try:
            while True:
                room = 0 if suspects else max(0, self._room() - len(flying))
                for ref in itertools.islice(waiting, room):
                    flying[self._submit(ref)] = ref
                if not flying:
                    return sorted(suspects, key=lambda ref: (ref.scan, ref.frame))
                for future in self._done(flying):
                    ref = flying.pop(future)
                    outcome = _outcome(future)
                    if outcome is None:
                        suspects.append(ref)
                    else:
                        yield outcome
        finally:
            self._drop(flying)

    def _apart(self, suspects: list[PageRef]) -> Iterator[PageOutcome]:
        queue = deque(suspects)
        while queue:
            ref = queue.popleft()
            for _attempt in range(DEATHS_ALONE):
                future = self._submit(ref)
                try:
                    self._done([future])
                    outcome = _outcome(future)
                finally:
                    self._drop([future])
                if outcome is not None:
                    yield outcome
                    break
            else:
                yield failed(ref, "worker_died", DIED)

    def _submit(self, ref: PageRef) -> Future[PageOutcome]:
        key = f"{self._desk}-{next(self._numbers)}"
        return self._client.submit(read_at_desk, self._desk, ref, key=key)

    def _drop(self, futures: Iterable[Future[PageOutcome]]) -> None:
        """Nobody waits for these any more."""
        with contextlib.suppress(OSError):
            self._client.cancel(list(futures), force=True)

    def _room(self) -> int:
        """Pages handed out at once; grows and shrinks with the cluster."""
        return max(1, len(_workers(self._client))) * self._window

    def _done(self, flying: Iterable[Future[PageOutcome]]) -> list[Future[PageOutcome]]:
        """Those of ``flying`` that are over, at least one of them."""
        futures = list(flying)
        for look in itertools.count(1):
            try:
                with self._client.as_current():
                    wait(futures, timeout=_LOOK_S, return_when="FIRST_COMPLETED")
            except TimeoutError:
                if look >= _PATIENCE and not _workers(self._client):
                    raise SettingsError(told("cluster.no_workers_left")) from None
                continue
            break
        return [future for future in futures if future.done()]


def _workers(client: Client) -> dict[str, Any]:
    """Address to what is known of the worker; as the scheduler told last, without asking it."""
    known: dict[str, Any] = client.scheduler_info(n_workers=-1)["workers"]
    return known


def _outcome(future: Future[PageOutcome]) -> PageOutcome | None:
    """What was read; None where the worker died with the page in hand.

    Raises:
        SettingsError: The worker is unfit, or the scheduler is gone.
    """
    if future.status in ("cancelled", "lost"):
        raise SettingsError(told("cluster.lost"))
    try:
        return future.result()
    except KilledWorker:
        return None
