"""From what stands in the boxes (``raw``) to the typed ``value``, and back.

``raw`` is the boxes joined left to right, an empty box as one space, outer spaces stripped.
``value`` is an ISO date, an integer without leading zeros, a code as its list spells it,
space-separated codes, or the text itself; "" where ``raw`` is blank or cannot be meant.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from formscan.templates.model import ALPHABETS, Field, Template

__all__ = ["UNREADABLE", "is_blank", "is_picture", "raw_of", "type_problem", "typed"]

UNREADABLE = "?"
"""Stands in a candidate's text for a character that could not be read."""

_PICTURES = frozenset({"signature", "image"})


def is_picture(field: Field) -> bool:
    """Whether only the presence of ink counts: what free handwriting says is a suggestion."""
    free = field.kind == "text_line" and not field.printed and not field.code_list
    return free or field.kind in _PICTURES


def is_blank(field: Field, raw: str) -> bool:
    """Whether ``raw`` says that nothing is written."""
    if not raw.strip():
        return True
    columns = max(1, len(field.columns))
    return bool(field.empty_value) and raw in {field.empty_value, field.empty_value * columns}


def typed(field: Field, raw: str, template: Template) -> str:
    """The value of ``raw``, "" where it is blank, a picture, unreadable or impossible."""
    if is_blank(field, raw) or is_picture(field):
        return ""
    if field.kind == "comb" and UNREADABLE in raw:
        return ""
    match field.value_type:
        case "integer":
            return _integer(raw)
        case "date":
            return _date(field, raw)
        case "select_one" if field.kind == "text_line":
            return _labelled(raw, template, field)
        case "select_one":
            return _code(raw, _legal(field, template))
        case "select_multiple":
            return _codes(field, raw, _legal(field, template))
        case _:
            return _text(field, raw)


def type_problem(field: Field, raw: str, template: Template) -> Literal["", "type", "choice"]:
    """What makes a fully read ``raw`` impossible: an unlisted code, or no such number or date."""
    if is_blank(field, raw) or is_picture(field) or typed(field, raw, template):
        return ""
    if field.kind == "comb" and UNREADABLE in raw:
        return ""
    return "choice" if field.value_type.startswith("select") else "type"


def raw_of(field: Field, value: str) -> str:
    """How ``value`` is written by someone who fills every box as the form asks.

    Numbers are filled up with zeros to the number of boxes, dates follow ``field.pattern``.
    """
    if not value:
        return field.empty_value
    match field.value_type:
        case "integer" if field.cells:
            return value.zfill(len(field.cells))
        case "date" if field.pattern:
            year, month, day = value.split("-")
            return month + year if field.pattern == "MMYYYY" else day + month + year
        case "select_multiple":
            return field.multiple_join.join(value.split())
        case _:
            return value


def _legal(field: Field, template: Template) -> tuple[str, ...]:
    choices = tuple(choice.value for choice in template.choices(field))
    return choices or tuple(mark.value for mark in field.marks)


def _labelled(raw: str, template: Template, field: Field) -> str:
    """The code whose label, or itself, is written on a line, in capitals or not."""
    said = " ".join(raw.casefold().split())
    found = {
        choice.value
        for choice in template.choices(field)
        if said
        in {choice.value.casefold(), *(label.casefold() for label in choice.labels.values())}
    }
    return found.pop() if len(found) == 1 else ""


def _integer(raw: str) -> str:
    return str(int(raw)) if raw.isascii() and raw.isdecimal() else ""


def _code(raw: str, legal: tuple[str, ...]) -> str:
    """The listed code, also where its leading zero was not written and no other code fits."""
    if raw in legal or not legal:
        return raw
    if not raw.isdecimal():
        return ""
    same = [code for code in legal if code.isdecimal() and int(code) == int(raw)]
    return same[0] if len(same) == 1 and len(raw) < len(same[0]) else ""


def _codes(field: Field, raw: str, legal: tuple[str, ...]) -> str:
    if field.multiple_join:
        parts = raw.split(field.multiple_join)
    else:
        longest_first = sorted(legal, key=len, reverse=True)
        pattern = "|".join(map(re.escape, longest_first)) or "."
        parts = re.findall(pattern, raw)
        if "".join(parts) != raw:
            return ""
    if legal and not set(parts) <= set(legal):
        return ""
    return " ".join(parts)


def _text(field: Field, raw: str) -> str:
    if field.kind != "comb" or field.alphabet != "digits":
        return raw
    return raw if set(raw) <= set(ALPHABETS["digits"]) else ""


def _date(field: Field, raw: str) -> str:
    """The one calendar date that the boxes can mean.

    A day or month of one digit may stand in either of its boxes; as outer spaces of ``raw``
    are gone, both places of a shorter ``raw`` are tried, and two different dates mean none.
    """
    widths = (2, 4) if field.pattern == "MMYYYY" else (2, 2, 4)
    spare = sum(widths) - len(raw)
    if spare < 0 or spare > 1:
        return ""
    padded = {raw.rjust(sum(widths)), raw.ljust(sum(widths))}
    found = {day for text in padded if (day := _calendar_date(text, widths))}
    return found.pop() if len(found) == 1 else ""


def _calendar_date(text: str, widths: tuple[int, ...]) -> str:
    parts, at = [], 0
    for width in widths:
        parts.append(text[at : at + width].strip())
        at += width
    if not all(part.isascii() and part.isdecimal() for part in parts) or len(parts[-1]) != 4:
        return ""
    numbers = [int(part) for part in parts]
    day, month, year = numbers if len(numbers) == 3 else (1, *numbers)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
