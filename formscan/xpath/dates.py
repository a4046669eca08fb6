"""Dates of ODK XPath: ISO text in, ISO or formatted text out."""

from __future__ import annotations

import math
import re
from datetime import date, timedelta

from formscan.xpath.convert import text_of_number, to_number
from formscan.xpath.tree import Value

__all__ = ["date_text", "format_date"]

_EPOCH = date(1970, 1, 1)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]


def date_text(value: Value) -> str:
    """ISO date of a date, date-time or number of days since 1970-01-01; "" of anything else."""
    days = to_number(value)
    if math.isnan(days):
        return ""
    try:
        return (_EPOCH + timedelta(days=math.floor(days))).isoformat()
    except OverflowError:
        return ""


def format_date(text: str, pattern: str) -> str:
    """A date in the words of ``pattern`` (``%Y %y %m %n %b %d %e %a %H %h %M %S %3``)."""
    iso = date_text(text)
    if not iso:
        return ""
    day = date.fromisoformat(iso)
    clock = text.partition("T")[2][:8] or "00:00:00"
    hour, minute, second = [*clock.split(":"), "00", "00"][:3]
    words = {
        "Y": f"{day.year:04d}",
        "y": f"{day.year % 100:02d}",
        "m": f"{day.month:02d}",
        "n": str(day.month),
        "b": _MONTHS[day.month - 1],
        "d": f"{day.day:02d}",
        "e": str(day.day),
        "a": _DAYS[day.isoweekday() % 7],
        "H": hour,
        "h": text_of_number(float(hour)),
        "M": minute,
        "S": second,
        "3": "000",
        "%": "%",
    }
    return re.sub("%(.)", lambda found: words.get(found[1], found[0]), pattern)
