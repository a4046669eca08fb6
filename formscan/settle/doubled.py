"""Persons of a record whose NIK, birth date and sex are read together, see ``identity.py``."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from formscan.extract.belief import beliefs_of, reread
from formscan.extract.decode import UNREADABLE
from formscan.reading import FieldReading
from formscan.settle.identity import DIGITS, Floats, Person, Posterior, region_beliefs, weigh
from formscan.settle.sheet import Sheet
from formscan.tables.regions import regions
from formscan.templates.model import Field, Template

__all__ = ["with_evidence"]

_NIK_BOXES, _DATE = 16, "DDMMYYYY"
_SEXES = ("1", "2")
"""Codes of ISO 5218: man, woman."""

_SPOILT = 0.5
"""Belief from which the character in a box was struck or blacked out."""

_CLEARLY = 6.0
"""Log-odds of agreement beyond which nothing more is said."""

Place = tuple[int, int]
"""Sheet of the record and reading of the sheet."""


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """One reading with its field and its beliefs."""

    reading: FieldReading
    field: Field
    beliefs: list[dict[str, float]]

    @property
    def digits(self) -> Floats:
        """(boxes, 10) P(digit)."""
        return np.array([[belief.get(d, 0.0) for d in DIGITS] for belief in self.beliefs])

    @property
    def written(self) -> bool:
        """Whether most boxes hold a digit."""
        return bool((self.digits.sum(axis=1) > 0.5).mean() > 0.7)

    @property
    def spoilt(self) -> bool:
        """Whether a character was struck or blacked out.

        The right one stands elsewhere on the sheet and may be another than the other fields say:
        theirs is proposed to a person, and never counts by itself.
        """
        return any(belief.get(UNREADABLE, 0.0) > _SPOILT for belief in self.beliefs)


def with_evidence(sheets: Sequence[Sheet], template: Template) -> tuple[Sheet, ...]:
    """The sheets of a record with the numbers of persons read in the light of what says the same.

    Args:
        sheets: Of one record.
        template: Their form.
    """
    told = {
        (at, number): _Told(reading, field, beliefs_of(reading))
        for at, sheet in enumerate(sheets)
        for number, reading, field in _digit_combs(sheet)
    }
    numbers = {place: one for place, one in told.items() if _is_number(one)}
    begins = {place: _beginning(one) for place, one in numbers.items()}
    by_name = {(at, one.field.name, one.field.row): (at, n) for (at, n), one in told.items()}
    fresh: dict[Place, FieldReading] = {}
    for place, one in numbers.items():
        others = [begin for other, begin in begins.items() if other != place]
        fresh |= _heard(place, one, others, told, by_name, template)
    return tuple(
        replace(
            sheet,
            readings=tuple(
                fresh.get((at, number), reading) for number, reading in enumerate(sheet.readings)
            ),
        )
        for at, sheet in enumerate(sheets)
    )


def _digit_combs(sheet: Sheet) -> Iterator[tuple[int, FieldReading, Field]]:
    """The combs of digits that could be read, with their number among the readings."""
    printed = {(field.name, field.row): field for field in sheet.layout.fields}
    for number, reading in enumerate(sheet.readings):
        field = printed[reading.name, reading.row]
        if field.alphabet == "digits" and reading.cells and reading.candidates:
            yield number, reading, field


def _is_number(one: _Told) -> bool:
    """A NIK or a No. KK that is filled in, and not with nines for want of one."""
    return (
        one.field.error_kind == "id"
        and len(one.reading.cells) == _NIK_BOXES
        and one.written
        and one.reading.raw != "9" * _NIK_BOXES
    )


def _beginning(one: _Told) -> tuple[str, float]:
    """The first six digits as they look, and how surely."""
    first = one.digits[:6]
    return "".join(DIGITS[at] for at in first.argmax(axis=1)), float(first.max(axis=1).prod())


def _heard(
    place: Place,
    one: _Told,
    others: Sequence[tuple[str, float]],
    told: Mapping[Place, _Told],
    by_name: Mapping[tuple[int, str, int | None], Place],
    template: Template,
) -> dict[Place, FieldReading]:
    """New readings of a number and of the fields that say parts of it again."""
    digits = one.digits
    weights: dict[str, float] = {}
    for begin, share in others:
        weights[begin] = weights.get(begin, 0.0) + share
    digits[:6] = region_beliefs(digits[:6], weights, _known(digits[:6]))
    asked = [by_name.get((place[0], name, one.field.row)) for name in one.field.evidence]
    beside = [at for at in asked if at is not None]
    birth = next((at for at in beside if told[at].field.pattern == _DATE), None)
    sex = next((at for at in beside if told[at].field.code_list), None)
    if birth is None or sex is None or not told[birth].written or not told[sex].written:
        return {place: _again(one, digits, template)}
    codes = tuple(choice.value for choice in template.choices(told[sex].field))
    if codes != _SEXES:
        return {place: _again(one, digits, template)}
    shares = told[sex].digits[-1][1:3]
    found = weigh(Person(digits, told[birth].digits, shares))
    places = {"number": place, "birth": birth, "sex": sex}
    return _all_again(found, places, told, template)


def _all_again(
    found: Posterior,
    places: Mapping[str, Place],
    told: Mapping[Place, _Told],
    template: Template,
) -> dict[Place, FieldReading]:
    sex = told[places["sex"]].digits
    sex[-1][1:3] = found.person.sex
    digits = {"number": found.person.number, "birth": found.person.birth, "sex": sex}
    return {
        place: _again(told[place], digits[part], template, found.confirmed)
        for part, place in places.items()
    }


def _known(boxes: Floats) -> list[str]:
    """Codes of the table that the three likeliest digits of each box can make."""
    likely = [[DIGITS[d] for d in np.argsort(-box)[:3]] for box in boxes]
    table = regions()
    codes = ("".join(code) for code in itertools.product(*likely))
    return [code for code in codes if table.name(code)]


def _again(
    one: _Told,
    digits: Floats,
    template: Template,
    confirmed: float = 0.0,
) -> FieldReading:
    beliefs = [_belief(*each) for each in zip(one.beliefs, digits, strict=True)]
    codes = tuple(choice.value for choice in template.choices(one.field))
    said = max(min(confirmed, _CLEARLY), -_CLEARLY)
    again = reread(one.reading, one.field, codes, beliefs, said)
    return replace(again, confidence=0.0) if one.spoilt else again


def _belief(belief: Mapping[str, float], digits: Floats) -> dict[str, float]:
    """The new digits; what they leave goes to what else the box was thought to hold."""
    other = {text: p for text, p in belief.items() if text not in DIGITS or not text}
    left = max(1 - float(digits.sum()), 0.0) / max(sum(other.values()), 1e-9)
    return {
        **{text: p * min(left, 1.0) for text, p in other.items()},
        **dict(zip(DIGITS, digits.tolist(), strict=True)),
    }
