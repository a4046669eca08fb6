"""Marks, a number in boxes and in bubbles, and a barcode on one form: from template to CSV."""

from __future__ import annotations

import csv

import pytest
from click.testing import CliRunner

from formscan.cli import main
from formscan.geometry import BoxMm
from formscan.settle.grids import told_twice
from formscan.templates.model import Anchor, Choice, Field, MarkBox, PageLayout, Template
from formscan.templates.question import Question

DIGITS = "0123456789"


def boxes(x, y, count, step, size):
    return tuple(BoxMm(x=x + step * i, y=y, width=size, height=size) for i in range(count))


@pytest.fixture(scope="module")
def template():
    cells = boxes(14, 30, 4, 6.0, 6.0)
    columns = tuple(
        tuple(
            MarkBox(value=digit, box=BoxMm(x=14.8 + 6 * column, y=40 + 5 * row, width=4, height=4))
            for row, digit in enumerate(DIGITS)
        )
        for column in range(4)
    )
    answers = tuple(
        MarkBox(value=value, box=box)
        for value, box in zip("123", boxes(60, 34, 3, 10.0, 4.0), strict=True)
    )
    fields = (
        Field(name="nomor", kind="comb", box=BoxMm.around(cells), cells=cells, groups=(4,),
              alphabet="digits", required=True, error_kind="id", evidence=("bulatan",)),
        Field(name="bulatan", kind="mark_grid", columns=columns, shape="circle", empty_value="-",
              box=BoxMm.around([mark.box for column in columns for mark in column]),
              required=True, error_kind="mark"),
        Field(name="jawaban", kind="mark_group", value_type="select_one", marks=answers,
              box=BoxMm.around([mark.box for mark in answers]), code_list="abc",
              required=True, error_kind="mark"),
        Field(name="label", kind="barcode", value_type="barcode", formats=("QRCode",),
              box=BoxMm(x=60, y=50, width=26, height=26), required=True, error_kind="barcode"),
    )  # fmt: skip
    questions = tuple(
        Question(name=name, path=f"/data/{name}", type=kind, code_list="abc" * (name == "jawaban"))
        for name, kind in (("nomor", "text"), ("bulatan", "text"), ("jawaban", "select_one"),
                           ("label", "barcode"))
    )  # fmt: skip
    places = ((8.0, 8.0), (131.0, 8.0), (131.0, 88.0), (8.0, 88.0))
    page = PageLayout(
        page=1, width_mm=148, height_mm=105, qr_box=BoxMm(x=100, y=10, width=16, height=16),
        anchors=tuple(
            Anchor(kind="tag", box=BoxMm(x=x, y=y, width=9, height=9), tag_id=number)
            for number, (x, y) in enumerate(places)
        ), fields=fields,
    )  # fmt: skip
    return Template(
        form="nomorganda", version="1", pages=(page,), pages_per_record=1,
        code_lists={"abc": tuple(Choice(value=value) for value in "123")}, questions=questions,
    )  # fmt: skip


@pytest.fixture(scope="module")
def told(template, tmp_path_factory):
    """(truth, fields.csv, form.csv) of three simulated sheets, by scan or record."""
    folder = tmp_path_factory.mktemp("idgrid")
    form = folder / "nomorganda.json"
    form.write_text(template.model_dump_json(), encoding="utf-8")
    for arguments in (
        ("simulate", form, "-n", 3, "--seed", 5, "--severity", "clean", "-o", folder / "sim"),
        ("run", folder / "sim" / "scans", "--form", form, "--out", folder / "out", "--engine",
         "serial"),
    ):  # fmt: skip
        ended = CliRunner().invoke(main, ["--lang", "en", *(str(one) for one in arguments)])
        assert ended.exit_code == 0, ended.output
    return [rows(folder / name) for name in ("sim/truth.csv", "out/fields.csv",
                                             "out/nomorganda.csv")]  # fmt: skip


def rows(file):
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_boxes_and_the_bubbles_of_a_number_belong_together(template):
    assert [[one.name for one in pair] for pair in told_twice(template.pages[0].fields)] == [
        ["nomor", "bulatan"]
    ]


def test_every_kind_on_one_sheet_reaches_the_table_unseen(told):
    truth, fields, records = told
    true = {(row["scan"], row["field"]): row["raw"] for row in truth}
    assert len(fields) == len(true) == 12
    for row in fields:
        if row["status"] == "accepted":
            assert row["raw"] == true[row["scan"], row["field"]], row
    assert {row["field"] for row in fields if row["status"] == "accepted"} >= {
        "nomor", "bulatan", "label",
    }  # fmt: skip
    answers = [row for row in fields if row["field"] == "jawaban"]
    assert all(row["raw"] == true[row["scan"], "jawaban"] for row in answers), answers
    assert len(records) == 3
    said = {(row["nomor"], row["bulatan"]) for row in records}
    assert all(boxed == bubbled for boxed, bubbled in said if boxed and bubbled)
