from __future__ import annotations

import pytest
from marked import Paper, group, sure

from formscan.geometry import BoxMm
from formscan.templates.model import Field


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
