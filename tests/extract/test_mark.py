from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from formscan.extract.mark import MarkReader
from formscan.geometry import BoxMm
from formscan.page import FieldCrop
from formscan.reading import FieldReading
from formscan.templates.model import Field, MarkBox, PageLayout, Template

PX = 8.0
TEMPLATE = Template(form="t", version="1", pages=(PageLayout(page=1, width_mm=90, height_mm=90),))
ACCEPTED = 0.9999


def group(number: int, values: str, size: float = 4.4, **changes) -> Field:
    marks = tuple(
        MarkBox(value=v, box=BoxMm(x=10 + 9.0 * i, y=8 + 9.0 * number, width=size, height=size))
        for i, v in enumerate(values)
    )
    settled = {
        "name": f"q{number}",
        "kind": "mark_group",
        "box": BoxMm.around([mark.box for mark in marks]),
        "marks": marks,
        "error_kind": "mark",
    }
    return Field(**(settled | changes))


class Paper:
    """A page in crop pixels on which boxes are printed and marked."""

    def __init__(self, fields: list[Field], paper: int = 235, line: int = 0) -> None:
        self.fields = fields
        self.paper = paper
        self.gray = np.full((round(90 * PX), round(90 * PX)), paper, np.uint8)
        for field in fields:
            for mark in (*field.marks, *(m for column in field.columns for m in column)):
                if line:
                    self.print_box(mark, field.shape, line)

    def print_box(self, mark: MarkBox, shape: str, line: int, move: float = 0.0) -> None:
        x, y = (round((edge + move) * PX) for edge in (mark.box.x, mark.box.y))
        side = round(mark.box.width * PX)
        if shape == "box":
            cv2.rectangle(self.gray, (x, y), (x + side, y + side), line, 2)
            return
        cv2.circle(self.gray, (x + side // 2, y + side // 2), side // 2, line, 2, cv2.LINE_AA)
        at = (x + side // 4, y + 3 * side // 4)
        cv2.putText(self.gray, mark.value, at, 0, side / 50, line, 1, cv2.LINE_AA)

    def mark(self, number: int, value: str, how: str, ink: int = 50, move: float = 0.0) -> None:
        field = self.fields[number]
        box = next(mark.box for mark in field.marks if mark.value == value)
        cx, cy = ((at + move) * PX for at in box.center)
        half = box.width * PX / 2

        def line(x0, y0, x1, y1, width=3):
            ends = [(round(cx + x * half), round(cy + y * half)) for x, y in ((x0, y0), (x1, y1))]
            cv2.line(self.gray, *ends, ink, width, cv2.LINE_AA)

        if how == "cross":
            line(-0.7, -0.7, 0.7, 0.7)
            line(-0.7, 0.7, 0.7, -0.7)
        elif how == "tick":
            line(-0.5, 0.0, -0.1, 0.6)
            line(-0.1, 0.6, 0.8, -0.8)
        elif how == "diagonal":
            line(-0.7, 0.7, 0.7, -0.7)
        elif how == "fill":
            side = round(0.95 * half)
            start, stop = (round(cx) - side, round(cy) - side), (round(cx) + side, round(cy) + side)
            cv2.rectangle(self.gray, start, stop, ink, -1)
        elif how == "disc":
            cv2.circle(self.gray, (round(cx), round(cy)), round(0.95 * half), ink, -1, cv2.LINE_AA)
        elif how == "speck":
            cv2.circle(self.gray, (round(cx), round(cy)), 1, ink, -1)
        elif how == "dash":
            line(-0.18, 0.0, 0.18, 0.0, 2)

    def read(self, noise: float = 3.0, seed: int = 0) -> dict[str, FieldReading]:
        found = MarkReader().read(self.crops(noise, seed), TEMPLATE)
        return {reading.name: reading for reading in found}

    def crops(self, noise: float, seed: int) -> list[FieldCrop]:
        rng = np.random.default_rng(seed)
        blurred = cv2.GaussianBlur(self.gray, (0, 0), 0.8).astype(np.float64)
        noisy = np.clip(blurred + rng.normal(0, noise, blurred.shape), 0, 255).astype(np.uint8)
        crops = []
        for field in self.fields:
            box = field.box.grow(3.0)
            x, y = round(box.x * PX), round(box.y * PX)
            window = noisy[y : y + round(box.height * PX), x : x + round(box.width * PX)]
            origin = ((x + 0.5) / PX, (y + 0.5) / PX)
            crops.append(
                FieldCrop(
                    field=field,
                    gray=window,
                    px_per_mm=PX,
                    origin_mm=origin,
                    paper=float(self.paper),
                    ink=40.0,
                    scan_px_per_mm=11.8,
                )
            )
        return crops


def sure(reading: FieldReading) -> bool:
    return reading.confidence >= ACCEPTED


@pytest.mark.parametrize("line", [0, 150], ids=["drop-out", "grey lines"])
@pytest.mark.parametrize("how", ["cross", "tick", "diagonal"])
def test_every_way_of_marking_counts_and_a_blank_group_stays_blank(how, line):
    paper = Paper([group(n, "ABC") for n in range(4)], line=line)
    for number, value in enumerate("ABC"):
        paper.mark(number, value, how)
    found = paper.read()
    assert [found[f"q{n}"].raw for n in range(4)] == ["A", "B", "C", ""]
    assert all(sure(found[f"q{n}"]) for n in range(4))


def test_a_pale_pencil_is_read_as_well():
    paper = Paper([group(n, "AB") for n in range(6)], paper=240, line=170)
    for number in range(5):
        paper.mark(number, "AB"[number % 2], "cross", ink=160)
    found = paper.read()
    assert [found[f"q{n}"].raw for n in range(6)] == ["A", "B", "A", "B", "A", ""]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), noise=st.floats(0, 14), paper=st.integers(140, 250))
@example(seed=0, noise=13.0, paper=140)
def test_noise_on_any_paper_is_never_a_mark(seed, noise, paper):
    found = Paper([group(n, "ABCD") for n in range(3)], paper=paper).read(noise, seed)
    assert [reading.raw for reading in found.values()] == ["", "", ""]


@settings(max_examples=20, deadline=None)
@given(
    ink=st.integers(20, 120),
    move=st.floats(-0.3, 0.3),
    how=st.sampled_from(["cross", "tick", "diagonal"]),
    value=st.sampled_from("ABC"),
    seed=st.integers(0, 999),
)
def test_a_clear_mark_is_read_whatever_the_pen(ink, move, how, value, seed):
    paper = Paper([group(0, "ABC"), group(1, "ABC")])
    paper.mark(0, value, how, ink=ink, move=move)
    found = paper.read(seed=seed)
    assert found["q0"].raw == value
    assert found["q1"].raw == ""


def test_a_speck_is_no_mark_and_a_dash_is_decided_by_a_person():
    paper = Paper([group(n, "AB") for n in range(4)])
    paper.mark(0, "A", "cross")
    paper.mark(1, "B", "speck")
    paper.mark(2, "B", "dash")
    found = paper.read()
    assert (found["q1"].raw, found["q2"].raw == "B" and sure(found["q2"])) == ("", False)
    assert not sure(found["q2"])
    assert {candidate.text for candidate in found["q2"].candidates} >= {"", "B"}


def test_of_two_good_marks_the_lighter_comes_first_but_a_person_decides():
    paper = Paper([group(0, "ABC"), group(1, "ABC")])
    paper.mark(0, "A", "cross")
    paper.mark(0, "C", "tick")
    found = paper.read()["q0"]
    assert not sure(found)
    assert [candidate.text for candidate in found.candidates[:2]] == ["C", "A"]


def test_a_box_blacked_out_beside_a_cross_is_cancelled_but_left_to_a_person():
    paper = Paper([group(n, "ABC") for n in range(6)])
    for number in range(5):
        paper.mark(number, "B", "cross")
    paper.mark(0, "A", "fill")
    found = paper.read()
    assert found["q0"].raw == "B"
    assert 0.9 < found["q0"].confidence < ACCEPTED
    assert sure(found["q1"])


def test_who_fills_all_boxes_means_them_as_marks():
    paper = Paper([group(n, "ABC") for n in range(6)])
    for number in range(5):
        paper.mark(number, "ABC"[number % 3], "fill")
    found = paper.read()
    assert [found[f"q{n}"].raw for n in range(6)] == ["A", "B", "C", "A", "B", ""]
    assert all(sure(reading) for reading in found.values())


def test_a_lone_blacked_out_box_among_crosses_may_be_either():
    paper = Paper([group(n, "ABC") for n in range(6)])
    for number in range(1, 6):
        paper.mark(number, "B", "cross")
    paper.mark(0, "A", "fill")
    found = paper.read()["q0"]
    assert not sure(found)
    assert {candidate.text for candidate in found.candidates} >= {"A", ""}


def test_several_choices_are_joined_in_printed_order():
    paper = Paper([group(n, "ABCD", multiple=True) for n in range(3)])
    paper.mark(0, "D", "cross")
    paper.mark(0, "A", "cross")
    paper.mark(1, "B", "tick")
    found = paper.read()
    assert [found[f"q{n}"].raw for n in range(3)] == ["A D", "B", ""]
    assert all(sure(reading) for reading in found.values())


def bubbles(number: int, **changes) -> Field:
    settled = {"shape": "bubble", "label_inside": True, "multiple": True, "multiple_join": ""}
    return group(number, "ABCD", **(settled | changes))


def test_printed_letters_are_not_ink_and_double_marks_stand_side_by_side():
    paper = Paper([bubbles(n, empty_value="-") for n in range(8)], line=70)
    for number, values in enumerate(("A", "B", "CD", "D", "A", "", "C", "B")):
        for value in values:
            paper.mark(number, value, "disc", ink=60)
    found = paper.read()
    assert [found[f"q{n}"].raw for n in range(8)] == ["A", "B", "CD", "D", "A", "-", "C", "B"]
    assert all(sure(reading) for reading in found.values())


@pytest.mark.parametrize("move", [-1.2, -0.7, 0.6, 1.2])
def test_bubbles_printed_beside_the_templates_places_are_found(move):
    paper = Paper([bubbles(n) for n in range(8)])
    for number, field in enumerate(paper.fields):
        for mark in field.marks:
            paper.print_box(mark, "bubble", 90, move)
        paper.mark(number, "ABCD"[number % 4], "disc", ink=60, move=move)
    found = paper.read()
    assert [found[f"q{n}"].raw for n in range(8)] == list("ABCDABCD")


def grid(gap: bool) -> Paper:
    columns = [group(n, "0123", shape="bubble", label_inside=True) for n in range(4)]
    paper = Paper(columns, line=90)
    for number, value in enumerate("2013"):
        if not (gap and number == 1):
            paper.mark(number, value, "disc")
    marks = tuple(field.marks for field in columns)
    whole = Field(
        name="roll",
        kind="mark_grid",
        box=BoxMm.around([mark.box for column in marks for mark in column]),
        columns=marks,
        shape="bubble",
        label_inside=True,
        error_kind="mark",
    )
    paper.fields = [whole]
    return paper


def test_the_columns_of_a_grid_concatenate():
    found = grid(gap=False).read()["roll"]
    assert found.raw == "2013"
    assert sure(found)


def test_a_gap_within_a_number_waits_for_a_person():
    found = grid(gap=True).read()["roll"]
    assert found.raw == "213"
    assert not sure(found)


def test_an_empty_page_has_no_readings():
    assert MarkReader().read([], TEMPLATE) == []


def test_measures_are_stored_with_the_reading():
    paper = Paper([group(0, "AB"), group(1, "AB")])
    paper.mark(0, "B", "cross")
    measures = {measure.name: measure.value for measure in paper.read()["q0"].measures}
    assert measures["cover_1"] > 0.1 > measures["cover_0"]
    assert measures["marks"] == 1
    assert measures["log_odds"] > 9


@pytest.mark.parametrize("move", [-1.0, 0.5, 0.9, 1.2, 1.7])
def test_outlines_that_lie_off_their_place_are_never_taken_for_marks(move):
    paper = Paper([group(n, "AB") for n in range(8)])
    for number, field in enumerate(paper.fields):
        for mark in field.marks:
            paper.print_box(mark, "box", 90, move=move)
        if number % 2:
            paper.mark(number, "AB"[number % 4 // 2], "cross", move=move)
    for number, reading in enumerate(paper.read().values()):
        said = "AB"[number % 4 // 2] if number % 2 else ""
        assert reading.raw == said or not sure(reading)


def test_boxes_of_a_few_pixels_are_left_to_a_person():
    paper = Paper([group(n, "AB") for n in range(4)])
    paper.mark(0, "A", "cross")
    crops = [replace(crop, scan_px_per_mm=3.0) for crop in paper.crops(3.0, 0)]
    readings = MarkReader().read(crops, TEMPLATE)
    assert readings[0].raw == "A"
    assert not any(sure(reading) for reading in readings)
