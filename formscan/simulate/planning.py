"""Block II of FK23: family planning of the married woman aged 10 to 49."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.random import Generator

from formscan.simulate.chance import chance, pick, weighted
from formscan.simulate.member import Member

__all__ = ["planning_answers", "woman_asked"]

Answers = dict[str, str]


def woman_asked(members: Sequence[Member]) -> int:
    """Row number of the woman whom block II asks, 0 where there is none."""
    for number, member in enumerate(members, start=1):
        married = member.jenis_kelamin == "2" and member.sts_kawin == "2"
        if married and 10 <= member.umur <= 49 and member.alive:
            return number
    return 0


def planning_answers(members: Sequence[Member], today: date, rng: Generator) -> Answers:
    """All answers of block II; empty where nobody is asked."""
    number = woman_asked(members)
    if not number:
        return {}
    woman = members[number - 1]
    answers = {"no_urut_istri": f"{number:02d}"} | _births(members, number, rng)
    pregnant = woman.umur <= 44 and chance(rng, 0.07)
    answers["hamil"] = "1" if pregnant else "2"
    if pregnant:
        answers["usia_hamil_minggu"] = str(int(rng.integers(4, 40)))
        answers["hamil_diinginkan"] = weighted(rng, [("1", 0.8), ("2", 0.13), ("3", 0.07)])
        return answers | _used_before(today, rng)
    young = woman.umur < 33
    wants = (
        [("1", 0.25), ("2", 0.4), ("3", 0.35)] if young else [("1", 0.07), ("2", 0.13), ("3", 0.8)]
    )
    answers["ingin_anak"] = weighted(rng, wants)
    if chance(rng, 0.62):
        back = int(rng.integers(1, 12 * max(1, min(9, woman.umur - (woman.usia_kawin or 15))) + 1))
        answers |= {"pakai_kb": "1", "kb_mulai": _month(today, back)}
        return answers | _method(members, rng)
    answers |= {"pakai_kb": "2", "alasan_tidak_kb": f"{int(rng.integers(1, 14)):02d}"}
    return answers | _used_before(today, rng)


def _births(members: Sequence[Member], number: int, rng: Generator) -> Answers:
    mine = [m for m in members if m.hubungan == "3" and m.kode_ibu == f"{number:02d}"]
    boys = sum(m.jenis_kelamin == "1" for m in mine) + int(chance(rng, 0.1))
    girls = sum(m.jenis_kelamin == "2" for m in mine) + int(chance(rng, 0.1))
    lost_boys, lost_girls = int(chance(rng, 0.05)), int(chance(rng, 0.05))
    births = boys + girls + lost_boys + lost_girls
    return {
        "jml_melahirkan": str(births),
        "alh_l": str(boys + lost_boys),
        "alh_p": str(girls + lost_girls),
        "amh_l": str(boys),
        "amh_p": str(girls),
        "anak_ideal": str(int(np.clip(rng.normal(2.4, 0.8), 1, 6))),
    }


def _used_before(today: date, rng: Generator) -> Answers:
    if chance(rng, 0.7):
        return {"pernah_kb_12bln": "2"}
    stopped = int(rng.integers(1, 12))
    started = stopped + int(rng.integers(3, 40))
    used = {
        "pernah_kb_12bln": "1",
        "kb_mulai_akhir": _month(today, started),
        "kb_berhenti": _month(today, stopped),
    }
    return used | _method((), rng)


def _method(members: Sequence[Member], rng: Generator) -> Answers:
    husband = any(m.jenis_kelamin == "1" and m.hubungan in {"1", "2"} for m in members)
    methods = [
        ("5", 0.45),
        ("6", 0.18),
        ("4", 0.12),
        ("3", 0.1),
        ("7", 0.05),
        ("9", 0.05),
        ("1", 0.04),
    ]
    if husband:
        methods.append(("2", 0.01))
    method = weighted(rng, methods)
    if method == "9":
        return {"metode_kb": method}
    places = (
        ("01", "02", "03") if method in {"1", "2"} else ("03", "06", "07", "04", "05", "09", "10")
    )
    informed = {f"info_{part}": weighted(rng, [("1", 0.8), ("2", 0.2)]) for part in "abc"}
    return {"metode_kb": method, "tempat_kb": pick(rng, places)} | informed


def _month(today: date, back: int) -> str:
    """``MMYYYY`` of the month ``back`` months ago."""
    months = today.year * 12 + today.month - 1 - back
    return f"{months % 12 + 1:02d}{months // 12}"
