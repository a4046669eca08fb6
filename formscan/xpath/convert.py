"""Conversions between the value types of ODK XPath, as JavaRosa does them.

A date is its ISO text; as a number it is days since 1970-01-01, so that dates order and
subtract. An empty node set is the empty text.
"""

from __future__ import annotations

import math
from datetime import date, datetime

from formscan.xpath.tree import Value

__all__ = ["days_of", "text_of_number", "to_boolean", "to_number", "to_text", "unpack"]

_EPOCH = date(1970, 1, 1).toordinal()


def unpack(value: Value) -> str | float | bool:
    """A node set as the text of its first node; everything else as it is."""
    if isinstance(value, list):
        return value[0].text if value else ""
    return value


def to_text(value: Value) -> str:
    """Text of a value; whole numbers without a fraction."""
    plain = unpack(value)
    if isinstance(plain, str):
        return plain
    if isinstance(plain, bool):
        return "true" if plain else "false"
    return text_of_number(plain)


def text_of_number(number: float) -> str:
    """The shortest text of a number, whole numbers without a fraction."""
    if math.isfinite(number) and number == int(number):
        return str(int(number))
    if math.isnan(number):
        return "NaN"
    return repr(number) if math.isfinite(number) else ("Infinity" if number > 0 else "-Infinity")


def to_number(value: Value) -> float:
    """Number of a value; NaN for blank or other text, days since 1970-01-01 for an ISO date."""
    plain = unpack(value)
    if isinstance(plain, str):
        return _number_of_text(plain)
    return float(plain)


def _number_of_text(text: str) -> float:
    text = text.strip()
    if not text:
        return math.nan
    if len(text) >= 10 and text[4] == "-" and text[7] == "-":
        return days_of(text)
    if text[-1] not in "0123456789." or "_" in text or not text.isascii():
        return math.nan
    try:
        return float(text)
    except ValueError:
        return math.nan


def days_of(text: str) -> float:
    """Days (with fraction) since 1970-01-01 of an ISO date or date-time; NaN for other text."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return math.nan
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
    return moment.toordinal() - _EPOCH + seconds / 86_400


def to_boolean(value: Value) -> bool:
    """Truth of a value: non-empty text, non-zero number, non-empty node set."""
    if isinstance(value, list):
        return bool(value)
    if isinstance(value, float):
        return not math.isnan(value) and value != 0
    return bool(value)
