"""FK23's own binds on whole families: a valid one of ours, and the 49 of ../shared."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from formscan.templates.load import load_template
from formscan.validate.binds import check
from formscan.validate.values import raw_of, typed

AS_OF = date(2023, 8, 1)
SHARED = Path(__file__).parents[3] / "shared" / "domain" / "fk23_rule_cases.json"
OWN = Path(__file__).parent / "family.json"

FIELD_LEVEL = {
    "R08": ("R08", "required", "not_relevant"),
    "R12": ("R12", "required"),
    "R22": ("R22", "required"),
    "R23": ("R23", "required", "not_relevant"),
    "R24": ("R24", "required"),
    "R25": ("R25", "required"),
    "R26": ("R26", "required", "not_relevant"),
    "R27": ("R27", "required"),
}
"""Rules that a missing or superfluous answer breaks have the code of what is wrong there."""


@pytest.fixture(scope="module")
def fk23():
    return load_template("fk23")


def values_of(record, template):
    """Values by (name, row) as a page would give them: through what is written in the boxes."""
    written = {
        (name, row): value
        for row, member in enumerate(record["anggota"], start=1)
        for name, value in member.items()
    }
    written |= {(name, None): value for name, value in record.items() if name != "anggota"}
    values, pending = {}, set()
    for page in (1, 2):
        for field in template.layout(page).fields:
            told = written.get((field.name, field.row))
            if field.value_type == "image" and told:
                pending.add((field.name, field.row))
                told = ""
            raw = raw_of(field, "" if told is None else str(told))
            values[field.name, field.row] = typed(field, raw, template)
    values |= {("sumber", None): "formulir", ("no_seri", None): record["no_seri"]}
    return values, pending


def findings_of(record, template):
    values, pending = values_of(record, template)
    rows = {"anggota": frozenset(range(1, len(record["anggota"]) + 1))}
    return check(template, values, pending, AS_OF, rows)


@pytest.fixture(scope="module")
def family():
    return json.loads(OWN.read_text(encoding="utf-8"))


def test_a_valid_family_raises_nothing(fk23, family):
    findings = findings_of(family, fk23)
    assert findings.problems == ()
    assert findings.pending == ()
    calculated = dict(findings.calculated)
    assert calculated["anggota[1].umur"] == "43"
    assert calculated["jml_baris"] == "3"
    assert calculated["ada_wus"] == "1"
    assert calculated["sumber"] == "formulir"


@pytest.mark.parametrize(
    ("name", "row", "value", "problem"),
    [
        ("nama", 2, "", "required:anggota[2].nama"),
        ("tgl_pendataan", None, "", "required:tgl_pendataan"),
        ("usia_kawin", 3, "12", "not_relevant:anggota[3].usia_kawin"),
        ("usia_kawin", 2, "", "required:anggota[2].usia_kawin"),
        ("jenis_kelamin", 2, "1", "not_relevant:no_urut_istri"),
        ("metode_kb", None, "", "required:metode_kb"),
        ("status_keluarga", None, "3", "not_relevant:anggota[1].nama"),
        ("nik", 1, "1111111111111111", "R14:anggota[1].nik"),
        ("kode_desa", None, "2999", "R20:kode_desa"),
    ],
)
def test_one_wrong_answer_raises_its_problem(fk23, family, name, row, value, problem):
    broken = json.loads(json.dumps(family))
    (broken["anggota"][row - 1] if row else broken)[name] = value
    said = [str(each) for each in findings_of(broken, fk23).problems]
    assert problem in said
    assert sum(each.startswith("not_relevant") for each in said) <= 3


def cases():
    return json.loads(SHARED.read_text(encoding="utf-8")) if SHARED.exists() else []


@pytest.mark.shared
@pytest.mark.parametrize("case", cases(), ids=lambda case: str(case["rule"]))
def test_each_broken_record_raises_its_rule(fk23, case):
    codes = [problem.code for problem in findings_of(case["record"], fk23).problems]
    if case["rule"] is None:
        assert codes == []
    else:
        assert set(codes) & set(FIELD_LEVEL.get(case["rule"], (case["rule"],)))
