"""Texts of persons, shown only as far as an error needs."""

from __future__ import annotations

from formscan.report.characters import align

__all__ = ["differing"]

_SAME = "•"
_GAP = "_"


def differing(truth: str, reading: str) -> tuple[str, str]:
    """Both texts, box under box, every character that they share shown as a dot."""
    pairs = align(truth, reading)
    return (
        "".join(_SAME if a == b else (a or _GAP) for a, b in pairs),
        "".join(_SAME if a == b else (b or _GAP) for a, b in pairs),
    )
