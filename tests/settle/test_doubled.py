from __future__ import annotations

import dataclasses

import pytest

from formscan.reading import Candidate, Cell, FieldReading, Measure
from formscan.settle.doubled import with_evidence
from formscan.settle.sheet import Sheet
from formscan.templates.load import load_template

MEASURES = ("posterior", "weakest", "logp", "empty_margin", "confirmed")


@pytest.fixture(scope="module")
def fk23():
    return load_template("fk23")


def comb(name: str, row: int, text: str, doubts: dict[int, str] | None = None) -> FieldReading:
    """A reading whose boxes are sure, but for ``doubts``: box → what it looks like instead."""
    cells = []
    for at, digit in enumerate(text):
        other = (doubts or {}).get(at)
        likely = ((other, 0.6), (digit, 0.39)) if other else ((digit, 0.99), ("?", 0.001))
        cells.append(Cell(tuple(Candidate(*each) for each in likely)))
    raw = "".join(cell.candidates[0].text for cell in cells)
    measures = tuple(Measure(name, 0.0) for name in MEASURES)
    return FieldReading(name, row, "comb-1", (Candidate(raw, 0.5),), 0.5, tuple(cells), measures)


def read_again(fk23, *readings: FieldReading) -> dict[tuple[str, int | None], FieldReading]:
    sheet = Sheet(fk23.layout(1), (), readings, {})
    (found,) = with_evidence([sheet], fk23)
    return {(reading.name, reading.row): reading for reading in found.readings}


def measure(reading: FieldReading, name: str) -> float:
    return next(each.value for each in reading.measures if each.name == name)


def test_number_birth_date_and_sex_mend_each_other(fk23) -> None:
    found = read_again(
        fk23,
        comb("nik", 1, "3201051203840001", {7: "7"}),
        comb("tgl_lahir", 1, "12031984", {6: "9"}),
        comb("jenis_kelamin", 1, "1"),
        comb("nik", 2, "3201055507860002", {5: "6"}),
    )
    assert found["nik", 1].raw == "3201051203840001"
    assert found["tgl_lahir", 1].raw == "12031984"
    assert measure(found["nik", 1], "confirmed") == measure(found["tgl_lahir", 1], "confirmed") > 3
    assert found["nik", 2].raw == "3201055507860002"
    assert measure(found["nik", 2], "confirmed") == 0


def test_people_who_disagree_with_themselves_are_left_alone(fk23) -> None:
    found = read_again(
        fk23,
        comb("nik", 1, "3201051203840001"),
        comb("tgl_lahir", 1, "25111984"),
        comb("jenis_kelamin", 1, "2"),
    )
    assert found["nik", 1].raw == "3201051203840001"
    assert found["tgl_lahir", 1].raw == "25111984"
    assert measure(found["nik", 1], "confirmed") < 0


def test_nines_and_gaps_are_no_number(fk23) -> None:
    nines = comb("nik", 1, "9" * 16)
    short = dataclasses.replace(comb("nik", 2, "3201050000000000"), cells=(Cell(()),) * 16)
    found = read_again(fk23, nines, short)
    assert found["nik", 1] == nines
    assert found["nik", 2] == short


def test_what_other_fields_say_of_a_blacked_out_box_is_proposed_but_never_counts(fk23) -> None:
    number, birth = comb("nik", 1, "3201051203840001"), comb("tgl_lahir", 1, "12031984")
    black = Cell((Candidate("?", 0.98), Candidate("", 0.001)))
    spoilt = dataclasses.replace(birth, cells=(birth.cells[0], black, *birth.cells[2:]))
    found = read_again(fk23, number, spoilt, comb("jenis_kelamin", 1, "1"))
    assert found["tgl_lahir", 1].raw == "12031984"
    assert found["tgl_lahir", 1].confidence == 0
    assert found["nik", 1].confidence > 0
