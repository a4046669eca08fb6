"""Executors of the standard library: ``serial``, the reference, and ``processes``, a pool."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from formscan.page import PageRef
from formscan.reading import PageOutcome
from formscan.runner.base import DEATHS_ALONE, DIED, Job, failed, guarded
from formscan.settings import RunnerOptions
from formscan.threads import one_native_thread

__all__ = ["Processes", "Serial"]


@dataclass(frozen=True, slots=True)
class Serial:
    """One page after the other, in this process."""

    def run(self, job: Job, refs: Iterable[PageRef]) -> Iterator[PageOutcome]:
        """See ``Executor.run``."""
        for ref in refs:
            yield guarded(job, ref)


@dataclass(frozen=True, slots=True)
class Processes:
    """A pool of worker processes, rebuilt when one dies.

    A pool cannot tell which of the pages in flight ended its worker, so after a death each of
    them is tried again alone; one that ends its worker twice then is the culprit. Whatever else
    ends a worker (the system short of memory, a person) costs no page.
    """

    options: RunnerOptions

    def run(self, job: Job, refs: Iterable[PageRef]) -> Iterator[PageOutcome]:
        """See ``Executor.run``."""
        one_native_thread()
        waiting = iter(refs)
        suspects: list[PageRef] | None = None
        while suspects is None or suspects:
            suspects = yield from self._together(job, waiting)
            yield from self._apart(job, suspects)

    def _together(
        self, job: Job, waiting: Iterator[PageRef]
    ) -> Generator[PageOutcome, None, list[PageRef]]:
        """Work off ``waiting``; returns the pages that were in flight when a worker died."""
        workers = self.options.worker_count()
        room = workers * self.options.window
        flying: dict[PageRef, Future[PageOutcome]] = {}
        with _pool(workers, job, self.options) as pool:
            try:
                while True:
                    for ref in itertools.islice(waiting, room - len(flying)):
                        flying[ref] = Future()  # in flight even if the pool refuses it
                        flying[ref] = _submit(pool, ref)
                    if not flying:
                        return []
                    wait(flying.values(), return_when=FIRST_COMPLETED)
                    for ref in sorted((r for r, f in flying.items() if f.done()), key=_order):
                        outcome = flying[ref].result()
                        del flying[ref]
                        yield outcome
            except BrokenProcessPool:
                return sorted(flying, key=_order)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _apart(self, job: Job, suspects: list[PageRef]) -> Iterator[PageOutcome]:
        """Suspects one by one, in a process that is made anew whenever one of them ends it."""
        queue, deaths = deque(suspects), 0
        while queue:
            with _pool(1, job, self.options) as pool:
                try:
                    while queue:
                        yield _submit(pool, queue[0]).result()
                        queue.popleft()
                        deaths = 0
                except BrokenProcessPool:
                    deaths += 1
            if deaths == DEATHS_ALONE:
                yield failed(queue.popleft(), "worker_died", DIED)
                deaths = 0


def _order(ref: PageRef) -> tuple[str, int]:
    return ref.scan, ref.frame


def _pool(workers: int, job: Job, options: RunnerOptions) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        max_workers=workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_worker,
        initargs=(job, options.page_cpu_s),
    )


def _submit(pool: ProcessPoolExecutor, ref: PageRef) -> Future[PageOutcome]:
    """Hand one page to the pool, which starts its workers when it is handed work.

    They are started with ctrl-C held back, and so never see it, not even while they import;
    one that is pressed meanwhile reaches this process as soon as it is let through again.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        return pool.submit(_work, ref)
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(_work, ref)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


_job: Job | None = None


_page_cpu_s = 0.0


def _start_worker(job: Job, page_cpu_s: float) -> None:
    global _job, _page_cpu_s
    _job, _page_cpu_s = job, page_cpu_s
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl-C is the parent's to handle
    threading.Thread(target=_follow_parent, daemon=True).start()


def _follow_parent() -> None:
    """End this worker when its parent is killed, which no pool does by itself."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(ref: PageRef) -> PageOutcome:
    """Read a page, for so much processor time and no more.

    Beyond it the system ends the process, whatever library is busy in it, which is dealt with as
    any other death of a worker. Windows has no such timer.
    """
    assert _job is not None
    _allow(_page_cpu_s)
    try:
        return guarded(_job, ref)
    finally:
        _allow(0.0)


def _allow(cpu_s: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, cpu_s)
