from __future__ import annotations

import base64
import json

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formscan.errors import TemplateError
from formscan.templates.importers.omrchecker import import_template
from formscan.templates.importers.omrchecker_file import expand_labels


def block(**changes):
    return {
        "fieldType": "QTYPE_MCQ4",
        "origin": [100, 200],
        "bubblesGap": 40,
        "labelsGap": 30,
        "fieldLabels": ["q1..3"],
    } | changes


def sheet(blocks, **changes):
    return {"pageDimensions": [1000, 1485], "bubbleDimensions": [20, 10], "fieldBlocks": blocks} | (
        changes
    )


def imported(tmp_path, content):
    file = tmp_path / "template.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return import_template(file)


def by_name(template):
    return {field.name: field for field in template.pages[0].fields}


def test_long_side_is_297_mm_and_says_so(tmp_path):
    template = imported(tmp_path, sheet({"a": block()}))
    assert template.pages[0].height_mm == pytest.approx(297)
    assert template.pages[0].width_mm == pytest.approx(200)
    assert "1485 px" in template.warnings[0]["en"]
    assert "297 mm" in template.warnings[0]["en"]


def test_horizontal_bubbles_go_right_and_labels_go_down(tmp_path):
    fields = by_name(imported(tmp_path, sheet({"a": block()})))
    assert list(fields) == ["q1", "q2", "q3"]
    third = fields["q3"].marks
    assert [mark.value for mark in third] == ["A", "B", "C", "D"]
    assert (third[1].box.x, third[1].box.y) == pytest.approx((140 * 0.2, 260 * 0.2))
    assert (third[1].box.width, third[1].box.height) == pytest.approx((4, 2))


def test_vertical_bubbles_go_down_and_labels_go_right(tmp_path):
    fields = by_name(imported(tmp_path, sheet({"a": block(fieldType="QTYPE_INT")})))
    second = fields["q2"].marks
    assert [mark.value for mark in second] == list("0123456789")
    assert (second[9].box.x, second[9].box.y) == pytest.approx((130 * 0.2, 560 * 0.2))


@pytest.mark.parametrize(
    ("field_type", "values"),
    [
        ("QTYPE_INT_FROM_1", "1234567890"),
        ("QTYPE_MCQ5", "ABCDE"),
        ("QTYPE_MCQ4_RTL", "DCBA"),
        ("QTYPE_MCQ5_RTL", "EDCBA"),
    ],
)
def test_presets(tmp_path, field_type, values):
    fields = by_name(imported(tmp_path, sheet({"a": block(fieldType=field_type)})))
    assert "".join(mark.value for mark in fields["q1"].marks) == values


def test_own_values_and_direction_stand_for_a_preset(tmp_path):
    own = block(fieldType="", bubbleValues=["yes", "no"], direction="vertical")
    fields = by_name(imported(tmp_path, sheet({"a": own})))
    assert [mark.value for mark in fields["q1"].marks] == ["yes", "no"]
    assert fields["q1"].marks[1].box.y > fields["q1"].marks[0].box.y


def test_a_custom_label_joins_its_parts_and_takes_the_place_of_the_first(tmp_path):
    content = sheet(
        {
            "a": block(fieldLabels=["q1"]),
            "letter": block(fieldLabels=["kind"], fieldType="", bubbleValues=["E", "H"]),
            "roll": block(fieldLabels=["roll1..4"], fieldType="QTYPE_INT"),
        },
        customLabels={"Roll": ["kind", "roll1..4"]},
    )
    fields = by_name(imported(tmp_path, content))
    assert list(fields) == ["q1", "Roll"]
    assert fields["Roll"].kind == "mark_grid"
    assert [len(column) for column in fields["Roll"].columns] == [2, 10, 10, 10, 10]


def test_empty_value_of_a_block_comes_before_that_of_the_page(tmp_path):
    content = sheet(
        {"a": block(fieldLabels=["x"]), "b": block(fieldLabels=["y"], emptyValue="no")},
        emptyValue="-",
    )
    fields = by_name(imported(tmp_path, content))
    assert (fields["x"].empty_value, fields["y"].empty_value) == ("-", "no")


def test_double_marks_are_written_side_by_side(tmp_path):
    field = by_name(imported(tmp_path, sheet({"a": block()})))["q1"]
    assert field.multiple
    assert field.multiple_join == ""
    assert field.error_kind == "mark"


