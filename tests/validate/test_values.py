from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from formscan.geometry import BoxMm
from formscan.templates.model import Choice, Field, MarkBox, PageLayout, Template
from formscan.validate.values import is_blank, raw_of, type_problem, typed

BOX = BoxMm(x=0, y=0, width=5, height=5)
CODES = {
    "agama": tuple(Choice(value=value) for value in "1234567"),
    "kerja": tuple(Choice(value=f"{value:02d}") for value in range(1, 11)),
    "aset": tuple(Choice(value=value) for value in "abcdefg"),
    "mixed": (Choice(value="1"), Choice(value="01"), Choice(value="02")),
}
FORM = Template(
    form="t",
    version="1",
    pages=(PageLayout(page=1, width_mm=210, height_mm=297),),
    code_lists=CODES,
)


def field(kind="comb", boxes=0, **more):
    return Field.model_validate(
        {"name": "x", "kind": kind, "box": BOX, "cells": (BOX,) * boxes, **more}
    )


INTEGER = field(boxes=2, value_type="integer")
DAY = field(boxes=8, value_type="date", pattern="DDMMYYYY")
MONTH = field(boxes=6, value_type="date", pattern="MMYYYY")
CODE = field(boxes=2, value_type="select_one", code_list="kerja")
ASSETS = field("mark_group", value_type="select_multiple", code_list="aset", multiple=True)
NIK = field(boxes=16, alphabet="digits")
NAME = field(boxes=28, alphabet="name")


@pytest.mark.parametrize(
    ("asked", "raw", "value", "problem"),
    [
        (INTEGER, "05", "5", ""),
        (INTEGER, "5", "5", ""),
        (INTEGER, "00", "0", ""),
        (INTEGER, "", "", ""),
        (INTEGER, "1 2", "", "type"),
        (INTEGER, "-", "", "type"),
        (INTEGER, "1?", "", ""),
        (DAY, "14072023", "2023-07-14", ""),
        (DAY, "29022023", "", "type"),
        (DAY, "29022024", "2024-02-29", ""),
        (DAY, "31042023", "", "type"),
        (DAY, "00072023", "", "type"),
        (DAY, "5 072023", "2023-07-05", ""),
        (DAY, "5072023", "2023-07-05", ""),
        (DAY, "14 72023", "2023-07-14", ""),
        (DAY, "147 2023", "2023-07-14", ""),
        (DAY, "1407 23", "", "type"),
        (DAY, "140723", "", "type"),
        (MONTH, "052021", "2021-05-01", ""),
        (MONTH, "52021", "2021-05-01", ""),
        (MONTH, "132021", "", "type"),
        (CODE, "02", "02", ""),
        (CODE, "2", "02", ""),
        (CODE, "10", "10", ""),
        (CODE, "1", "01", ""),
        (CODE, "11", "", "choice"),
        (CODE, "001", "", "choice"),
        (CODE, "A", "", "choice"),
        (field(value_type="select_one", code_list="mixed"), "1", "1", ""),
        (field(value_type="select_one", code_list="mixed"), "2", "02", ""),
        (field(value_type="select_one", code_list="agama"), "01", "", "choice"),
        (ASSETS, "a d f", "a d f", ""),
        (ASSETS, "a x", "", "choice"),
        (NIK, "6402011203800001", "6402011203800001", ""),
        (NIK, "640201 203800001", "", "type"),
        (NIK, "0012", "0012", ""),
        (NAME, "SITI AMINAH", "SITI AMINAH", ""),
        (NAME, "SI?I", "", ""),
        (field("signature", value_type="image"), "1", "", ""),
        (field("text_line"), "1", "", ""),
    ],
)
def test_value_and_problem(asked, raw, value, problem):
    assert typed(asked, raw, FORM) == value
    assert type_problem(asked, raw, FORM) == problem


def marks(*values):
    return tuple(MarkBox(value=value, box=BOX) for value in values)


def test_marks_without_a_code_list_are_their_own_list():
    single = field("mark_group", value_type="select_one", marks=marks("A", "B", "10"))
    assert typed(single, "B", FORM) == "B"
    assert typed(single, "A B", FORM) == ""
    assert type_problem(single, "A B", FORM) == "choice"


def test_joined_marks_are_taken_apart():
    joined = field(
        "mark_group",
        value_type="select_multiple",
        marks=marks("1", "10", "2"),
        multiple=True,
        multiple_join="",
    )
    assert typed(joined, "102", FORM) == "10 2"
    assert typed(joined, "13", FORM) == ""
    assert raw_of(joined, "10 2") == "102"


def test_an_empty_value_is_blank_and_no_choice():
    grid = field("mark_grid", columns=(marks("0", "1"),) * 3, empty_value="-")
    assert is_blank(grid, "---")
    assert not is_blank(grid, "-1-")
    group = field("mark_group", value_type="select_one", marks=marks("A"), empty_value="X")
    assert typed(group, "X", FORM) == ""
    assert type_problem(group, "X", FORM) == ""
    assert raw_of(group, "") == "X"


DATES = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))


@given(DATES)
def test_a_date_comes_back(day):
    assert typed(DAY, raw_of(DAY, day.isoformat()), FORM) == day.isoformat()
    month = day.replace(day=1).isoformat()
    assert typed(MONTH, raw_of(MONTH, month), FORM) == month


@given(DATES)
def test_a_day_without_its_zero_is_the_same_day_or_none(day):
    written = raw_of(DAY, day.isoformat())
    if written.startswith("0"):
        assert typed(DAY, written[1:], FORM) in {day.isoformat(), ""}


@given(st.integers(min_value=0, max_value=99))
def test_a_number_comes_back_from_either_end_of_its_boxes(number):
    assert raw_of(INTEGER, str(number)) == f"{number:02d}"
    assert typed(INTEGER, raw_of(INTEGER, str(number)), FORM) == str(number)
    assert typed(INTEGER, str(number), FORM) == str(number)


@given(st.sampled_from([choice.value for choice in CODES["kerja"]]))
def test_a_code_comes_back(code):
    assert typed(CODE, raw_of(CODE, code), FORM) == code
    assert typed(CODE, code.lstrip("0"), FORM) == code


@given(st.sets(st.sampled_from("abcdefg")))
def test_several_marks_come_back(chosen):
    value = " ".join(sorted(chosen))
    assert typed(ASSETS, raw_of(ASSETS, value), FORM) == value


@example("¹", CODE)
@given(st.text(max_size=10), st.sampled_from([INTEGER, DAY, MONTH, CODE, ASSETS, NIK, NAME]))
def test_any_text_gets_a_value_or_a_reason_or_is_blank_or_unreadable(raw, asked):
    value, problem = typed(asked, raw, FORM), type_problem(asked, raw, FORM)
    assert not (value and problem)
    assert value or problem or is_blank(asked, raw) or "?" in raw
