"""What goes to ODK Central: the phone form itself, and submissions that keep its rules."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from formscan.errors import TemplateError
from formscan.export import write_submissions
from formscan.export.columns import record_columns, repeats, roster_columns
from formscan.export.odk import submission_xml
from formscan.record import FieldValue, Record
from formscan.settle import Settled
from formscan.simulate.chance import stream
from formscan.simulate.families import draw_family, draw_village
from formscan.simulate.generic import draw_any
from formscan.templates.build import write_xlsform
from formscan.templates.load import load_template
from formscan.templates.model import Template
from formscan.templates.workbook import read_workbook
from formscan.templates.xform import convert
from formscan.validate.binds import check
from formscan.validate.values import is_picture, typed

LIBRARY = Path(__file__).parents[2] / "formscan/templates/library"
XFORMS = "{http://www.w3.org/2002/xforms}"
AS_OF = date(2025, 1, 1)
KEY = "uuid:11111111-2222-5333-8444-555555555555"


def drawn(form: Template, number: int):
    rng = stream(9, form.form, number)
    if form.form != "fk23":
        return draw_any(form, rng)
    families = (draw_family(form, n, draw_village(stream(9, n)), stream(9, n)) for n in range(99))
    whole = (family for family in families if not family.mistakes and len(family.pages) > 1)
    return next(itertools.islice(whole, number, None))


def record_of(form: Template, number: int = 0) -> Record:
    """A finished record of invented answers."""
    family = drawn(form, number)
    values, pictures, rows = [], set(), {}
    for layout in form.pages:
        for field in layout.fields if layout.page in family.pages else ():
            raw = family.values.get((field.name, field.row), "")
            value = typed(field, raw, form)
            seen = bool(raw) and is_picture(field)
            status = "accepted" if value else "image" if seen else "blank"
            place = (field.name, field.row, field.repeat, layout.page)
            values.append(FieldValue(*place, raw, value, 1.0, status))
            if seen:
                pictures.add((field.name, field.row))
            if raw and field.row:
                rows.setdefault(field.repeat, set()).add(field.row)
    said = {(one.name, one.row): one.value for one in values}
    said |= {("sumber", None): "formulir", ("no_seri", None): "00000007"}
    found = check(form, said, pictures, AS_OF, rows)
    assert [str(p) for p in found.problems if p.severity == "error"] == []
    return Record(
        key=KEY, form=form.form, version=form.version, serial="00000007", print_run="ABC234",
        status="accepted", values=tuple(values), calculated=found.calculated,
    )  # fmt: skip


@pytest.fixture(params=["fk23", "posyandu"])
def form(request: pytest.FixtureRequest) -> Template:
    return load_template(request.param)


def read_back(root: ET.Element, form: Template) -> tuple[dict, dict]:
    """(field, row) → text, and the rows of each repeat, from the XML alone."""
    said, rows = {}, {}

    def walk(element: ET.Element, row: int | None) -> None:
        seen: dict[str, int] = {}
        for child in element:
            if child.tag in repeats(form):
                seen[child.tag] = seen.get(child.tag, 0) + 1
                rows.setdefault(child.tag, set()).add(seen[child.tag])
                walk(child, seen[child.tag])
            elif len(child):
                walk(child, row)
            else:
                said[child.tag, row] = child.text or ""

    walk(root, None)
    return said, rows


@pytest.mark.parametrize("number", range(3))
def test_a_submission_keeps_the_rules_of_its_form(form: Template, number: int) -> None:
    record = record_of(form, number)
    root = ET.fromstring(submission_xml(record, form))
    said, rows = read_back(root, form)
    pictures = {(v.name, v.row) for v in record.values if v.status == "image"}
    found = check(form, said, pictures, AS_OF, rows)
    assert [str(p) for p in found.problems if p.severity == "error"] == []
    assert max(rows[repeats(form)[0]]) == max(v.row or 0 for v in record.values if v.value)
    answers = {(v.name, v.row): v.value for v in record.values if v.value}
    asked = {q.name for q in form.questions}
    assert {k: said[k] for k in answers if k[0] in asked} == {
        k: text for k, text in answers.items() if k[0] in asked
    }


def test_a_broken_submission_would_be_seen(form: Template) -> None:
    root = ET.fromstring(submission_xml(record_of(form), form))
    said, rows = read_back(root, form)
    name = {"fk23": "jumlah_anggota", "posyandu": "jumlah_anak"}[form.form]
    said[name, None] = "19"
    found = check(form, said, set(), AS_OF, rows)
    assert any(problem.field == name for problem in found.problems)


def test_names_and_order_are_those_of_the_phone_form(form: Template) -> None:
    """The primary instance that pyxform makes decides; Central's CSVs have its leaves."""
    xform = convert(read_workbook(LIBRARY / form.form / f"{form.form}.md"))
    top = next(ET.fromstring(xform.xml).iter(f"{XFORMS}instance"))[0]
    notes = {question.name for question in form.questions if question.type == "note"}

    def paths(element: ET.Element, at: str = "") -> list[str]:
        found: list[str] = []
        for child in element:
            name = child.tag.removeprefix(XFORMS)
            found.append(f"{at}/{name}")
            found += paths(child, f"{at}/{name}")
        return [path for path in dict.fromkeys(found) if path.rpartition("/")[2] not in notes]

    root = ET.fromstring(submission_xml(record_of(form), form))
    assert paths(root) == [path for path in paths(top) if path != "/meta/instanceName"]
    assert root.attrib == {"id": form.form, "version": form.version} == top.attrib
    assert root.findtext("meta/instanceID") == KEY
    leaves = [path.split("/") for path in paths(top) if not path.startswith("/meta")]
    repeat = repeats(form)[0]
    inside = [path[-1] for path in leaves if repeat in path[1:-1]]
    assert list(roster_columns(form, repeat)) == ["PARENT_KEY", "KEY", "_row", *inside]
    groups = {question.name for question in form.questions if question.type in ("group", "repeat")}
    outside = [path[-1] for path in leaves if repeat not in path and path[-1] not in groups]
    assert list(record_columns(form))[: len(outside) + 1] == ["KEY", *outside]


