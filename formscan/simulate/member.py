"""One member of a synthetic family, and what follows from age and sex."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from numpy.random import Generator

from formscan.simulate.chance import chance, weighted

__all__ = ["Member", "birth_date", "education", "nik_of", "occupation"]

_RETIRED = ("640401", "640502", "640610", "641003", "647301")
"""Districts as they were coded before they left East Kalimantan; they live on in NIKs."""


@dataclass(frozen=True, slots=True)
class Member:
    """A row of the roster; attributes are named as the form's questions.

    Codes are strings as the code lists spell them; "" is blank.
    """

    nama: str
    nik: str
    jenis_kelamin: str
    lahir: date
    sts_kawin: str
    hubungan: str
    umur: int
    usia_kawin: int | None = None
    kode_ibu: str = ""
    akta_lahir: str = "1"
    agama: str = "1"
    pekerjaan: str = "01"
    pendidikan: str = "01"
    jkn: str = "1"
    keberadaan: str = "1"
    mutasi: str = "0"

    @property
    def alive(self) -> bool:
        """Counted in ``jumlah_anggota``: not dead, moved out or split off."""
        return self.mutasi not in {"2", "3", "5"}

    def months(self, today: date) -> int:
        """Age in months as the form calculates it."""
        return int((today - self.lahir).days / 30.4375)


def birth_date(age: int, today: date, rng: Generator) -> date:
    """A day on which somebody of ``age`` whole years may be born; ages heap on 1 January."""
    latest = _years_back(today, age)
    earliest = _years_back(today, age + 1) + timedelta(days=1)
    new_year = date(latest.year, 1, 1)
    if age > 35 and chance(rng, 0.06) and earliest <= new_year <= latest:
        return new_year
    return earliest + timedelta(days=int(rng.integers((latest - earliest).days + 1)))


def _years_back(today: date, years: int) -> date:
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)


def nik_of(born: date, sex: str, district: str, serial: int, rng: Generator) -> str:
    """A NIK: district of first registration, birth date (women: day + 40), serial.

    One in fifty has none and is written as sixteen nines.
    """
    if chance(rng, 0.02):
        return "9" * 16
    if born.year < 2007 and district.startswith("64") and chance(rng, 0.03):
        district = _RETIRED[int(rng.integers(len(_RETIRED)))]
    day = born.day + (40 if sex == "2" else 0)
    return f"{district}{day:02d}{born:%m%y}{serial:04d}"


def education(age: int, rng: Generator) -> str:
    """A code of ``pendidikan`` that is usual for the age."""
    if age < 7:
        return "01"
    if age <= 12:
        return "03"
    if age <= 15:
        return weighted(rng, [("05", 0.9), ("04", 0.1)])
    if age <= 18:
        return weighted(rng, [("07", 0.8), ("06", 0.2)])
    if age <= 23:
        return weighted(rng, [("08", 0.5), ("09", 0.3), ("06", 0.2)])
    schools = [("08", 0.38), ("06", 0.2), ("04", 0.2), ("10", 0.12), ("02", 0.06), ("01", 0.04)]
    old = [("04", 0.45), ("02", 0.2), ("01", 0.15), ("06", 0.1), ("08", 0.1)]
    return weighted(rng, old if age > 55 else schools)


def occupation(age: int, sex: str, rng: Generator) -> str:
    """A code of ``pekerjaan`` that is usual for age and sex."""
    if age < 17 or chance(rng, 0.55 if sex == "2" else 0.05):
        return "01"
    if age > 60 and chance(rng, 0.4):
        return weighted(rng, [("09", 0.5), ("01", 0.5)])
    return weighted(
        rng,
        [("02", 0.3), ("04", 0.14), ("07", 0.2), ("08", 0.14), ("10", 0.14), ("06", 0.05),
         ("03", 0.025), ("05", 0.005)],
    )  # fmt: skip
