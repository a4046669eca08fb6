"""The identity that is printed on each page as a QR code.

``FS1|form|version|page|serial|print_run|check``: the serial has 8 digits, the print run 6
characters of Crockford's base32, and the check character guards a person's typing.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["BASE32", "PageCode", "check_character", "parse_payload", "payload"]

BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MOD37 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PAYLOAD = re.compile(
    r"FS1\|(?P<form>[A-Za-z][A-Za-z0-9_-]{0,63})\|(?P<version>[^|]{1,32})\|(?P<page>[0-9]{1,2})"
    r"\|(?P<serial>[0-9]{8})\|(?P<print_run>[0-9A-Z]{6})\|(?P<check>[0-9A-Z*])"
)


class PageCode(NamedTuple):
    """What the QR of a page says."""

    form: str
    version: str
    page: int
    serial: str
    print_run: str


def check_character(digits: str) -> str:
    """The check character of ISO/IEC 7064, MOD 37,36, over 0-9A-Z (result 0-9A-Z)."""
    value = 36
    for character in digits:
        value = (value + _MOD37.index(character)) % 36 or 36
        value = value * 2 % 37
    return _MOD37[(37 - value) % 36]


def payload(code: PageCode) -> str:
    """The text to encode in the QR."""
    check = check_character(code.print_run + code.serial)
    return f"FS1|{code.form}|{code.version}|{code.page}|{code.serial}|{code.print_run}|{check}"


def parse_payload(text: str) -> PageCode | None:
    """The page code in a QR's text, or None where it is not ours or its check is wrong."""
    found = _PAYLOAD.fullmatch(text)
    if found is None:
        return None
    if check_character(found["print_run"] + found["serial"]) != found["check"]:
        return None
    return PageCode(
        found["form"], found["version"], int(found["page"]), found["serial"], found["print_run"]
    )
