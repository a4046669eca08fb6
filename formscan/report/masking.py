"""Texts of persons, shown only as far as an error needs."""

from __future__ import annotations

from formscan.report.characters import align

__all__ = ["differing", "masked", "short_name"]

_SAME = "•"
_GAP = "_"
_SHOWN = 4


def differing(truth: str, reading: str) -> tuple[str, str]:
    """Both texts, box under box, every character that they share shown as a dot."""
    pairs = align(truth, reading)
    return (
        "".join(_SAME if a == b else (a or _GAP) for a, b in pairs),
        "".join(_SAME if a == b else (b or _GAP) for a, b in pairs),
    )


def masked(number: str) -> str:
    """An identifier in a list: a dot for each character but the last four."""
    hidden = max(0, len(number) - _SHOWN)
    return _SAME * hidden + number[hidden:]


def short_name(name: str) -> str:
    """A name on a list that is carried about: the first word, and the initials of the others."""
    first, *others = name.split() or [""]
    return " ".join([first, *(f"{one[0]}." for one in others)])
