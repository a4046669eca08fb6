from __future__ import annotations

import cv2
import pytest
from printed import mark, print_sheet, read, scan

from formscan.errors import TemplateError
from formscan.templates.importers.formscanner import import_template

MM = 297 / 3508
CORNERS = {
    "TOP_LEFT": (200, 160), "TOP_RIGHT": (2280, 160),
    "BOTTOM_LEFT": (200, 3348), "BOTTOM_RIGHT": (2280, 3348),
}  # fmt: skip


def question(name, y, values="ABCD", multiple="false", reject="false"):
    points = "".join(
        f'<value response="{value}"><point x="{1300.0 + 91 * at}" y="{y}.0"/></value>'
        for at, value in reversed(list(enumerate(values)))
    )
    return (
        f'<question multiple="{multiple}" question="{name}" rejectMultiple="{reject}" '
        f'type="QUESTIONS_BY_ROWS"><values>{points}</values></question>'
    )


def xtmpl(inner, corners=CORNERS, kind="ANGULAR"):
    marks = "".join(
        f'<corner position="{name}"><point x="{x}.0" y="{y}.0"/></corner>'
        for name, (x, y) in corners.items()
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><template density="40" threshold="127" '
        f'version="2.1"><rotation angle="0.001"/><corners type="{kind}">{marks}</corners>'
        f'<fields groups="false" shape="CIRCLE" size="15"><group name="EMPTY">{inner}</group>'
        "</fields></template>"
    )


def imported(tmp_path, text):
    file = tmp_path / "ujian.xtmpl"
    file.write_text(text, encoding="utf-8")
    return import_template(file)


def test_questions_stand_in_natural_order_and_values_in_printed_order(tmp_path):
    inner = question("Q10", 900) + question("Q2", 800, multiple="true") + question("Q1", 700)
    template = imported(tmp_path, xtmpl(inner))
    fields = template.pages[0].fields
    assert [field.name for field in fields] == ["Q1", "Q2", "Q10"]
    assert [mark.value for mark in fields[0].marks] == ["A", "B", "C", "D"]
    assert [field.multiple for field in fields] == [False, True, False]
    assert fields[0].marks[1].box.center == pytest.approx((1391 * MM, 700 * MM), abs=0.01)
    assert template.form == "ujian"


def test_what_the_file_cannot_say_is_told(tmp_path):
    area = (
        '<area name="kode" type="BARCODE"><corners>'
        '<corner position="TOP_LEFT"><point x="300" y="400"/></corner>'
        '<corner position="BOTTOM_RIGHT"><point x="700" y="500"/></corner></corners></area>'
    )
    template = imported(tmp_path, xtmpl(question("Q1", 700) + area, kind="ROUND"))
    assert [field.kind for field in template.pages[0].fields] == ["mark_group", "barcode"]
    assert "QRCode" in template.pages[0].fields[1].formats
    told = " ".join(warning["en"] for warning in template.warnings)
    assert all(word in told for word in ("size of the sheet", "size of the bubbles", "rings"))


def test_files_of_version_0_are_read(tmp_path):
    corners = "".join(
        f'<corner position="{name}" x="{x}" y="{y}"/>' for name, (x, y) in CORNERS.items()
    )
    values = "".join(f'<value x="{700 + 125 * at}" y="1165">{"AB"[at]}</value>' for at in (1, 0))
    template = imported(
        tmp_path,
        f"<template><corners>{corners}</corners><fields>"
        '<field multiple="false" orientation="QUESTIONS_BY_ROWS"><name>Soal 1</name>'
        f"<values>{values}</values></field></fields></template>",
    )
    field = template.pages[0].fields[0]
    assert (field.name, [mark.value for mark in field.marks]) == ("Soal 1", ["A", "B"])


def test_missing_corners_and_questions_are_refused(tmp_path):
    few = {name: at for name, at in CORNERS.items() if name != "BOTTOM_LEFT"}
    with pytest.raises(TemplateError, match="BOTTOM_LEFT"):
        imported(tmp_path, xtmpl(question("Q1", 700), corners=few))
    with pytest.raises(TemplateError, match="no question"):
        imported(tmp_path, xtmpl(""))


def test_a_scanned_sheet_is_found_by_its_corners_and_read(tmp_path):
    inner = "".join(question(f"Q{n}", 700 + 90 * n) for n in range(1, 9))
    template = imported(tmp_path, xtmpl(inner))
    layout = template.pages[0]
    sheet = print_sheet(layout, [(x * MM, y * MM) for x, y in CORNERS.values()])
    answers = {f"Q{n}": "ABCD"[n % 4] for n in range(1, 8)}
    mark(sheet, layout, answers)
    outcome = read(scan(sheet, tmp_path / "scan.png"), template)
    assert {reading.name: reading.raw for reading in outcome.readings} == answers | {"Q8": ""}


def test_questions_with_one_name_keep_their_groups_name(tmp_path):
    text = xtmpl(question("Q1", 700)).replace(
        "</group>", f'</group><group name="B">{question("Q1", 900)}</group>'
    )
    template = imported(tmp_path, text)
    assert [field.name for field in template.pages[0].fields] == ["B.Q1", "EMPTY.Q1"]


def test_the_size_of_version_1_stands_at_the_template(tmp_path):
    text = xtmpl(question("Q1", 700)).replace(' size="15"', "")
    large = text.replace('version="2.1"', 'version="2.1" size="80"')
    sizes = [
        imported(tmp_path, each).pages[0].fields[0].marks[0].box.width for each in (text, large)
    ]
    assert sizes == pytest.approx([0.55 * 91 * MM, 80 * MM], abs=0.01)


@pytest.mark.parametrize("kind", ["ROUND", "ANGULAR"])
def test_corner_marks_may_be_solid(tmp_path, kind):
    inner = "".join(question(f"Q{n}", 700 + 90 * n) for n in range(1, 5))
    template = imported(tmp_path, xtmpl(inner, kind=kind))
    layout = template.pages[0]
    sheet = print_sheet(layout, [])
    for x, y in ((round(8 * at * MM) for at in corner) for corner in CORNERS.values()):
        if kind == "ROUND":
            cv2.circle(sheet, (x, y), 20, 20, -1)
            continue
        across, down = (48 if at < half else -48 for at, half in ((x, 840), (y, 1188)))
        cv2.rectangle(sheet, (x, y), (x + across, y + down), 20, -1)
    mark(sheet, layout, {"Q1": "C", "Q3": "A"})
    outcome = read(scan(sheet, tmp_path / "scan.png"), template)
    assert [reading.raw for reading in outcome.readings] == ["C", "", "A", ""]
