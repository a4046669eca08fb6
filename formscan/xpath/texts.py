"""Text functions of ODK XPath that Python does not have ready."""

from __future__ import annotations

import functools
import math

import re2

from formscan.errors import told
from formscan.xpath.convert import to_number

__all__ = ["after", "before", "compiled", "matches", "selected_at", "substr", "translate"]

_PATTERN_BYTES = 1 << 20


def matches(text: str, pattern: str) -> bool:
    """``regex``: whether ``pattern`` matches the whole text, as on the phone."""
    return bool(compiled(pattern).fullmatch(text))


@functools.lru_cache(maxsize=1024)
def compiled(pattern: str) -> re2._Regexp:
    """A pattern ready to match, in time linear in the text whatever it is.

    Raises:
        ValueError: With a ``Told``: it is no regular expression, or needs what takes forever:
            look-around and references back.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _PATTERN_BYTES
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        why = error.args[0].decode(errors="replace") if error.args else "too large"
        raise ValueError(told("xpath.regex", pattern=pattern[:60], why=why)) from error


def substr(text: str, start: str, end: str = "") -> str:
    """Characters from ``start`` up to but without ``end``, counted from 0 or, negative, the end."""
    first = _place(start, text)
    last = _place(end, text) if end else len(text)
    return text[first:last]


def _place(written: str, text: str) -> int:
    """A place within ``text``; what is no number counts as 0, as on the phone."""
    number = to_number(written)
    at = 0 if math.isnan(number) else int(max(min(number, len(text)), -len(text)))
    return at + len(text) if at < 0 else at


def before(text: str, part: str) -> str:
    """What stands before the first ``part``, "" where it is not there or empty."""
    return text.partition(part)[0] if part and part in text else ""


def after(text: str, part: str) -> str:
    """What stands after the first ``part``; all of the text after an empty one."""
    return text.partition(part)[2] if part else text


def translate(text: str, source: str, target: str) -> str:
    """Each character of ``source`` as its partner in ``target``; without partner it is dropped."""
    table: dict[str, str] = {}
    for at, character in enumerate(source):
        table.setdefault(character, target[at] if at < len(target) else "")
    return "".join(table.get(character, character) for character in text)


def selected_at(text: str, at: str) -> str:
    """The code at place ``at``, counted from 0; "" beyond the last."""
    codes, index = text.split(), to_number(at)
    return codes[int(index)] if 0 <= index < len(codes) else ""
