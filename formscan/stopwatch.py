"""What a page costs: wall time per stage and memory. Nothing is ever decided by these."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from formscan.reading import Measure

__all__ = ["Stopwatch", "peak_mb"]


class Stopwatch:
    """Wall milliseconds per stage."""

    def __init__(self) -> None:
        self._stages: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside, also where it raises."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self._stages[name] = (time.perf_counter() - start) * 1000

    def measures(self) -> tuple[Measure, ...]:
        """(stage, ms) in the order in which they began."""
        return tuple(Measure(name, round(value, 3)) for name, value in self._stages.items())


def peak_mb() -> float:
    """Peak resident memory of this process so far, MB; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
