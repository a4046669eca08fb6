"""What one enumerator writes too often, on families that settled."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from formscan.rules import Context
from formscan.rules.index import BatchIndex, needs_index
from formscan.simulate.chance import stream
from formscan.simulate.families import draw_family, draw_village

OWN = Path(__file__).parents[1] / "validate" / "family.json"
SAME = "often_same"


@pytest.fixture(scope="module")
def judged(fk23, settled):
    """The codes that stand on the enumerator in the last of several families."""

    def run(families):
        index = BatchIndex()
        for number, (values, pages) in enumerate(families):
            for record in settled(values, pages=pages, serial=f"{number:08d}").records:
                index.add(record, fk23)
        values, pages = families[-1]
        (record,) = settled(values, pages=pages, context=Context(index=index)).records
        return {one.code for one in record.problems if one.field == "kode_kader"}

    return run


def families_of(written, n, *, change):
    family = json.loads(OWN.read_text(encoding="utf-8"))
    made = []
    for number in range(n):
        values = written(family)
        change(values, number)
        made.append((values, (1, 2)))
    return made


def vary(values, number):
    values["jenis_atap", None] = str(number % 4 + 1)
    values["jenis_lantai", None] = str(number % 7 + 1)
    for row in (1, 2, 3):
        born = date(1960, 1, 2) + timedelta(days=367 * number % 15000 + 40 * row)
        values["tgl_lahir", row] = f"{born:%d%m%Y}"


def no_nik(values, number):
    vary(values, number)
    values["nik", 1] = "9" * 16


def new_year(values, number):
    vary(values, number)
    values["tgl_lahir", 1] = f"0101{1960 + number}"


def round_ages(values, number):
    vary(values, number)
    for row in (1, 2):
        values["tgl_lahir", row] = f"0502{2023 - 25 - 5 * (number % 8)}"


@pytest.mark.parametrize(
    ("change", "n", "said"),
    [
        (vary, 12, set()),
        (lambda values, number: None, 12, {SAME}),
        (lambda values, number: None, 9, set()),
        (no_nik, 12, {"often_no_nik"}),
        (new_year, 12, {"often_new_year"}),
        (round_ages, 26, {"often_round_age"}),
        (round_ages, 12, set()),
    ],
)  # fmt: skip
def test_only_what_stands_out_from_enough_answers_is_said(judged, written, change, n, said):
    assert judged(families_of(written, n, change=change)) == said


def test_an_honest_enumerator_stands_out_in_nothing(judged, fk23):
    village = draw_village(stream(5, "v", 0))
    drawn = [draw_family(fk23, number, village, stream(5, "f", number)) for number in range(1, 41)]
    assert judged([(one.values, one.pages) for one in drawn]) == set()


def test_a_record_that_is_added_again_takes_its_old_place(fk23, settled, written):
    family = json.loads(OWN.read_text(encoding="utf-8"))
    index = BatchIndex()
    for _ in range(3):
        for record in settled(written(family)).records:
            index.add(record, fk23)
    asked = ("kode_kader", family["kode_kader"], ("nik",))
    assert sum(index.answers(*asked).values()) == 3
    assert len(index.others("no_kk", family["no_kk"], "another")) == 1
    doubtful = written(family)
    doubtful["no_kk", None], doubtful["kode_kader", None] = "64020122031400?7", "640209"
    for record in settled(doubtful).records:
        index.add(record, fk23)
    assert sum(index.answers(*asked).values()) == 0
    assert index.others("no_kk", family["no_kk"], "another") == []


def test_a_form_without_such_rules_needs_no_index(mini, fk23):
    assert needs_index(fk23)
    assert not needs_index(mini)
