"""Every rule of FK23 on whole families, from what stands in the boxes to the problem."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from formscan.rules import BatchHeader, Context
from formscan.rules.base import NoOthers
from formscan.rules.index import BatchIndex
from formscan.simulate.chance import stream
from formscan.simulate.families import draw_family, draw_village

SHARED = Path(__file__).parents[3] / "shared" / "domain" / "fk23_rule_cases.json"
EXAMPLES = Path(__file__).parent / "cases.csv"
OWN = Path(__file__).parents[1] / "validate" / "family.json"

MISSING_ANSWER = frozenset({"R08", "R12", "R22", "R23", "R24", "R25", "R26", "R27"})
"""Rules that a missing or superfluous answer breaks: the code says what is wrong there."""


@pytest.fixture(scope="module")
def family():
    return json.loads(OWN.read_text(encoding="utf-8"))


def test_a_valid_family_is_accepted(settled, written, family, codes):
    found = settled(written(family))
    (record,) = found.records
    assert codes(record) == []
    assert record.status == "accepted"
    assert found.review_items == ()


@pytest.mark.parametrize(
    ("name", "row", "value", "problem", "status"),
    [
        ("nik", 1, "6402011203800000", "nik:anggota[1].nik", "review"),
        ("nik", 1, "6402013203800001", "nik:anggota[1].nik", "review"),
        ("nik", 1, "6404011203800001", "nik_retired:anggota[1].nik", "accepted"),
        ("nik", 1, "6402011203810001", "R17:anggota[1].nik", "accepted"),
        ("nik", 1, "6499991203800001", "R18:anggota[1].nik", "accepted"),
        ("nik", 1, "1111111111111111", "R14:anggota[1].nik", "review"),
    ],
)
def test_a_strange_nik(settled, written, family, codes, name, row, value, problem, status):
    values = written(family)
    values[name, row] = value
    (record,) = settled(values).records
    assert problem in codes(record)
    assert len([each for each in codes(record) if each.split(":")[0] in {"nik", "R14"}]) <= 1
    assert record.status == status


def test_nobody_has_no_nik_and_no_family_card(settled, written, family, codes):
    values = written(family)
    values["nik", 1] = "9" * 16
    values["no_kk", None], values["kk_akhir_h2", None] = "9" * 16, "9" * 6
    (record,) = settled(values, context=Context(index=Everywhere())).records
    assert "duplicate:no_kk" not in codes(record)
    assert "duplicate:anggota[1].nik" not in codes(record)
    assert "duplicate:anggota[2].nik" in codes(record)
    assert not [each for each in codes(record) if each.startswith("nik")]


class Everywhere(NoOthers):
    """An index in which every number stands in some other record."""

    def others(self, field, value, record):
        return ["somewhere"]


def test_a_warning_that_asks_for_a_look_opens_one_item_and_holds_nothing_back(
    settled, written, family
):
    values = written(family)
    values["nik", 1] = "6402011203810001"
    found = settled(values)
    assert [(item.field, item.row, item.reason) for item in found.review_items] == [
        ("nik", 1, "warning")
    ]
    (record,) = found.records
    assert record.status == "accepted"
    assert {each.status for each in record.values if each.name == "nik"} == {"accepted", "blank"}


def test_a_number_in_two_records_is_pointed_out_in_both(fk23, settled, written, family, codes):
    first, second = written(family), written(family)
    second["no_kk", None], second["kk_akhir_h2", None] = "6402010107150002", "150002"
    alone = [
        settled(values, serial=serial).records[0]
        for values, serial in ((first, "00000001"), (second, "00000002"))
    ]
    index = BatchIndex()
    for record in alone:
        index.add(record, fk23)
    found = settled(second, serial="00000002", context=Context(index=index))
    assert codes(found.records[0]) == [f"duplicate:anggota[{row}].nik" for row in (1, 2, 3)]
    assert {item.reason for item in found.review_items} == {"warning"}
    assert found.records[0].status == "accepted"
    again = settled(first, context=Context(index=index))
    assert "duplicate:no_kk" not in codes(again.records[0])


def test_the_batch_header_is_held_against_the_record(settled, written, family, codes):
    header = BatchHeader(
        area=("6402012002",), kader=("640299",), serials=(("00000002", "00000009"),)
    )
    found = settled(written(family), context=Context(header=header))
    (record,) = found.records
    assert codes(record) == [
        "serial_listed:no_seri", "in_area:kode_desa", "kader_listed:kode_kader"
    ]  # fmt: skip
    assert record.status == "review"
    assert {(item.field, item.reason) for item in found.review_items} == {
        ("no_seri", "rule"), ("kode_desa", "rule"), ("kode_kader", "rule")
    }  # fmt: skip
    right = BatchHeader(area=("640201",), kader=(family["kode_kader"],))
    assert settled(written(family), context=Context(header=right)).records[0].status == "accepted"


def examples():
    with EXAMPLES.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("case", examples(), ids=lambda case: f"{case['rule']} {case['written']}")
def test_each_example_raises_its_problem(settled, written, family, case):
    values = written(family)
    for change in case["written"].split("; "):
        place, raw = change.split("=")
        found = re.fullmatch(r"(?:anggota\[(\d)\]\.)?(\w+)", place)
        values[found[2], int(found[1]) if found[1] else None] = raw
    (record,) = settled(values).records
    assert (case["problem"], case["severity"]) in {
        (str(problem), problem.severity) for problem in record.problems
    }
    if case["severity"] == "error":
        assert record.status == "review"


def test_every_rule_of_the_form_has_an_example(fk23):
    tried = {case["rule"] for case in examples()} | {
        case["problem"].partition(":")[0] for case in examples()
    }
    assert {question.rule for question in fk23.questions if question.rule} <= tried


def cases():
    return json.loads(SHARED.read_text(encoding="utf-8")) if SHARED.exists() else []


@pytest.mark.shared
@pytest.mark.parametrize("case", cases(), ids=lambda case: str(case["rule"]))
def test_each_broken_record_raises_its_rule(settled, written, case):
    (record,) = settled(written(case["record"])).records
    found = {problem.code for problem in record.problems}
    if case["rule"] is None:
        assert found == set()
        assert record.status == "accepted"
    elif case["rule"] in MISSING_ANSWER:
        assert found & {case["rule"], "required", "not_relevant"}
    else:
        assert case["rule"] in found


def test_rules_wait_for_the_rows_of_a_continuation_sheet_that_is_not_proven(fk23, settled, codes):
    """A family of more than seven without No. KK: nothing ties its second sheet to the first."""
    village = draw_village(stream(77, "v", 133 // 20))
    family = draw_family(fk23, 134, village, stream(77, "f", 133))
    assert family.pages == (1, 2, 3, 4)
    assert set(family.values["no_kk", None]) == {"9"}
    found = settled(family.values, pages=family.pages)
    (record,) = found.records
    assert {page.reason for page in found.pages} == {"", "unproven"}
    assert codes(record) == []
    assert record.status == "review"
