"""What a constraint says plainly about size: ``. >= 15 and . <= date('2024-01-01')``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

__all__ = ["AS_OF", "Limits", "limits_of"]

AS_OF = date(2025, 1, 1)
"""What ``today()`` means in invented records: equal seeds give equal bytes on any day."""

_NUMBER = re.compile(r"(?<![\w./'])\.\s*([<>]=?)\s*(\d{1,9})(?![\d-])")
_DAY = re.compile(r"(?<![\w./'])\.\s*([<>]=?)\s*date\(\s*'(\d{4}-\d{2}-\d{2})'\s*\)")


_WIDE = 10**9
_FIRST = date(1940, 1, 1)


@dataclass(frozen=True, slots=True)
class Limits:
    """Ends of the range in which a number and a date may lie, both included."""

    least: int
    most: int
    first: date
    last: date


def limits_of(constraint: str) -> Limits:
    """The limits of a constraint; those that it does not say plainly stay wide."""
    least, most = 0, _WIDE
    for sign, digits in _NUMBER.findall(constraint):
        step = 0 if sign.endswith("=") else 1
        if sign.startswith(">"):
            least = max(least, int(digits) + step)
        else:
            most = max(0, min(most, int(digits) - step))
    days = {sign[0]: date.fromisoformat(day) for sign, day in _DAY.findall(constraint)}
    first, last = days.get(">", _FIRST), min(days.get("<", AS_OF), AS_OF)
    return Limits(min(least, most), most, min(first, last), last)
