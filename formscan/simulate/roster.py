"""Who lives in a family: head, wife, children and other kin, in the form's order and rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.random import Generator

from formscan.simulate.chance import chance, pick, weighted
from formscan.simulate.member import Member, birth_date, education, nik_of, occupation
from formscan.simulate.names import family_word, person_name
from formscan.tables import regions

__all__ = ["draw_roster", "draw_size"]

_LARGEST = 20
_RELIGIONS = [("1", 0.85), ("2", 0.06), ("3", 0.04), ("4", 0.03), ("5", 0.01), ("7", 0.01)]
_INSURANCES = [("1", 0.5), ("2", 0.33), ("3", 0.03), ("4", 0.14)]


def draw_size(rng: Generator) -> int:
    """How many rows a family has, 1 to 20: mostly 2 to 6, one in twelve needs a second sheet."""
    if chance(rng, 0.08):
        return int(rng.integers(8, _LARGEST + 1))
    sizes = [(1, 8), (2, 16), (3, 22), (4, 24), (5, 15), (6, 9), (7, 6)]
    return weighted(rng, [(size, float(weight)) for size, weight in sizes])


@dataclass(frozen=True, slots=True)
class _House:
    """What the members of one family share."""

    today: date
    district: str
    religion: str
    insurance: str
    word: str
    rng: Generator

    def member(self, sex: str, age: int, number: int, **known: Any) -> Member:
        """A member of that sex and age with all that follows from it."""
        rng = self.rng
        born = birth_date(age, self.today, rng)
        district = self.district if chance(rng, 0.85) else _other_district(self.district, rng)
        usual = {
            "akta_lahir": weighted(rng, [("1", 0.88 if age < 40 else 0.6), ("2", 0.2)]),
            "agama": self.religion,
            "pekerjaan": occupation(age, sex, rng),
            "pendidikan": education(age, rng),
            "jkn": self.insurance if chance(rng, 0.9) else pick(rng, "1234"),
            "keberadaan": weighted(rng, [("1", 0.95), ("2", 0.04), ("3", 0.01)]),
            "mutasi": _change(born, self.today, known.get("hubungan", "4"), rng),
        }
        return Member(
            nama=person_name(sex, rng, shared=self.word if age < 30 else "", elder=age > 55),
            nik=nik_of(born, sex, district, number + int(rng.integers(0, 9)) * 20, rng),
            jenis_kelamin=sex,
            lahir=born,
            umur=age,
            **(usual | known),
        )


def _other_district(district: str, rng: Generator) -> str:
    """A district of the same regency."""
    return pick(rng, tuple(regions().below(district[:4])) or (district,))


def draw_roster(size: int, today: date, district: str, rng: Generator) -> tuple[Member, ...]:
    """A family of ``size`` rows.

    Args:
        size: 1 to 20.
        today: Day of the visit.
        district: Six digits of the kecamatan.
        rng: The draw.
    """
    house = _House(
        today,
        district,
        weighted(rng, _RELIGIONS),
        weighted(rng, _INSURANCES),
        family_word(rng),
        rng,
    )
    if size > 1 and chance(rng, 0.86):
        members = _couple(house)
    else:
        members = [_single_head(house, alone=size == 1)]
    members += _children(house, members, size - len(members))
    while len(members) < size:
        members.append(_relative(house, len(members) + 1))
    return tuple(members)


def _couple(house: _House) -> list[Member]:
    rng = house.rng
    wife_age = int(np.clip(rng.normal(38, 11), 17, 78))
    husband_age = int(np.clip(wife_age + rng.normal(3.5, 4), 18, 88))
    married = int(np.clip(rng.normal(21, 3.5), 15, wife_age))
    hers = {"sts_kawin": "2", "usia_kawin": married, "hubungan": "2"}
    his_age = int(np.clip(married + husband_age - wife_age, 15, husband_age))
    his = {"sts_kawin": "2", "usia_kawin": his_age, "hubungan": "1"}
    husband = house.member("1", husband_age, 1, **his)
    return [husband, house.member("2", wife_age, 2, **hers)]


def _single_head(house: _House, *, alone: bool) -> Member:
    rng = house.rng
    sex = weighted(rng, [("2", 0.65), ("1", 0.35)])
    age = int(np.clip(rng.normal(52, 16), 20, 92))
    states = [("4", 0.6), ("3", 0.25), ("1", 0.15 if alone else 0.03)]
    status = weighted(rng, states)
    married = None if status == "1" else int(np.clip(rng.normal(21, 3.5), 15, age))
    return house.member(sex, age, 1, sts_kawin=status, usia_kawin=married, hubungan="1")


def _children(house: _House, parents: list[Member], most: int) -> list[Member]:
    """Unmarried children of the wife or female head, eldest first."""
    rng = house.rng
    mother = next((p for p in parents if p.jenis_kelamin == "2"), None)
    elder = mother or parents[0]
    if elder.usia_kawin is None or most <= 0:
        return []
    father = next((p for p in parents if p.jenis_kelamin == "1"), elder)
    oldest = min(elder.umur - max(elder.usia_kawin, 16), father.umur - 16, 32)
    youngest = max(0, elder.umur - 44)
    room = [int(age) for age in range(youngest, oldest + 1)]
    wanted = min(most, len(room), int(rng.poisson(2.1)) + (most // 2 if most > 6 else 0))
    if wanted <= 0:
        return []
    ages = sorted(rng.choice(room, wanted, replace=False).tolist(), reverse=True)
    code = "" if mother is None else f"{parents.index(mother) + 1:02d}"
    if mother is None and chance(rng, 0.5):
        code = "00"
    first = len(parents) + 1
    return [
        house.member(
            weighted(rng, [("1", 0.51), ("2", 0.49)]), age, first + index,
            sts_kawin="1", hubungan="3", kode_ibu=code, pekerjaan=_child_work(age, rng),
        )
        for index, age in enumerate(ages)
    ]  # fmt: skip


def _child_work(age: int, rng: Generator) -> str:
    return occupation(age, "1", rng) if age > 19 else "01"


def _relative(house: _House, number: int) -> Member:
    """An unmarried or widowed relative."""
    rng = house.rng
    sex = pick(rng, "12")
    if chance(rng, 0.4):
        age = int(rng.integers(60, 90))
        married = int(np.clip(rng.normal(20, 3), 15, 30))
        return house.member(sex, age, number, sts_kawin="4", usia_kawin=married, hubungan="4")
    return house.member(sex, int(rng.integers(1, 30)), number, sts_kawin="1", hubungan="4")


def _change(born: date, today: date, relation: str, rng: Generator) -> str:
    """A code of ``mutasi``; head and wife stay, so that a family remains."""
    if (today - born).days < 365:
        return "1"
    if relation in {"1", "2"}:
        return weighted(rng, [("0", 0.9), ("6", 0.1)])
    return weighted(rng, [("0", 0.9), ("6", 0.04), ("3", 0.025), ("4", 0.02), ("2", 0.015)])
