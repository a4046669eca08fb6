"""What a form says twice: NIK, birth date and sex of one person decoded together.

A NIK is six digits of a region, six of a birth date (women: day + 40) and a serial of four. Where
a form asks for birth date and sex beside it and its ``evidence`` names both, the three fields
are weighed together: the ink of both fields speaks for each digit of the date, and the family's
other numbers and the table of regions speak for the first six digits. Nothing but its own ink
speaks for the serial.

Two limits keep a person's true mistake visible: where the fields are more likely at odds than at
one, nothing is changed; nor where agreement would cost more than ``correction_nats`` of ink.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["DIGITS", "Person", "PersonOptions", "Posterior", "region_beliefs", "weigh"]

Floats = NDArray[np.float64]

DIGITS: Final = "0123456789"
_DAYS: Final = [f"{day:02d}" for day in range(1, 32)]
_WOMENS: Final = [f"{day:02d}" for day in range(41, 72)]
_MONTHS: Final = [f"{month:02d}" for month in range(1, 13)]
_YEARS: Final = [f"{year:04d}" for year in range(1900, 2041)]


_FLOOR: Final = 2e-5


@dataclass(frozen=True, slots=True)
class PersonOptions:
    """Priors of ``weigh``.

    Attributes:
        consistent: Share of persons whose three fields agree on paper.
        other_sex: Share of those whose dates agree, but not the sex.
        correction_nats: What an agreement may cost beyond the free reading of all boxes.
        floor: Smallest probability that a box can give a digit.
    """

    consistent: float = 0.955
    other_sex: float = 0.01
    correction_nats: float = 7.0
    floor: float = _FLOOR


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """Beliefs about the boxes of one person.

    Attributes:
        number: (16, 10) P(digit) of the NIK's boxes.
        birth: (8, 10) of day, month, year.
        sex: (2,) P(man), P(woman).
    """

    number: Floats
    birth: Floats
    sex: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """The beliefs once each field has heard the others.

    Attributes:
        person: As before, where they are at odds.
        confirmed: Log-odds that they agree; what an acceptance may rest on.
    """

    person: Person
    confirmed: float


def weigh(person: Person, options: PersonOptions = PersonOptions()) -> Posterior:
    """Decode date and sex of one person from all boxes that say them."""
    number, birth = (_log_fits(part, options.floor) for part in (person.number, person.birth))
    sex = np.log(np.maximum(person.sex, options.floor))
    month = _part(_MONTHS, birth[2:4]) + _part(_MONTHS, number[8:10])
    year = _part(_YEARS, birth[4:8]) + _part([y[2:] for y in _YEARS], number[10:12])
    days = [
        sex[at] + _part(_DAYS, birth[:2]) + _part(written, number[6:8])
        for at, written in enumerate((_DAYS, _WOMENS))
    ]
    dated = float(_log_sum(month) + _log_sum(year))
    dated -= math.log(2 * len(_DAYS) * len(_MONTHS) * len(_YEARS))
    together = dated + float(_log_sum(np.concatenate(days))) + math.log(options.consistent)
    crossed = [part - sex[at] + sex[1 - at] for at, part in enumerate(days)]
    rest = 1 - options.consistent - options.other_sex
    odds = together - float(
        np.logaddexp(
            dated + float(_log_sum(np.concatenate(crossed))) + math.log(options.other_sex),
            _apart(number, birth, sex) + math.log(rest),
        )
    )
    best = max(float(part.max()) for part in days) + float(month.max() + year.max())
    free = float(number[6:12].max(axis=1).sum() + birth.max(axis=1).sum() + sex.max())
    if odds <= 0 or free - best > options.correction_nats:
        return Posterior(person, min(odds, 0.0))
    share = 1 / (1 + math.exp(-odds))
    return Posterior(_heard(person, days, month, year, share), odds)


def _apart(number: Floats, birth: Floats, sex: Floats) -> float:
    """Log-probability of the boxes if the fields have nothing to do with each other."""
    dated = [_part(_DAYS + _WOMENS, number[6:8]), _part(_MONTHS, number[8:10])]
    dated.append(_part([f"{year:02d}" for year in range(100)], number[10:12]))
    born = [_part(_DAYS, birth[:2]), _part(_MONTHS, birth[2:4]), _part(_YEARS, birth[4:8])]
    said = sum(float(_log_sum(part)) - math.log(len(part)) for part in (*dated, *born))
    return said + float(_log_sum(sex)) - math.log(2)


def _heard(
    person: Person, days: Sequence[Floats], month: Floats, year: Floats, share: float
) -> Person:
    """The beliefs box by box, mixed with what they were by ``share`` of agreement."""
    day = [np.exp(part - _log_sum(np.concatenate(days))) for part in days]
    number, birth = person.number.copy(), person.birth.copy()
    number[6:8] = _boxes(_DAYS, day[0]) + _boxes(_WOMENS, day[1])
    birth[:2] = _boxes(_DAYS, day[0] + day[1])
    number[8:10] = birth[2:4] = _boxes(_MONTHS, np.exp(month - _log_sum(month)))
    birth[4:8] = _boxes(_YEARS, np.exp(year - _log_sum(year)))
    number[10:12] = birth[6:8]
    sex = np.array([part.sum() for part in day])
    return Person(
        number=share * number + (1 - share) * person.number,
        birth=share * birth + (1 - share) * person.birth,
        sex=share * sex + (1 - share) * person.sex,
    )


def _log_fits(beliefs: Floats, floor: float = _FLOOR) -> Floats:
    """Natural logarithms of beliefs, none below that of ``floor``."""
    return np.asarray(np.log(np.maximum(beliefs, floor)))


def _part(texts: Sequence[str], boxes: Floats) -> Floats:
    """(len(texts),) how well each text fits its boxes, natural logarithm."""
    found = np.zeros(len(texts))
    for at in range(len(texts[0])):
        found += boxes[at][[DIGITS.index(text[at]) for text in texts]]
    return found


def _boxes(texts: Sequence[str], shares: Floats) -> Floats:
    """(boxes, 10) from the shares of texts."""
    found = np.zeros((len(texts[0]), 10))
    for at in range(len(texts[0])):
        np.add.at(found[at], [DIGITS.index(text[at]) for text in texts], shares)
    return found


def _log_sum(values: Floats) -> float:
    top = float(values.max())
    return top + math.log(float(np.exp(values - top).sum()))


def region_beliefs(
    boxes: Floats,
    others: Mapping[str, float],
    known: Sequence[str],
    free: float = 0.015,
    correction_nats: float = 7.0,
) -> Floats:
    """(6, 10) beliefs about the first six digits, given the table and the family's other numbers.

    Args:
        boxes: (6, 10) P(digit) of the ink.
        others: What the other numbers of the record begin with, and how surely.
        known: Codes of the table that may fit at all.
        free: Share of codes that stand in no table.
        correction_nats: What a known code may cost beyond the free reading.
    """
    others = {code: weight for code, weight in others.items() if weight > 1e-6}
    total = sum(others.values())
    priors = dict.fromkeys(known, (1 - free) * 0.4 / 7266)
    for code, weight in others.items():
        priors[code] = priors.get(code, 0.0) + (1 - free) * 0.6 * weight / total
    codes = sorted(priors)
    if not codes:
        return boxes
    fits = _part(codes, _log_fits(boxes)) + np.log([priors[code] for code in codes])
    top = int(fits.argmax())
    cost = float(_log_fits(boxes).max(axis=1).sum()) - float(
        fits[top] - math.log(priors[codes[top]])
    )
    if cost > correction_nats:
        return boxes
    lone = math.log(free * 1e-6)
    whole = _log_sum(np.append(fits, lone))
    shares = np.exp(fits - whole)
    return np.asarray(_boxes(codes, shares) + (1 - shares.sum()) * boxes)
