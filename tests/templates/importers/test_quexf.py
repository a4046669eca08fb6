from __future__ import annotations

import cv2
import numpy as np
import pytest
import zxingcpp
from printed import mark, print_sheet, read, scan

from formscan.errors import TemplateError
from formscan.templates.importers.quexf import import_template

MM = 25.4 / 300


def box(left, top, value="", label="", side=59):
    return (
        f"<box><tlx>{left}</tlx><tly>{top}</tly><brx>{left + side}</brx><bry>{top + side}</bry>"
        f"<value>{value}</value><label>{label}</label></box>"
    )


def group(kind, name, order, boxes):
    return (
        f"<boxgroup><type>{kind}</type><width>1</width><varname>{name}</varname>"
        f"<sortorder>{order}</sortorder><label>About {name}</label>"
        f'<groupsection idref="1"/>{"".join(boxes)}</boxgroup>'
    )


def banding(*pages):
    inner = "".join(page(groups, number) for number, groups in enumerate(pages, 1))
    return f"<queXF><questionnaire><id>7</id>{inner}</questionnaire></queXF>"


def page(groups, number):
    return (
        f"<page><id>000007{number:02d}</id><tlx>180</tlx><tly>180</tly><trx>2300</trx><try>180</try>"
        "<brx>2300</brx><bry>3328</bry><blx>180</blx><bly>3328</bly><rotation>0</rotation>"
        f"{''.join(groups)}</page>"
    )


GROUPS = [
    group(3, "nama", 3, [box(400 + 70 * i, 900, side=70) for i in range(6)]),
    group(1, "setuju", 1, [box(1400 + 180 * i, 600, i + 1, "abc"[i]) for i in range(3)]),
    group(2, "milik", 2, [box(1400 + 180 * i, 750, i + 1) for i in range(3)]),
    group(4, "umur", 4, [box(400 + 70 * i, 1100, side=70) for i in range(2)]),
    group(6, "catatan", 5, [box(400, 1400, side=300)]),
    group(5, "label", 6, [box(400, 1800, side=300)]),
    group(0, "sementara", 7, [box(900, 1800)]),
]


def imported(tmp_path, text):
    file = tmp_path / "banding.xml"
    file.write_text(text, encoding="utf-8")
    return import_template(file)


def test_groups_become_fields_in_their_order(tmp_path):
    template = imported(tmp_path, banding(GROUPS))
    fields = {field.name: field for field in template.pages[0].fields}
    assert list(fields) == ["setuju", "milik", "nama", "umur", "catatan", "label"]
    assert [field.kind for field in fields.values()] == [
        "mark_group", "mark_group", "comb", "comb", "text_line", "barcode",
    ]  # fmt: skip
    assert (fields["setuju"].multiple, fields["milik"].multiple) == (False, True)
    assert fields["setuju"].marks[1].box.x == pytest.approx(1580 * MM, abs=1e-3)
    assert fields["setuju"].marks[1].labels == {"en": "b"}
    assert (fields["nama"].alphabet, fields["umur"].alphabet) == ("alnum", "digits")
    assert (template.form, template.source) == ("quexf-7", "quexf-1")


def test_what_the_file_cannot_say_is_told(tmp_path):
    twice = [group(1, "sama", n, [box(1400, 600 + 100 * n, 1)]) for n in range(2)]
    template = imported(tmp_path, banding([*GROUPS, *twice]))
    told = " ".join(warning["en"] for warning in template.warnings)
    assert "A4" in told
    assert "sementara" in told
    assert "'sama_2'" in told
    assert len(template.warnings) == 3


def test_all_problems_are_told_at_once(tmp_path):
    bad = banding([group(1, "q", 1, [box(10, 10, side=-5), box(5, 5)])])
    bad = bad.replace("<tlx>180</tlx>", "<tlx>left</tlx>")
    with pytest.raises(TemplateError) as caught:
        imported(tmp_path, bad)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("text", ["<x/>", "<queXF>", "<!DOCTYPE a><queXF/>", "<queXF/>"])
