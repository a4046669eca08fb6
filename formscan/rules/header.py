"""What a batch should hold, told by whoever handed out the forms.

In the file of ``--batch``::

    [header]
    area = "6402012001"
    kader = ["640201", "640202"]
    serials = ["00000001-00000200"]

Every line may be left out: what is not told is not checked. An area is a region code of 2, 4, 6
or 10 digits; several stand in a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from formscan.errors import SettingsError, told
from formscan.tables import regions

__all__ = ["BatchHeader", "parse_header"]

_SERIAL_DIGITS = 8


@dataclass(frozen=True, slots=True)
class BatchHeader:
    """The header of a batch; () = anything.

    Attributes:
        area: Region codes that records must lie in.
        kader: Codes of the enumerators at work.
        serials: First and last serial of each bundle of forms, both included.
    """

    area: tuple[str, ...] = ()
    kader: tuple[str, ...] = ()
    serials: tuple[tuple[str, str], ...] = ()

    def as_table(self) -> dict[str, Any]:
        """What ``parse_header`` takes."""
        return {**asdict(self), "serials": tuple("-".join(pair) for pair in self.serials)}


def parse_header(table: Mapping[str, Any]) -> BatchHeader:
    """The header out of its TOML table.

    Raises:
        SettingsError: An unknown name, a region that does not exist, or an impossible range.
    """
    unknown = sorted(table.keys() - {"area", "kader", "serials"})
    if unknown:
        raise SettingsError(told("rules.header_unknown", names=", ".join(unknown)))
    area = _texts(table, "area")
    for code in area:
        if not regions().name(code):
            raise SettingsError(told("rules.header_area", code=code))
    return BatchHeader(area, _texts(table, "kader"), tuple(map(_range, _texts(table, "serials"))))


def _texts(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = table.get(name, ())
    texts = (value,) if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        raise SettingsError(told("rules.header_text", name=name))
    return tuple(texts)


def _range(text: str) -> tuple[str, str]:
    first, _, last = (part.strip().zfill(_SERIAL_DIGITS) for part in text.partition("-"))
    if "-" not in text:
        last = first
    digits = f"{first}{last}"
    if not (digits.isascii() and digits.isdecimal() and len(digits) == 2 * _SERIAL_DIGITS):
        raise SettingsError(told("rules.header_serials", given=text))
    if first > last:
        raise SettingsError(told("rules.header_serials", given=text))
    return first, last
