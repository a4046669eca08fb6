"""Mistakes that families and kader make; the paper then says so, and that is the truth."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.random import Generator

from formscan.simulate.chance import pick, weighted
from formscan.simulate.write import FieldKey

__all__ = ["MISTAKES", "Mistake", "make_mistakes"]

MISTAKES = (
    "nik_date",
    "nik_digit",
    "sex",
    "count",
    "code",
    "date",
    "missing",
    "double",
    "same_nik",
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing written wrong.

    Attributes:
        kind: Of ``MISTAKES`` where it is on purpose, else the code of the rule that is broken.
        field: Where it stands.
        row: Printed row, None outside the roster.
    """

    kind: str
    field: str
    row: int | None


def make_mistakes(values: dict[FieldKey, str], rows: int, rng: Generator) -> tuple[Mistake, ...]:
    """Spoil one or two answers in ``values``, in place."""
    made = []
    for _ in range(weighted(rng, [(1, 0.75), (2, 0.25)])):
        kind = pick(rng, MISTAKES)
        row = int(rng.integers(1, rows + 1))
        if (mistake := _spoil(values, kind, row, rows, rng)) is not None:
            made.append(mistake)
    return tuple(made)


def _spoil(
    values: dict[FieldKey, str], kind: str, row: int, rows: int, rng: Generator
) -> Mistake | None:
    field: str
    at: int | None = row
    match kind:
        case "nik_date" | "nik_digit":
            field, place = (
                "nik",
                int(rng.integers(6, 12) if kind == "nik_date" else rng.integers(16)),
            )
            values[field, row] = _other_digit(values[field, row], place, rng)
        case "same_nik" if rows > 1:
            field, at = "nik", max(row, 2)
            values[field, at] = values[field, at - 1]
        case "sex":
            field = "jenis_kelamin"
            values[field, row] = "1" if values[field, row] == "2" else "2"
        case "count":
            field, at = "jumlah_anggota", None
            values[field, at] = str(int(values[field, at]) + 1)
        case "code":
            field = pick(rng, ("agama", "pekerjaan", "jkn", "hubungan"))
            values[field, row] = "19" if field == "pekerjaan" else "9"
        case "date":
            field = "tgl_lahir"
            values[field, row] = "3102" + values[field, row][4:]
        case "missing":
            field = pick(rng, ("akta_lahir", "jkn", "tgl_lahir", "keberadaan", "nik"))
            values[field, row] = ""
        case "double":
            field, at = pick(rng, ("tabungan", "uppka", "makan_beragam")), None
            values[field, at] = "1 2"
        case _:
            return None
    return Mistake(kind, field, at)


def _other_digit(text: str, place: int, rng: Generator) -> str:
    digit = pick(rng, [d for d in "0123456789" if d != text[place]]) if text else ""
    return text[:place] + digit + text[place + 1 :]
