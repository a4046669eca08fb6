from __future__ import annotations

from datetime import date

import pytest

from formscan.errors import TemplateError
from formscan.geometry import BoxMm
from formscan.templates.model import Field, PageLayout, Template
from formscan.validate.binds import check, holds
from formscan.validate.plan import plan_of


def said(findings):
    return [str(problem) for problem in findings.problems]


def test_a_good_family_raises_nothing(checked):
    findings = checked()
    assert said(findings) == []
    assert findings.pending == ()
    assert dict(findings.calculated) == {
        "sumber": "hp",
        "ada": "1",
        "warga[1].urut": "1",
        "warga[2].urut": "2",
        "warga[3].urut": "3",
        "warga[1].umur": "43",
        "warga[2].umur": "38",
        "warga[3].umur": "8",
        "wus": "1",
    }
    assert ("ibu", 3) in findings.relevant
    assert ("ibu", 1) not in findings.relevant
    assert ("minggu", None) not in findings.relevant


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({"tgl": ""}, ["required:tgl", "not_relevant:hamil"]),
        ({"tgl": "2023-08-02"}, ["constraint:tgl"]),
        ({"nama_2": ""}, ["required:warga[2].nama"]),
        ({"nama_2": "S1TI"}, ["R16:warga[2].nama"]),
        ({"ibu_3": ""}, ["required:warga[3].ibu"]),
        ({"ibu_1": "2"}, ["not_relevant:warga[1].ibu"]),
        ({"jk_2": "1"}, ["R03:warga[2].hub", "not_relevant:hamil"]),
        ({"hub_1": "4"}, ["R01:warga"]),
        ({"hamil": "1"}, ["required:minggu", "not_relevant:ingin"]),
        ({"hamil": "1", "minggu": "50", "ingin": "", "kapan": ""}, ["R23:minggu", "R99:minggu"]),
        ({"hamil": "1", "minggu": "44", "ingin": "", "kapan": ""}, ["R99:minggu"]),
        ({"hasil": "3"}, ["not_relevant:warga[1].nama", "not_relevant:hamil"]),
    ],
)
def test_a_broken_family_raises_its_problem(checked, changed, problems):
    assert said(checked(**changed)) == problems


def test_only_notes_marked_so_are_warnings(checked):
    findings = checked(hamil="1", minggu="44", ingin="", kapan="")
    assert [problem.severity for problem in findings.problems] == ["warn"]


def test_no_wife_no_mother_code(checked):
    without = {"hub_2": "4", "ibu_3": ""}
    assert said(checked(**without)) == []


def test_rows_keep_their_printed_numbers(checked):
    moved = {
        "nama_3": "", "jk_3": "", "lahir_3": "", "hub_3": "", "ibu_3": "",
        "nama_4": "ALI", "jk_4": "1", "lahir_4": "2014-09-21", "hub_4": "3", "ibu_4": "2",
    }  # fmt: skip
    findings = checked(rows={1, 2, 4}, **moved)
    assert said(findings) == ["row_gap:warga[3].nama"]
    assert dict(findings.calculated)["warga[4].urut"] == "4"


def test_a_hole_of_two_rows_is_one_problem(checked):
    moved = {
        f"{name}_{row}": "" for name in ("nama", "jk", "lahir", "hub", "ibu") for row in (2, 3)
    }
    moved |= {"nama_4": "ANI", "jk_4": "2", "lahir_4": "1990-01-01", "hub_4": "2"}
    assert said(checked(rows={1, 4}, **moved)) == ["row_gap:warga[2].nama"]


def test_a_row_in_doubt_makes_no_hole_before_it(checked):
    emptied = {
        f"{name}_{row}": "" for name in ("nama", "jk", "lahir", "hub", "ibu") for row in (2, 3)
    }
    emptied |= {"nama_4": "?", "jk_4": "", "lahir_4": "", "hub_4": "", "ibu_4": ""}
    assert said(checked(pending=("nama[4]",), rows={1, 4}, **emptied)) == []
    sure = {**emptied, "hub_4": "2"}
    assert said(checked(pending=("nama[4]",), rows={1, 4}, **sure))[0] == "row_gap:warga[2].nama"


