"""How often somebody may try to log in: a few times at once, then ever more slowly."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

__all__ = ["Attempts"]

_FREE = 5
_SLOWEST_S = 300.0
_KEPT = 5000


class Attempts:
    """Failures by whatever they are counted by: a name, a computer. Safe to use from threads.

    After five failures in a row each further try must wait 2, 4, 8 … seconds, 300 at most; a
    success, or ten times that silence, forgets them.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failed: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def begin(self, *counted_by: str) -> float:
        """Count a try as failed until it is forgiven.

        Returns:
            Seconds to wait first; the try counts only where it is 0.
        """
        now_s = self._clock()
        with self._lock:
            wait_s = max(self._left(one, now_s) for one in counted_by)
            if wait_s == 0:
                for one in counted_by:
                    self._failed[one] = (self._failures(one, now_s) + 1, now_s)
                    self._failed.move_to_end(one)
                while len(self._failed) > _KEPT:
                    self._failed.popitem(last=False)
        return wait_s

    def forgive(self, *counted_by: str) -> None:
        """The try was right."""
        with self._lock:
            for one in counted_by:
                self._failed.pop(one, None)

    def _failures(self, one: str, now_s: float) -> int:
        number, last_s = self._failed.get(one, (0, 0.0))
        return 0 if now_s - last_s > 10 * _SLOWEST_S else number

    def _left(self, one: str, now_s: float) -> float:
        number = self._failures(one, now_s)
        if number < _FREE:
            return 0.0
        pause_s = min(2.0 ** (number - _FREE + 1), _SLOWEST_S)
        return max(0.0, self._failed[one][1] + pause_s - now_s)