def test_markers_stand_centred_on_the_corners_of_the_page(tmp_path):
    marker = np.full((60, 40), 255, np.uint8)
    cv2.circle(marker, (20, 30), 15, 0, 3)
    cv2.imwrite(str(tmp_path / "m.png"), marker)
    step = {
        "name": "CropOnMarkers",
        "options": {"relativePath": "m.png", "sheetToMarkerWidthRatio": 20},
    }
    template = imported(tmp_path, sheet({"a": block()}, preProcessors=[step]))
    anchors = template.pages[0].anchors
    assert [anchor.box.center for anchor in anchors] == [
        pytest.approx(corner) for corner in ((0, 0), (200, 0), (200, 297), (0, 297))
    ]
    assert anchors[0].box.width == pytest.approx(10)
    assert anchors[0].box.height == pytest.approx(15)
    png = np.frombuffer(base64.b64decode(anchors[0].picture_png), np.uint8)
    assert np.array_equal(cv2.imdecode(png, cv2.IMREAD_GRAYSCALE), marker)


def test_filters_and_unknown_keys_are_told_and_ignored(tmp_path):
    steps = [{"name": "Levels", "options": {"low": 0.2}}, {"name": "GaussianBlur", "options": {}}]
    content = sheet({"a": block(bubbleCount=4)}, preProcessors=steps, outputColumns=[])
    warnings = imported(tmp_path, content).warnings
    for word in ("Levels", "GaussianBlur", "fieldBlocks.a.bubbleCount", "outputColumns"):
        assert any(warning["en"].startswith(word) for warning in warnings), word


def test_crop_page_finds_the_sheet_by_its_edges(tmp_path):
    content = sheet({"a": block()}, preProcessors=[{"name": "CropPage", "options": {}}])
    (anchor,) = imported(tmp_path, content).pages[0].anchors
    assert anchor.kind == "paper"
    assert (anchor.box.width, anchor.box.height) == pytest.approx((200, 297))


def test_feature_alignment_brings_its_reference_along(tmp_path):
    picture = np.full((297, 200), 255, np.uint8)
    cv2.imwrite(str(tmp_path / "blank.png"), picture)
    step = {"name": "FeatureBasedAlignment", "options": {"reference": "blank.png"}}
    layout = imported(tmp_path, sheet({"a": block()}, preProcessors=[step])).pages[0]
    data = np.frombuffer(base64.b64decode(layout.reference_png), np.uint8)
    assert np.array_equal(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), picture)
    assert layout.anchors == ()


def test_a_reference_that_is_missing_is_told(tmp_path):
    step = {"name": "FeatureBasedAlignment", "options": {"reference": "gone.png"}}
    with pytest.raises(TemplateError, match=r"reference: 'gone\.png' cannot be read"):
        imported(tmp_path, sheet({"a": block()}, preProcessors=[step]))


def test_all_problems_of_a_file_are_told_at_once(tmp_path):
    content = sheet(
        {
            "a": block(fieldType="QTYPE_MCQ9"),
            "b": block(fieldType=""),
            "c": block(fieldLabels=["x", "x"]),
        },
        customLabels={"Roll": ["nowhere"]},
        preProcessors=[{"name": "CropOnMarkers", "options": {"relativePath": "gone.jpg"}}],
    )
    with pytest.raises(TemplateError) as raised:
        imported(tmp_path, content)
    text = str(raised.value)
    for word in ("QTYPE_MCQ9", "fieldBlocks.b", "'x' stands twice", "'nowhere'", "gone.jpg"):
        assert word in text


@pytest.mark.parametrize(
    ("text", "word"),
    [("{", "JSON"), ("{}", "pageDimensions"), ('{"pageDimensions": [0, 1]}', "write more than 0")],
)
def test_a_file_of_another_kind_is_refused_with_its_place(tmp_path, text, word):
    (tmp_path / "template.json").write_text(text, encoding="utf-8")
    with pytest.raises(TemplateError, match=word):
        import_template(tmp_path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(TemplateError, match="cannot be read"):
        import_template(tmp_path / "none.json")


def test_form_id_comes_from_the_folder(tmp_path):
    folder = tmp_path / "2024 sheet (B)"
    folder.mkdir()
    assert imported(folder, sheet({"a": block()})).form == "omr-2024-sheet-B"


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(
    stem=st.from_regex(r"[A-Za-z ]{1,8}_?", fullmatch=True),
    first=st.integers(0, 300),
    count=st.integers(1, 40),
)
def test_a_range_names_each_number_once_in_order(stem, first, count):
    labels = expand_labels((f"{stem}{first}..{first + count - 1}",))
    assert labels == tuple(f"{stem}{first + index}" for index in range(count))


def test_a_label_that_is_no_range_stays():
    labels = ("Overall, how clean was it?", "q5_1", "name")
    assert expand_labels(labels) == labels
