"""Cover sheets: what lies on top of a bundle of forms, and how many sheets it counts.

The QR holds ``FC1|bundle|area|kader|sheets|check``: six base32 characters, random per cover, a
region code or nothing, an enumerator's code or nothing, the number of sheets of paper, and the
check character of all four. A cover says nothing about the pages behind it but their number.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from formscan.templates.payload import check_character

__all__ = ["KADER", "Cover", "cover_payload", "parse_cover"]

KADER = re.compile(r"[0-9A-Z]{0,12}")
"""An enumerator's code on a cover."""

_PAYLOAD = re.compile(
    rf"FC1\|(?P<bundle>[0-9A-Z]{{6}})\|(?P<area>[0-9]{{0,10}})\|(?P<kader>{KADER.pattern})"
    r"\|(?P<sheets>[0-9]{1,4})\|(?P<check>[0-9A-Z])"
)


class Cover(NamedTuple):
    """What a cover sheet says."""

    bundle: str
    area: str
    kader: str
    sheets: int


def cover_payload(cover: Cover) -> str:
    """The text of the QR."""
    check = check_character(f"{cover.bundle}{cover.area}{cover.kader}{cover.sheets}")
    return f"FC1|{cover.bundle}|{cover.area}|{cover.kader}|{cover.sheets}|{check}"


def parse_cover(text: str) -> Cover | None:
    """The cover in a QR's text, or None where it is none or its check is wrong."""
    found = _PAYLOAD.fullmatch(text)
    if found is None:
        return None
    cover = Cover(found["bundle"], found["area"], found["kader"], int(found["sheets"]))
    return cover if cover_payload(cover) == text else None
