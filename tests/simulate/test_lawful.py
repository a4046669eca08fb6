"""Invented answers keep the rules of their form, or it is said that they do not."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from formscan.simulate import SimulateOptions, simulate
from formscan.simulate.chance import stream
from formscan.simulate.generic import draw_any
from formscan.templates.load import load_template

SCHOOL = """
| survey |
| | type | name | label | relevant | bind::fs:rule | bind::fs:severity |
| | integer | murid | Murid | | | |
| | begin_repeat | kelas | Kelas | | | |
| | integer | laki | Laki-laki | | | |
| | integer | perempuan | Perempuan | | | |
| | end_repeat | | | | | |
| | note | n1 | Jumlah salah. | sum(${laki}) + sum(${perempuan}) != ${murid} | S1 | error |
| | note | n2 | MORE | RULE | S2 | error |

| settings |
| | form_title | form_id | version | orientation |
| | Sekolah | sekolah | 1 | portrait |

| paper |
| | name | boxes | rows |
| | murid | 3 | |
| | kelas | | 1-3 |
| | laki | 2 | |
| | perempuan | 2 | |
"""


@pytest.fixture
def school(tmp_path: Path):
    def make(rule: str):
        file = tmp_path / "sekolah.md"
        file.write_text(SCHOOL.replace("RULE", rule), encoding="utf-8")
        return load_template(str(file))

    return make


def test_a_total_is_what_the_rows_come_to(school):
    form = school("sum(${laki}) > 400")
    for number in range(12):
        family = draw_any(form, stream(3, number))
        rows = [text for (name, _), text in family.values.items() if name in ("laki", "perempuan")]
        assert int(family.values["murid", None] or 0) == sum(int(text or 0) for text in rows)
        assert family.mistakes == ()


def test_a_rule_that_cannot_be_kept_is_told(school, tmp_path):
    form = school("${murid} >= 0")
    made = simulate(form, SimulateOptions(1, severity="clean", dpi=72), tmp_path)
    assert (made.pages, made.unlawful) == (1, 1)
    with (tmp_path / "mistakes.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["serial"], row["kind"]) == ("00000001", "S2")
