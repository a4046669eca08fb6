from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from marked import ACCEPTED, TEMPLATE, Paper, group, sure

from formscan.extract.mark import MarkReader


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


@pytest.mark.parametrize("how", ["ring", "beside"])
def test_a_mark_around_or_beside_a_box_is_never_taken_for_a_blank(how):
    paper = Paper([group(n, "ABC") for n in range(6)], line=150)
    for number in range(1, 5):
        paper.mark(number, "B", "cross")
    paper.mark(0, "B", how)
    found = paper.read()
    assert found["q0"].raw == "B" or not sure(found["q0"])
    assert (found["q5"].raw, sure(found["q5"])) == ("", True)


def test_a_thick_cross_is_a_mark_and_a_struck_one_gives_way_to_the_other():
    paper = Paper([group(n, "ABC") for n in range(6)], line=150)
    for number in range(2, 6):
        paper.mark(number, "B", "cross")
    paper.mark(0, "A", "thick")
    paper.mark(1, "A", "cross")
    paper.mark(1, "C", "struck")
    found = paper.read()
    assert (found["q0"].raw, found["q1"].raw) == ("A", "A")
    assert not sure(found["q1"])


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


@pytest.mark.parametrize("shape", ["box", "bubble"])
@pytest.mark.parametrize("how", ["cross", "tick", "diagonal", "fill"])
def test_the_same_answer_in_every_row_is_never_taken_for_print(how, shape):
    paper = Paper([group(n, "ABC", label_inside=True, shape=shape) for n in range(8)], line=120)
    for number in range(8):
        paper.mark(number, "A", how, move=0.05 * (number % 4))
    assert {reading.raw for reading in paper.read().values()} == {"A"}


def test_single_boxes_that_are_all_ticked_are_never_taken_for_print():
    paper = Paper([group(n, "1") for n in range(8)], line=120)
    for number in range(8):
        paper.mark(number, "1", "tick", move=0.05 * (number % 4))
    assert {reading.raw for reading in paper.read().values()} == {"1"}
    assert not any(map(sure, paper.read().values())), "or a tick is printed in every one"


def test_one_empty_box_shows_that_ticks_in_all_others_are_no_print():
    paper = Paper([group(n, "1") for n in range(9)], line=120)
    for number in range(8):
        paper.mark(number, "1", "tick", move=0.05 * (number % 4))
    found = paper.read()
    assert [found[f"q{n}"].raw for n in range(9)] == [*"11111111", ""]
    assert all(map(sure, found.values()))


@pytest.mark.parametrize("how", ["tick", "diagonal"])
def test_a_thin_mark_in_a_bubble_is_proposed_and_left_to_a_person(how):
    paper = Paper([group(n, "ABC", label_inside=True, shape="bubble") for n in range(9)], line=120)
    for number in range(8):
        paper.mark(number, "ABC"[number % 3], how)
    found = paper.read()
    assert [found[f"q{n}"].raw for n in range(9)] == [*"ABCABCAB", ""]
    assert not any(sure(found[f"q{n}"]) for n in range(8))
    assert sure(found["q8"])
