from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from printed import mark, print_sheet, read, scan

from formscan.errors import TemplateError
from formscan.page import PageRef
from formscan.templates.importers.odkscan import import_template

SHARED = Path(__file__).parents[4] / "shared/data/odkscan/assets/form_templates"
PX = 297 / 1088


def item(x, y, value):
    return {"item_x": x, "item_y": y, "label": value.upper(), "value": value}


def segment(x, y, width, height, items):
    return {
        "segment_x": x, "segment_y": y, "segment_width": width, "segment_height": height,
        "align_segment": True, "items": items,
    }  # fmt: skip


BOXES = {"training_data_uri": "square_checkboxes", "classifier_width": 24, "classifier_height": 24}
DIGITS = {"training_data_uri": "numbers", "classifier_width": 20, "classifier_height": 28}


def chores(name, x, **changes):
    items = [item(20, 30 + 30 * at, value) for at, value in enumerate(("cuci", "sapu", "masak"))]
    return {
        "name": name, "type": "select", "classifier": BOXES,
        "segments": [segment(x, 400, 80, 130, items)],
    } | changes  # fmt: skip


FIELDS = [
    chores("senin", 100, constraint="count-selected(.) = 1"),
    chores("selasa", 250),
    {
        "name": "kamar", "type": "int", "delimiter": "",
        "segments": [
            segment(500, 200, 80, 250, [item(20 + 24 * c, 20 + 22 * d, str(d))
                                        for c in range(2) for d in range(10)]),
        ],
    },
    {"name": "umur", "type": "int", "classifier": DIGITS,
     "segments": [segment(500, 500 , 80, 40, [{"item_x": 20 + 24 * c, "item_y": 20}
                                              for c in range(2)])]},
    {"name": "kode", "type": "qrcode", "segments": [segment(36, 160, 106, 106, [])]},
    {"name": "catatan", "type": "string", "segments": [segment(100, 700, 600, 30, [])]},
]  # fmt: skip


def folder(tmp_path, fields=FIELDS, picture=None):
    made = tmp_path / "piket"
    made.mkdir(exist_ok=True)
    form = {"width": 832, "height": 1088, "fields": fields}
    (made / "template.json").write_text(json.dumps(form), encoding="utf-8")
    if picture is not None:
        cv2.imwrite(str(made / "form.jpg"), picture)
    return made


def test_segments_and_items_become_fields(tmp_path):
    template = import_template(folder(tmp_path))
    fields = {field.name: field for field in template.pages[0].fields}
    assert [field.kind for field in fields.values()] == [
        "mark_group", "mark_group", "mark_grid", "comb", "barcode", "text_line",
    ]  # fmt: skip
    assert (fields["senin"].multiple, fields["selasa"].multiple) == (False, True)
    assert fields["senin"].marks[1].box.center == pytest.approx((120 * PX, 460 * PX), abs=0.01)
    assert fields["senin"].marks[1].box.width == pytest.approx(18 * PX, abs=0.01)
    assert [len(column) for column in fields["kamar"].columns] == [10, 10]
    assert (len(fields["umur"].cells), fields["umur"].alphabet) == (2, "digits")
    assert "297 mm" in template.warnings[0]["en"]
    assert "form.jpg" in template.warnings[1]["en"]


def test_what_a_form_or_field_says_of_all_its_parts_is_said_once(tmp_path):
    narrow = {
        "name": "kotak", "segment_y": 401, "segment_width": 80, "required": True,
        "items": [{"item_x": 20 + 40 * at, "item_y": 27} for at in range(2)],
        "segments": [{"segment_x": 101 + 100 * at, "segment_height": 101} for at in range(3)],
        "classifier": BOXES | {"classification_map": {"empty": 0, "X": 2}}, "mistery": 1,
    }  # fmt: skip
    template = import_template(folder(tmp_path, [narrow]))
    field = template.pages[0].fields[0]
    assert [mark.value for mark in field.marks] == ["1", "2", "3", "4", "5", "6"]
    assert field.marks[2].box.center == pytest.approx((221 * PX, 428 * PX), abs=0.01)
    assert (field.multiple, field.required) == (True, True)
    told = " ".join(warning["en"] for warning in template.warnings)
    assert all(word in told for word in ("mistery", "marked or not"))


def test_rows_of_bubbles_are_columns_of_a_number_too(tmp_path):
    items = [item(20 + 20 * d, 20 + 24 * r, str(d)) for r in range(3) for d in range(10)]
    form = [{"name": "nomor", "type": "int", "segments": [segment(100, 100, 300, 100, items)]}]
    field = import_template(folder(tmp_path, form)).pages[0].fields[0]
    assert [[mark.value for mark in column] for column in field.columns] == [list("0123456789")] * 3


@pytest.mark.parametrize("text", ["[]", "{", '{"width": 1, "height": 0, "fields": []}'])
def test_other_files_are_refused(tmp_path, text):
    (tmp_path / "template.json").write_text(text, encoding="utf-8")
    with pytest.raises(TemplateError):
        import_template(tmp_path)


def test_a_scanned_sheet_is_found_by_the_corners_of_its_picture_and_read(tmp_path):
    bare = import_template(folder(tmp_path)).pages[0]
    blank = print_sheet(bare, [])
    height, width = blank.shape
    rng = np.random.default_rng(4)
    for x, y in ((40, 40), (width - 300, 60), (60, height - 300), (width - 280, height - 260)):
        logo = cv2.resize(rng.integers(0, 255, (9, 9)).astype(np.uint8), (240, 200))
        blank[y : y + 200, x : x + 240] = logo
    template = import_template(folder(tmp_path, picture=blank))
    sheet, layout = blank.copy(), template.pages[0]
    mark(sheet, layout, {"senin": "sapu", "selasa": "cuci masak"})
    for column, value in zip(layout.fields[2].columns, "47", strict=True):
        x, y = (round(at * 8) for at in column[int(value)].box.center)
        cv2.circle(sheet, (x, y), 12, 40, -1)
    outcome = read(scan(sheet, tmp_path / "scan.png", turn_deg=1.0), template)
    said = {reading.name: reading.raw for reading in outcome.readings}
    assert len(layout.anchors) == 4
    assert (said["senin"], said["selasa"], said["kamar"]) == ("sapu", "cuci masak", "47")


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared")
@pytest.mark.parametrize(("name", "fields"), [("example", 13), ("numbers", 162)])
def test_the_blank_forms_of_the_project_are_read_as_blank(name, fields):
    template = import_template(SHARED / name)
    file = str((SHARED / name / "form.jpg").resolve())
    outcome = read(PageRef(path=file, frame=1, scan="form.jpg", sha256="0" * 64), template)
    marks = {field.name for field in template.pages[0].fields if "mark" in field.kind}
    assert len(template.pages[0].fields) == fields
    assert outcome.status == "ok"
    assert {reading.raw.strip() for reading in outcome.readings if reading.name in marks} <= {""}
