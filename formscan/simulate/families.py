"""Synthetic families that satisfy the rules of FK23, written down question by question.

Some carry mistakes on purpose; those are told apart from what the simulator gets right.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from numpy.random import Generator

from formscan.simulate.chance import chance, pick, weighted
from formscan.simulate.household import household_answers
from formscan.simulate.member import Member
from formscan.simulate.mistakes import Mistake, make_mistakes
from formscan.simulate.names import person_name
from formscan.simulate.planning import planning_answers
from formscan.simulate.roster import draw_roster, draw_size
from formscan.simulate.write import FieldKey
from formscan.tables import regions
from formscan.templates.model import Template

__all__ = ["Family", "Village", "draw_family", "draw_village"]

_PROVINCES = (("64", 0.6), ("65", 0.1), ("63", 0.1), ("35", 0.1), ("73", 0.1))
_STREETS = ("JL. MAWAR", "JL. MELATI", "GG. KELAPA", "JL. PAHLAWAN", "DUSUN HILIR",
            "JL. POROS DESA", "LORONG 3", "JL. SUDIRMAN", "KAMPUNG BARU", "JL. DAMAI")  # fmt: skip
_NOTES = ("RUMAH BARU DIPERBAIKI", "KK HILANG", "DATANG DUA KALI", "ISTRI SEDANG DI LADANG")
_MISTAKEN = 0.12


@dataclass(frozen=True, slots=True)
class Village:
    """Where one kader goes from door to door.

    Attributes:
        code: Ten digits.
        kader: Six digits.
        kader_name: As the kader writes it.
        first_day: First day of visits.
    """

    code: str
    kader: str
    kader_name: str
    first_day: date


@dataclass(frozen=True, slots=True)
class Family:
    """What should stand on the sheets of one record.

    Attributes:
        values: (field, row) to text; see ``write.Values``.
        pages: Page types that are filled and scanned, in order.
        mistakes: What is wrong on purpose or, in an invented record of any form, against it.
    """

    values: dict[FieldKey, str] = dataclasses.field(repr=False)
    pages: tuple[int, ...]
    mistakes: tuple[Mistake, ...] = ()


def draw_village(rng: Generator) -> Village:
    """A village that exists, and a kader who does not."""
    code = weighted(rng, list(_PROVINCES))
    while len(code) < 10:
        code = pick(rng, tuple(regions().below(code)))
    kader = f"{code[:4]}{int(rng.integers(1, 100)):02d}"
    name = person_name(weighted(rng, [("2", 0.9), ("1", 0.1)]), rng, longest=20)
    return Village(code, kader, name, date(2023, 7, 1) + timedelta(days=int(rng.integers(20))))


def draw_family(template: Template, number: int, village: Village, rng: Generator) -> Family:
    """One family.

    Args:
        template: FK23; its rows tell which pages a family needs.
        number: Its number among the families of the run.
        village: Where it lives.
        rng: The draw.
    """
    status = weighted(
        rng, [("1", 0.83), ("2", 0.1), ("3", 0.03), ("4", 0.02), ("5", 0.01), ("6", 0.01)]
    )
    today = village.first_day + timedelta(days=int(rng.integers(0, 11)))
    found = status in {"1", "2"}
    members = draw_roster(draw_size(rng), today, village.code[:6], rng) if found else ()
    values: dict[FieldKey, str] = {
        (name, None): text
        for name, text in _identity(village, number, status, members, today, rng).items()
    }
    for row, member in enumerate(members, start=1):
        values |= {(name, row): text for name, text in _row(member).items()}
    if found:
        answers = planning_answers(members, today, rng) | household_answers(members, today, rng)
        answers |= _signatures(village, rng)
        values |= {(name, None): text for name, text in answers.items()}
    pages = _pages(template, len(members), found or chance(rng, 0.5))
    values |= _repeated(values, found)
    mistakes: tuple[Mistake, ...] = ()
    if found and chance(rng, _MISTAKEN):
        mistakes = make_mistakes(values, len(members), rng)
    return Family(values, pages, mistakes)


def _identity(
    village: Village,
    number: int,
    status: str,
    members: Sequence[Member],
    today: date,
    rng: Generator,
) -> dict[str, str]:
    code = village.code
    alive = sum(member.alive for member in members) or int(rng.integers(1, 6))
    sheets = 1 + (len(members) > 7) + (len(members) > 14)
    issued = date(2009, 1, 1) + timedelta(days=int(rng.integers(0, 5000)))
    card = f"{code[:6]}{issued:%d%m%y}{int(rng.integers(1, 80)):04d}"
    house = weighted(
        rng, [(str(int(rng.integers(1, 190))), 0.6), (f"{number % 60}A", 0.2), ("", 0.2)]
    )
    phone = f"08{pick(rng, ('12', '13', '21', '52', '57', '95'))}"
    phone += "".join(str(d) for d in rng.integers(0, 10, int(rng.integers(6, 10))))
    return {
        "kode_provinsi": code[:2],
        "kode_kabkota": code[2:4],
        "kode_kecamatan": code[4:6],
        "kode_desa": code[6:],
        "rw": f"{int(rng.integers(1, 9)):03d}",
        "rt": f"{int(rng.integers(1, 25)):03d}",
        "no_rumah": house,
        "no_urut_keluarga": pick(rng, (f"{number:04d}", f"{number:04d}", str(number))),
        "jumlah_anggota": str(alive),
        "lembar_ke": "1",
        "lembar_dari": str(sheets),
        "no_kk": "9" * 16 if chance(rng, 0.02) else card,
        "no_telepon": phone if chance(rng, 0.7) else "",
        "alamat": f"{pick(rng, _STREETS)} {house}".strip() if chance(rng, 0.9) else "",
        "status_keluarga": status,
        "kode_kader": village.kader,
        "tgl_pendataan": f"{today:%d%m%Y}",
    }


def _row(member: Member) -> dict[str, str]:
    same = ("nama", "nik", "jenis_kelamin", "sts_kawin", "akta_lahir", "hubungan", "kode_ibu",
            "agama", "pekerjaan", "pendidikan", "jkn", "keberadaan", "mutasi")  # fmt: skip
    row = {name: str(getattr(member, name)) for name in same}
    row["tgl_lahir"] = f"{member.lahir:%d%m%Y}"
    row["usia_kawin"] = "" if member.usia_kawin is None else str(member.usia_kawin)
    return row


def _signatures(village: Village, rng: Generator) -> dict[str, str]:
    return {
        "ttd_kepala": "1",
        "nama_kader": village.kader_name,
        "ttd_kader": "1",
        "paraf_supervisor": "1" if chance(rng, 0.6) else "",
        "catatan": pick(rng, _NOTES) if chance(rng, 0.15) else "",
    }


def _repeated(values: dict[FieldKey, str], found: bool) -> dict[FieldKey, str]:
    """What the other pages say again, so that loose sheets find home."""
    if not found:
        return {}
    card, number = values["no_kk", None], values["no_urut_keluarga", None]
    again: dict[FieldKey, str] = {("kk_akhir_h2", None): card[-6:], ("no_urut_h2", None): number}
    return again | {(f"no_kk_h{page}", None): card for page in (3, 4)}


def _pages(template: Template, rows: int, page_2: bool) -> tuple[int, ...]:
    """Page 1, page 2 where it was handed in, and the continuations that the rows need."""
    pages = []
    for layout in template.pages:
        first = layout.rows[0] if layout.rows else 0
        needed = first <= rows if layout.continuation else (layout.page == 1 or page_2)
        if needed:
            pages.append(layout.page)
    return tuple(pages)