def test_other_files_are_refused(tmp_path, text):
    with pytest.raises(TemplateError):
        imported(tmp_path, text)


def test_a_scanned_sheet_is_found_by_its_corner_lines_and_read(tmp_path):
    template = imported(tmp_path, banding(GROUPS[:3]))
    layout = template.pages[0]
    sheet = print_sheet(layout, CORNERS)
    mark(sheet, layout, {"setuju": "2", "milik": "1 3"})
    outcome = read(scan(sheet, tmp_path / "scan.png"), template)
    said = {reading.name: reading.raw for reading in outcome.readings}
    assert outcome.status == "ok"
    assert abs(outcome.skew_deg + 1.5) < 0.2
    assert (said["setuju"], said["milik"], said["nama"]) == ("2", "1 3", "")


CORNERS = [(x * MM, y * MM) for x in (180, 2300) for y in (180, 3328)]
BACK = [
    group(1, "bahasa", 1, [box(1972, 611 + 88 * i, 2 - i) for i in range(2)]),
    group(1, "kelamin", 2, [box(1972, 1215 + 88 * i, 1 + i) for i in range(2)]),
]


def stick_code(sheet, text):
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.ITF)
    code = np.array(zxingcpp.write_barcode_to_image(symbol, scale=1), np.uint8)
    sheet[48:96, 1104:1496] = cv2.resize(code, (392, 48), interpolation=cv2.INTER_NEAREST)


def test_pages_are_told_apart_by_their_barcode_or_else_by_their_boxes(tmp_path):
    template = imported(tmp_path, banding(GROUPS[:3], BACK))
    front, back = (print_sheet(layout, CORNERS) for layout in template.pages)
    mark(front, template.pages[0], {"setuju": "2"})
    mark(back, template.pages[1], {"kelamin": "2"})
    stick_code(back, "00000702")
    outcomes = [
        read(scan(sheet, tmp_path / f"{at}.png"), template)
        for at, sheet in enumerate((front, back))
    ]
    assert [outcome.identity.page for outcome in outcomes] == [1, 2]
    assert {one.name: one.raw for one in outcomes[0].readings}["setuju"] == "2"
    assert {one.name: one.raw for one in outcomes[1].readings}["kelamin"] == "2"


def test_a_page_without_boxes_never_stands_in_for_a_damaged_one(tmp_path):
    template = imported(tmp_path, banding(GROUPS[:3], []))
    front = print_sheet(template.pages[0], CORNERS)
    whole = read(scan(front, tmp_path / "whole.png"), template)
    text = read(scan(print_sheet(template.pages[1], CORNERS), tmp_path / "text.png"), template)
    assert [(one.status, one.identity.page) for one in (whole, text)] == [("ok", 1), ("ok", 2)]
    middle = front.shape[0] // 2
    front[middle - 700 : middle + 700, 300:-300] = 255
    torn = read(scan(front, tmp_path / "torn.png"), template)
    assert torn.status != "ok"


def test_a_few_boxes_with_printed_arrows_beside_them_are_read_surely(tmp_path):
    template = imported(tmp_path, banding(BACK))
    layout = template.pages[0]
    sheet = print_sheet(layout, CORNERS)
    for field in layout.fields:
        place = field.marks[0].box
        tip = (place.right + 3, place.center[1])
        points = [(place.right, place.y), tip, (place.right, place.bottom)]
        cv2.fillPoly(sheet, [np.rint(np.array(points) * 8).astype(np.int32)], (20,))
    mark(sheet, layout, {"bahasa": "1"})
    readings = read(scan(sheet, tmp_path / "scan.png"), template).readings
    assert [one.raw for one in readings] == ["1", ""]
    assert min(one.confidence for one in readings) >= 0.9999
