"""Any template can be simulated: values fit kind, list, alphabet and pattern."""

from __future__ import annotations

import csv

import pytest

from formscan.geometry import BoxMm
from formscan.simulate import SimulateOptions, simulate
from formscan.simulate.chance import stream
from formscan.simulate.generic import draw_any
from formscan.templates.model import Choice, Field, MarkBox, PageLayout, Template
from formscan.validate.values import typed


def marks(x, y, letters):
    return tuple(
        MarkBox(value=letter, box=BoxMm(x=x + 8 * i, y=y, width=5, height=5))
        for i, letter in enumerate(letters)
    )


def around(boxes):
    return BoxMm.around([mark.box for mark in boxes])


@pytest.fixture
def template():
    cells = tuple(BoxMm(x=20 + 5 * i, y=60, width=5, height=6) for i in range(8))
    choice, many = marks(20, 20, "ABCD"), marks(20, 30, "123")
    grid = tuple(marks(100, 20 + 8 * i, "0123456789") for i in range(3))
    comb = {"kind": "comb", "box": BoxMm.around(cells), "cells": cells, "required": True}
    fields = (
        Field(name="choice", kind="mark_group", value_type="select_one", box=around(choice),
              marks=choice, shape="circle", required=True),
        Field(name="many", kind="mark_group", value_type="select_multiple", box=around(many),
              marks=many, multiple=True, multiple_join=""),
        Field(name="roll", kind="mark_grid", box=BoxMm(x=100, y=20, width=80, height=30),
              columns=grid, required=True),
        Field(name="day", value_type="date", pattern="DDMMYYYY", alphabet="digits", **comb),
        Field(name="code", value_type="select_one", code_list="l", alphabet="digits", **comb),
        Field(name="who", alphabet="name", **comb),
        Field(name="count", value_type="integer", alphabet="digits", **comb),
        Field(name="sign", kind="signature", value_type="image",
              box=BoxMm(x=20, y=80, width=50, height=12), required=True),
        Field(name="free", kind="text_line", box=BoxMm(x=20, y=100, width=90, height=8)),
    )  # fmt: skip
    page = PageLayout(page=1, width_mm=210, height_mm=148, fields=fields)
    return Template(
        form="any",
        version="1",
        pages=(page,),
        code_lists={"l": (Choice(value="01"), Choice(value="12"))},
    )


def test_values_are_possible_in_their_fields(template):
    for number in range(30):
        values = draw_any(template, stream(1, number)).values
        for field in template.pages[0].fields:
            text = values.get((field.name, None), "")
            if field.required and field.kind == "comb":
                assert typed(field, text, template), (field.name, text)
        assert values["roll", None].count("|") == 2


def test_a_foreign_form_is_written_and_scanned(template, tmp_path):
    made = simulate(template, SimulateOptions(2, severity="clean"), tmp_path)
    assert (made.pages, made.unlawful) == (2, 0)
    with (tmp_path / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * len(template.pages[0].fields)
    rolls = [row["raw"] for row in rows if row["field"] == "roll"]
    assert all(len(roll) == 3 and roll.isdigit() for roll in rolls)