@pytest.mark.parametrize(
    ("pending", "changed", "problems", "waiting"),
    [
        (("tgl",), {"tgl": ""}, [], []),
        (("jk[2]",), {"hamil": "", "ingin": "", "kapan": ""}, [], ["R03:warga[2].hub"]),
        (("hub[3]",), {"ibu_3": ""}, [], ["R03:warga[3].hub", "R01:warga"]),
        (("hamil",), {"minggu": "50"}, [], []),
        (("hasil",), {"nama_1": ""}, [], ["R01:warga"]),
        (("nama[1]",), {"nama_1": "?"}, [], []),
    ],
)
def test_what_reads_something_pending_waits(checked, pending, changed, problems, waiting):
    findings = checked(pending=pending, **changed)
    assert said(findings) == problems
    for each in waiting:
        assert each in findings.pending


def test_a_pending_cell_of_one_row_does_not_stop_another_row(checked):
    findings = checked(pending=("jk[3]",), jk_2="1")
    assert "R03:warga[2].hub" in said(findings)


def test_a_row_that_may_be_empty_asks_for_nothing_and_makes_counts_wait(checked):
    findings = checked(rows={1, 2, 3, 4}, pending=("nama[4]",), nama_4="I", hub_1="4")
    assert said(findings) == []
    assert "R01:warga" in findings.pending


def test_calculated_values_of_pending_inputs_are_empty(checked):
    calculated = dict(checked(pending=("lahir[2]",)).calculated)
    assert calculated["warga[2].umur"] == ""
    assert calculated["warga[1].umur"] == "43"
    assert calculated["wus"] == ""


def test_fields_of_a_page_that_is_not_there_are_never_named(form):
    findings = check(form, {("hasil", None): "3"}, set(), date(2023, 8, 1), {})
    assert said(findings) == []


def test_holds_is_three_valued(form):
    day = date(2023, 8, 1)
    moved = "/data/hasil >= 3"
    assert holds(form, moved, {("hasil", None): "3"}, set(), day) is True
    assert holds(form, moved, {("hasil", None): "1"}, set(), day) is False
    assert holds(form, moved, {("hasil", None): ""}, {("hasil", None)}, day) is None
    ada = "/data/ada = 0"
    assert holds(form, ada, {("hasil", None): "4"}, {("nama", 1)}, day) is True


def test_an_imported_form_asks_for_its_required_fields():
    box = BoxMm(x=0, y=0, width=1, height=1)
    fields = [
        Field(name=name, kind="comb", box=box, required=name != "c") for name in ("a", "b", "c")
    ]
    layout = PageLayout(page=1, width_mm=210, height_mm=297, fields=tuple(fields))
    template = Template(form="t", version="1", pages=(layout,))
    values = {("a", None): "", ("b", None): "1", ("c", None): ""}
    assert said(check(template, values, set(), date(2023, 8, 1), {})) == ["required:a"]


def test_an_unknown_table_is_a_template_error(form):
    changed = [
        question.model_copy(update={"calculate": "pulldata('desa', 'nama', 'kode', '1')"})
        if question.name == "ada"
        else question
        for question in form.questions
    ]
    broken = form.model_copy(update={"questions": tuple(changed), "version": "2"})
    with pytest.raises(TemplateError, match="desa"):
        check(broken, {("hasil", None): "1"}, set(), date(2023, 8, 1), {})


def test_a_template_is_parsed_once(form):
    assert plan_of(form) is plan_of(form)


def test_calculates_come_after_what_they_read(form):
    order = [bound.question.name for bound in plan_of(form).order]
    assert order.index("wus") > order.index("umur") > order.index("lahir")
    assert order.index("kb") > order.index("wus")
