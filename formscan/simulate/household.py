"""Block III of FK23: how the family lives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.random import Generator

from formscan.simulate.chance import chance, pick, weighted
from formscan.simulate.member import Member

__all__ = ["household_answers"]

_YES = (("sumber_penghasilan", 0.93), ("makan_beragam", 0.9), ("tabungan", 0.45),
        ("kegiatan_sosial", 0.8), ("akses_informasi", 0.9), ("uppka", 0.08))  # fmt: skip


def household_answers(members: Sequence[Member], today: date, rng: Generator) -> dict[str, str]:
    """All answers of block III; "3" (not applicable) exactly where the age group is absent."""
    answers = {name: _yes_no(rng, share) for name, share in _YES}
    months = [m.months(today) for m in members]
    teens = any(10 <= m.umur <= 24 and m.sts_kawin == "1" for m in members)
    groups = {
        "punya_akta_nikah": (any(m.sts_kawin == "2" for m in members), 0.9),
        "anak_7_15_tidak_sekolah": (any(7 <= m.umur <= 15 for m in members), 0.06),
        "komunikasi": (len(members) > 1, 0.9),
        "posyandu": (any(m < 60 for m in months), 0.8),
        "bkb": (any(m < 72 for m in months), 0.3),
        "bkr": (teens, 0.2),
        "pik_r": (teens, 0.15),
        "bkl": (any(m.umur >= 60 for m in members), 0.3),
    }
    for name, (present, share) in groups.items():
        answers[name] = _yes_no(rng, share) if present else "3"
    return answers | _house(members, rng) | _things(rng)


def _yes_no(rng: Generator, share: float) -> str:
    return "1" if chance(rng, share) else "2"


def _house(members: Sequence[Member], rng: Generator) -> dict[str, str]:
    people = max(1, sum(m.alive and m.keberadaan == "1" for m in members)) + int(chance(rng, 0.05))
    area = int(np.clip(people * rng.uniform(8.2, 22) + 10, 18, 480))
    return {
        "jenis_atap": weighted(rng, [("2", 0.6), ("3", 0.3), ("1", 0.05), ("4", 0.05)]),
        "jenis_dinding": weighted(rng, [("2", 0.45), ("3", 0.5), ("1", 0.03), ("4", 0.02)]),
        "jenis_lantai": pick(rng, "1233444567"),
        "sumber_penerangan": weighted(rng, [("1", 0.3), ("2", 0.3), ("3", 0.3), ("4", 0.1)]),
        "sumber_air_minum": f"{int(rng.integers(1, 11)):02d}",
        "fasilitas_bab": weighted(rng, [("1", 0.8), ("2", 0.1), ("3", 0.06), ("4", 0.04)]),
        "luas_rumah": str(area),
        "jml_penghuni": str(people),
        "bahan_bakar": weighted(rng, [("1", 0.85), ("2", 0.03), ("3", 0.11), ("4", 0.01)]),
        "kepemilikan_rumah": weighted(
            rng, [("1", 0.78), ("2", 0.12), ("3", 0.06), ("4", 0.02), ("5", 0.02)]
        ),
    }


def _things(rng: Generator) -> dict[str, str]:
    shares = {"a": 0.8, "b": 0.12, "c": 0.06, "d": 0.7, "e": 0.55, "f": 0.85}
    owned = [letter for letter, share in shares.items() if chance(rng, share)]
    sources = [letter for letter in "abcdefgh" if chance(rng, 0.35)]
    return {"aset": " ".join(owned) or "g", "sumber_info": " ".join(sources)}