def test_only_finished_records_are_written(tmp_path: Path) -> None:
    form = load_template("posyandu")
    done = record_of(form)
    waiting = replace(done, status="review", key="uuid:2")
    settled = Settled((done, waiting), (), ())
    written = write_submissions(tmp_path, [form], [settled])
    assert written.held_back == 1
    assert [str(file.relative_to(tmp_path)) for file in written.files] == [
        "posyandu/instances/uuid11111111-2222-5333-8444-555555555555/submission.xml"
    ]
    assert written.files[0].read_text(encoding="utf-8") == submission_xml(done, form)


def test_a_gap_between_rows_keeps_its_number() -> None:
    form = load_template("posyandu")
    record = record_of(form)
    values = tuple(
        replace(v, value="", raw="", status="blank") if v.row == 2 else v for v in record.values
    )
    calculated = tuple((ref, text) for ref, text in record.calculated if "[2]" not in ref)
    gap = replace(record, values=values, calculated=calculated)
    rows = ET.fromstring(submission_xml(gap, form)).findall("anak")
    assert rows[1].findtext("no_kia") == ""
    assert rows[2].findtext("no_kia") == next(
        v.value for v in values if (v.name, v.row) == ("no_kia", 3)
    )


def test_what_xml_cannot_hold_is_left_out() -> None:
    form = load_template("posyandu")
    record = record_of(form)
    record = replace(record, calculated=(("kode_posyandu", ""), ("ttd", "a\x00<b>&")))
    record = replace(record, values=tuple(v for v in record.values if v.name != "ttd"))
    assert ET.fromstring(submission_xml(record, form)).findtext("akhir/ttd") == "a<b>&"


def test_a_form_without_survey_is_refused(mini: Template) -> None:
    with pytest.raises(TemplateError, match="no XLSForm"):
        submission_xml(
            Record(KEY, "mini", "1", "", "", "accepted"), mini.model_copy(update={"questions": ()})
        )


@pytest.mark.parametrize("name", ["fk23", "posyandu"])
def test_the_phone_form_passes_pyxform_and_odk_validate(name: str, tmp_path: Path) -> None:
    from pyxform.xls2xform import convert as pyxform_convert

    file = tmp_path / f"{name}.form.xlsx"
    write_xlsform(LIBRARY / name / f"{name}.md", file)
    warnings: list[str] = []
    java = shutil.which("java") is not None
    result = pyxform_convert(file, validate=java, warnings=warnings)
    assert warnings == []
    assert f'id="{name}"' in result.xform


def test_a_signature_whose_scan_is_gone_is_counted_and_no_old_one_stays(tmp_path: Path) -> None:
    form = load_template("fk23")
    asked = {question.name for question in form.questions if question.type == "image"}
    record = record_of(form)
    values = [replace(v, status="image") if v.name in asked else v for v in record.values]
    pictures = sum(value.name in asked for value in values)
    assert pictures
    settled = Settled((replace(record, values=tuple(values)),), (), ())
    with_all = write_submissions(tmp_path, [form], [settled], lambda value: b"jpeg")
    folder = with_all.files[0].parent
    assert (with_all.without_scan, len([*folder.glob("*.jpg")])) == (0, pictures)
    without = write_submissions(tmp_path, [form], [settled], lambda value: None)
    assert (without.without_scan, [*folder.glob("*.jpg")]) == (pictures, [])
