"""What one enumerator writes far more often than families are like that: a reason to ask, gently.

The limits are several times what honest rosters show, and hold from some tens of answers on. A
warning stands on the enumerator's code in every record of theirs; it opens no item of review.
"""

from __future__ import annotations

from collections.abc import Callable

from formscan.rules.base import NOBODY, Asked, Rule

__all__ = ["NEW_YEAR", "NO_NUMBER", "ROUND_AGE", "SAME"]

_NO_NUMBER_SHARE, _NEW_YEAR_SHARE, _ROUND_SHARE, _SAME_SHARE = 0.2, 0.1, 0.4, 0.5
_PERSONS, _ADULTS, _FAMILIES = 30, 50, 10
_ADULT_YEARS = 23


def _seldom(is_odd: Callable[[str], bool], share: float, least: int) -> Callable[[Asked], bool]:
    """Whether at most ``share`` of the answers are odd, or there are fewer than ``least``."""

    def holds(asked: Asked) -> bool:
        tally = asked.context.index.answers(asked.field, asked.value, asked.fields)
        n = sum(tally.values())
        odd = sum(count for (answer, *_), count in tally.items() if is_odd(answer))
        return n < least or odd <= share * n

    return holds


def _is_new_year(born: str) -> bool:
    return born.endswith(("-01-01", "-12-31"))


def _round_age(asked: Asked) -> bool:
    """Of ages from 23 on one in five ends in 0 or 5."""
    tally = asked.context.index.answers(asked.field, asked.value, asked.fields)
    adults = {int(age): n for (age, *_), n in tally.items() if age.isdecimal()}
    adults = {age: n for age, n in adults.items() if age >= _ADULT_YEARS}
    n = sum(adults.values())
    return n < _ADULTS or sum(n for age, n in adults.items() if age % 5 == 0) <= _ROUND_SHARE * n


def _differs(asked: Asked) -> bool:
    tally = asked.context.index.answers(asked.field, asked.value, asked.fields)
    n = sum(tally.values())
    return n < _FAMILIES or max(tally.values()) <= _SAME_SHARE * n


NO_NUMBER = Rule(
    "often_no_nik",
    _seldom(NOBODY.__eq__, _NO_NUMBER_SHARE, _PERSONS),
    "warn",
    looks="answers",
)
NEW_YEAR = Rule(
    "often_new_year", _seldom(_is_new_year, _NEW_YEAR_SHARE, _PERSONS), "warn", looks="answers"
)
ROUND_AGE = Rule("often_round_age", _round_age, "warn", looks="answers")
SAME = Rule("often_same", _differs, "warn", looks="answers")
