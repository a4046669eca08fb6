"""Texts of the shape that a simple ``regex`` asks for: letters, classes and counts in a row."""

from __future__ import annotations

import re

from numpy.random import Generator

from formscan.simulate.chance import pick

__all__ = ["shaped"]

_ASKED = re.compile(r"regex\(\s*\.\s*,\s*'\^([^']*)\$'\s*\)")
_PART = re.compile(r"(\[[^\]\[^]+\]|\\d|[\w/.-])(?:\{(\d)(?:,(\d))?\})?")
_RANGE = re.compile(r"(.)-(.)|(.)")


def shaped(constraint: str, rng: Generator) -> str:
    """A text that obeys the constraint's ``regex``, "" where it has none or one not so simple."""
    asked = _ASKED.search(constraint)
    if asked is None:
        return ""
    text, at = "", 0
    for part in _PART.finditer(asked[1]):
        if part.start() != at:
            return ""
        at = part.end()
        least = int(part[2] or 1)
        letters = _letters(part[1])
        count = int(rng.integers(least, max(least, int(part[3] or least)) + 1))
        text += "".join(pick(rng, letters) for _ in range(count))
    return text if at == len(asked[1]) else ""


def _letters(part: str) -> str:
    if part == r"\d":
        return "0123456789"
    if not part.startswith("["):
        return part
    return "".join(
        single or "".join(map(chr, range(ord(first), ord(last) + 1)))
        for first, last, single in _RANGE.findall(part[1:-1])
    )
