"""The national identity number (NIK): 6 digits region, DDMMYY (women: day + 40), 4 serial.

It has no check digit and is never issued again when a part of it is wrong: what contradicts the
rest of the form is a reason to look, not an error. ``9999999999999999`` stands for no NIK.
"""

from __future__ import annotations

from datetime import date

from formscan.rules.base import NOBODY, Asked, Rule
from formscan.tables import regions

__all__ = ["BIRTH", "REGION", "RETIRED", "STRUCTURE", "digits_of_birth"]

_WOMEN = 40
_DIGITS = 16
_SEX_OF_WOMEN = "2"


def digits_of_birth(born: str, sex: str) -> str:
    """Digits 7 to 12 of the NIK of somebody.

    Args:
        born: ISO date.
        sex: ``1`` male, ``2`` female.
    """
    year, month, day = born.split("-")
    return f"{int(day) + _WOMEN * (sex == _SEX_OF_WOMEN):02d}{month}{year[2:]}"


def _is_nik(text: str) -> bool:
    return len(text) == _DIGITS and text.isascii() and text.isdecimal()


def _structure(asked: Asked) -> bool:
    nik = asked.value
    if nik == NOBODY:
        return True
    return _is_nik(nik) and nik[12:] != "0000" and _may_be_date(nik[6:12])


def _may_be_date(digits: str) -> bool:
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    day -= _WOMEN * (day > _WOMEN)
    return any(_is_date(century + year, month, day) for century in (1900, 2000))


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _state(nik: str) -> str:
    """Whether the region in a NIK is in force; ``retired`` below a district that is gone."""
    state = regions().state(nik[:6])
    return state or ("retired" if regions().state(nik[:4]) == "retired" else "")


def _region(asked: Asked) -> bool:
    return asked.value == NOBODY or not _is_nik(asked.value) or bool(_state(asked.value))


def _retired(asked: Asked) -> bool:
    number = asked.value
    return number == NOBODY or not _is_nik(number) or _state(number) not in {"retired", "dropped"}


def _birth(asked: Asked) -> bool:
    born, sex = asked.beside
    if asked.value == NOBODY or not _is_nik(asked.value) or not born or not sex:
        return True
    return asked.value[6:12] == digits_of_birth(born, sex)


STRUCTURE = Rule("nik", _structure)
REGION = Rule("nik_region", _region, "warn")
RETIRED = Rule("nik_retired", _retired, "warn")
BIRTH = Rule("nik_birth", _birth, "warn", review=True)
