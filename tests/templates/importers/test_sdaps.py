from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import cv2
import pytest
from printed import mark, print_sheet, read, scan

from formscan.errors import TemplateError
from formscan.templates.importers.sdaps import import_template


def checkbox(x, y, value, page=1, form="box", text=""):
    return {
        "_class": "Checkbox", "page_number": page, "x": x, "y": y, "width": 3.5, "height": 3.5,
        "lw": 0.35, "text": text, "var": None, "value": value, "form": form, "id": [1, 1, value],
    }  # fmt: skip


def textbox(x, y, page=1, kind="Textbox"):
    return {**checkbox(x, y, 0, page), "_class": kind, "width": 80.0, "height": 12.0}


def question(kind, number, boxes, var=None):
    return {
        "_class": kind, "id": [1, number], "var": var, "question": f"Question {number}",
        "page_number": 1, "last_id": 0, "boxes": boxes,
    }  # fmt: skip


QUESTIONS = [
    {"_class": "Head", "id": [1, 0], "boxes": [], "title": "Part one"},
    question("Option", 1, [checkbox(40 + 12 * i, 60, i + 1, text="abc"[i]) for i in range(3)]),
    question("Choice", 2, [checkbox(40 + 12 * i, 80, i) for i in range(4)], var="milik"),
    question("Range", 3, [checkbox(40 + 12 * i, 100, i + 1, form="ellipse") for i in range(5)]),
    question("Text", 4, [textbox(40, 130)]),
]


def project(tmp_path, questions, **defs):
    survey = {
        "_class": "Survey", "survey_id": 1, "questionnaire_ids": [],
        "questionnaire": {"_class": "Questionnaire", "page_count": 1, "qobjects": questions},
        "defs": {
            "_class": "Defs", "paper_width": 210.0, "paper_height": 297.0, "style": "classic",
            "checkmode": "checkcorrect", "duplex": False, "print_survey_id": True,
        } | defs,
    }  # fmt: skip
    folder = tmp_path / "kuesioner"
    folder.mkdir(exist_ok=True)
    with closing(sqlite3.connect(folder / "survey.sqlite")) as database, database:
        database.execute("CREATE TABLE surveys (json TEXT)")
        database.execute("INSERT INTO surveys VALUES (?)", (json.dumps(survey),))
    return folder


def test_questions_become_fields_named_as_sdaps_names_them(tmp_path):
    template = import_template(project(tmp_path, QUESTIONS))
    fields = {field.name: field for field in template.pages[0].fields}
    assert list(fields) == ["1_1", "milik", "1_3", "1_4"]
    assert [field.multiple for field in fields.values()] == [False, True, False, False]
    assert [field.shape for field in fields.values()] == ["box", "box", "circle", "box"]
    assert [mark.value for mark in fields["milik"].marks] == ["0", "1", "2", "3"]
    assert fields["1_1"].marks[1].box.x == 52
    assert fields["1_4"].kind == "text_line"
    assert template.form == "kuesioner"


def test_two_pages_and_what_is_not_read(tmp_path):
    extra = [
        question("Choice", 5, [checkbox(40, 50, 0, page=2), textbox(60, 50, page=2)]),
        question("Text", 6, [textbox(40, 90, page=2, kind="Codebox")]),
        question("Additional_Mark", 7, []),
    ]
    template = import_template(project(tmp_path, QUESTIONS + extra, checkmode="fill"))
    assert [field.kind for field in template.pages[1].fields] == [
        "mark_group", "text_line", "barcode",
    ]  # fmt: skip
    assert {field.shape for field in template.pages[0].fields} == {"box", "bubble"}
    assert any("Additional_Mark 1_7" in warning["en"] for warning in template.warnings)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"paper_width": -1}, "defs.paper_width"),
        ({"paper_height": "tall"}, "defs.paper_height"),
    ],
)
def test_a_wrong_survey_is_refused_with_its_place(tmp_path, change, where):
    with pytest.raises(TemplateError) as caught:
        import_template(project(tmp_path, QUESTIONS, **change))
    assert str(caught.value.problems[0]).startswith(where)


def test_other_files_are_refused(tmp_path):
    with pytest.raises(TemplateError):
        import_template(tmp_path)
    (tmp_path / "survey.sqlite").write_bytes(b"not a database at all")
    with pytest.raises(TemplateError):
        import_template(tmp_path)
    with pytest.raises(TemplateError, match="no boxes"):
        import_template(project(tmp_path, QUESTIONS[:1]))


def test_pages_are_told_apart_by_the_number_in_their_barcode(tmp_path):
    template = import_template(project(tmp_path, QUESTIONS, style="code128"))
    assert template.pages[0].page_codes == ("10001", "0001")


def test_a_scanned_sheet_is_found_by_its_corner_marks_and_read(tmp_path):
    template = import_template(project(tmp_path, QUESTIONS))
    layout = template.pages[0]
    sheet = print_sheet(layout, [(x, y) for x in (10, 200) for y in (12, 285)], arm_mm=20)
    for x, y, fill in ((13, 15, 2), (193.5, 15, -1), (13, 278.5, -1), (193.5, 278.5, -1)):
        start, end = (round(8 * x), round(8 * y)), (round(8 * x + 28), round(8 * y + 28))
        cv2.rectangle(sheet, start, end, 20, fill)
    mark(sheet, layout, {"1_1": "3", "milik": "0 2", "1_3": "4"})
    outcome = read(scan(sheet, tmp_path / "scan.png", turn_deg=-1.2), template)
    said = {reading.name: reading.raw for reading in outcome.readings}
    assert outcome.status == "ok"
    assert (said["1_1"], said["milik"], said["1_3"]) == ("3", "0 2", "4")
