"""What the runner is: it maps a job over page references and knows nothing of forms.

The same job gives the same outcomes on every executor; only speed and isolation differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from formscan.page import PageRef
from formscan.reading import PageOutcome

__all__ = ["DEATHS_ALONE", "DIED", "Executor", "Job", "failed", "guarded"]

Job = Callable[[PageRef], PageOutcome]
"""Reads one page; picklable, and cheap to pickle once per worker."""

DEATHS_ALONE = 2
"""So many workers must a page end while it is the only one at hand, until it is given up."""

DIED = "reading this page ended its process twice; open the file and look at it"


class Executor(Protocol):
    """Runs a job over pages."""

    def run(self, job: Job, refs: Iterable[PageRef]) -> Iterator[PageOutcome]:
        """One outcome per page, as they finish (``serial``: in the order given).

        A job that raises gives the outcome ``rejected`` with reason ``internal_error``; one that
        ends its process ``DEATHS_ALONE`` times gives ``worker_died``. Closing the iterator stops
        the work.
        """
        ...


def failed(ref: PageRef, reason: str, detail: str) -> PageOutcome:
    """The outcome of a page that could not be read at all."""
    return PageOutcome(ref=ref, status="rejected", reason=reason, detail=detail)


def guarded(job: Job, ref: PageRef) -> PageOutcome:
    """``job(ref)``, with any exception turned into an outcome.

    The message of an unexpected exception may hold what was read from the page, so only its
    type and place are kept.
    """
    try:
        return job(ref)
    except Exception as error:  # noqa: BLE001 - the one place where anything may go wrong
        return failed(ref, "internal_error", _place(error))


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    where = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        where = f" in {code.co_name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}{where}"
