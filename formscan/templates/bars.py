"""The identity of a page once more, as bars in its margin: for sheets whose QR is lost.

28 digits, which a Code128 (ISO/IEC 15417) packs in pairs: page (2), serial (8), print run as a
number of base 36 (10), a mark of the form and its version (6), and check digits over all of it (2).
"""

from __future__ import annotations

import hashlib
import re
import string
from typing import NamedTuple

from formscan.templates.payload import PageCode

__all__ = ["BARS_MODULES", "BarsCode", "bars_code", "bars_text", "parse_bars"]

BARS_MODULES = 189
"""Length of the printed bars, in widths of the thinnest, without free paper at their ends."""

_TEXT = re.compile(r"[0-9]{28}")
_RUN_LENGTH = 6
_DIGITS = string.digits + string.ascii_uppercase


class BarsCode(NamedTuple):
    """What the bars of a page say.

    Attributes:
        mark: Six digits that stand for the form and its version.
    """

    page: int
    serial: str
    print_run: str
    mark: str


def bars_code(code: PageCode) -> BarsCode:
    """What the bars say of a page whose QR says ``code``."""
    digest = hashlib.sha256(f"{code.form}|{code.version}".encode()).hexdigest()
    mark = f"{int(digest, 16) % 1_000_000:06d}"
    return BarsCode(code.page, code.serial, code.print_run, mark)


def bars_text(code: PageCode) -> str:
    """The digits to print as a Code128."""
    said = bars_code(code)
    digits = f"{said.page:02d}{said.serial}{int(said.print_run, 36):010d}{said.mark}"
    return digits + _check_digits(digits)


def parse_bars(text: str) -> BarsCode | None:
    """What a Code128 says of a page, or None where it is not ours or a digit is wrong."""
    if _TEXT.fullmatch(text) is None or _check_digits(text[:-2]) != text[-2:]:
        return None
    run, number = "", int(text[10:20])
    for _ in range(_RUN_LENGTH):
        number, digit = divmod(number, len(_DIGITS))
        run = _DIGITS[digit] + run
    return None if number else BarsCode(int(text[:2]), text[2:10], run, text[20:26])


def _check_digits(digits: str) -> str:
    """The two check digits of ISO/IEC 7064, MOD 97-10."""
    return f"{98 - int(digits + '00') % 97:02d}"
