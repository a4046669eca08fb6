"""How long decisions take, and how long what is left will take."""

from __future__ import annotations

import itertools
import statistics
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

__all__ = ["Pace", "hours_left", "paces"]

_PAUSE_S = 300.0
"""Seconds after which somebody did something else meanwhile."""

_ENOUGH = 5
"""Decisions from which a pace is told."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast somebody decides.

    Attributes:
        decisions: All that they made, one field at a time.
        median_s: Seconds from one to the next, pauses left out; None from too few.
    """

    person: str
    decisions: int
    median_s: float | None


def paces(decided: Iterable[tuple[str, str]]) -> tuple[Pace, ...]:
    """The pace of everybody.

    Args:
        decided: Who and when (ISO 8601), in order.
    """
    times: dict[str, list[datetime]] = defaultdict(list)
    for person, at in decided:
        times[person].append(datetime.fromisoformat(at))
    return tuple(Pace(person, len(each), _median_s(each)) for person, each in sorted(times.items()))


def hours_left(waiting: int, known: Iterable[Pace]) -> float | None:
    """Working hours of one person for what waits, None where nobody's pace is known."""
    told = [(one.decisions, one.median_s) for one in known if one.median_s is not None]
    made = sum(decisions for decisions, _ in told)
    if not made:
        return None
    return waiting * sum(decisions * median_s for decisions, median_s in told) / made / 3600


def _median_s(times: list[datetime]) -> float | None:
    gaps = [(b - a).total_seconds() for a, b in itertools.pairwise(times)]
    working = [gap for gap in gaps if 0 <= gap < _PAUSE_S]
    return statistics.median(working) if len(working) >= _ENOUGH else None
