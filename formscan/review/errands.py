"""Work that nobody waits for, done by a thread while people go on."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

__all__ = ["Errands"]

log = logging.getLogger(__name__)

Work = Callable[[], object]


class Errands:
    """One piece of work after the other, by a thread for as long as it is entered.

    What is not begun at the end is left undone: nothing may be lost by that. What fails is logged,
    and the next piece is done all the same.
    """

    def __init__(self) -> None:
        self._soon: deque[Work] = deque()
        self._some_time: deque[Work] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._ending = False

    def soon(self, work: Work) -> None:
        """Do this before all that has time; at once where no thread does the work."""
        if self._thread is None:
            work()
            return
        with self._changed:
            self._soon.append(work)
            self._changed.notify()

    def some_time(self, work: Work) -> None:
        """Do this when nothing else is asked for; never where no thread does the work."""
        with self._changed:
            self._some_time.append(work)
            self._changed.notify()

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._changed:
            self._ending = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while (work := self._next()) is not None:
            try:
                work()
            except Exception:
                log.exception("work beside the review page failed")

    def _next(self) -> Work | None:
        with self._changed:
            self._changed.wait_for(lambda: self._ending or self._soon or self._some_time)
            if self._ending:
                return None
            return (self._soon or self._some_time).popleft()
