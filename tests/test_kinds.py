"""Every kind of field, from a definition through paper and scanner to values: no value is wrong."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from formscan.extract.engines.ppocr import model_path
from formscan.extract.engines.tesseract import languages
from formscan.page import PageRef
from formscan.pipeline import PageSetup, read_page
from formscan.settle.accept import judge_page
from formscan.simulate import SimulateOptions, simulate
from formscan.templates.compile import compile_form
from formscan.validate.values import is_picture

pytestmark = pytest.mark.skipif(
    not languages() or model_path() is None, reason="tesseract or rapidocr is missing: make setup"
)


@pytest.fixture(scope="module")
def template():
    return compile_form(Path(__file__).parent / "kinds.md")


@pytest.fixture(scope="module")
def judged(template, tmp_path_factory):
    """(true raw, true value, judged) of every field of four pages."""
    folder = tmp_path_factory.mktemp("kinds")
    simulate(template, SimulateOptions(4, seed=3, severity="office", writers=2), folder)
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = {(row["scan"], row["field"]): row for row in csv.DictReader(file)}
    found = []
    for scan in sorted({scan for scan, _ in truth}):
        outcome = read_page(PageRef(str(folder / scan), 1, scan, "00"), PageSetup((template,)))
        assert outcome.status == "ok", outcome.detail
        for one in judge_page(template.pages[0].fields, outcome.readings, template):
            row = truth[scan, one.field.name]
            found.append((row["raw"], row["value"], one))
    return found


def test_the_paper_sheet_says_every_kind(template):
    fields = {field.name: field for field in template.pages[0].fields}
    kinds = {name: (field.kind, field.value_type, field.printed) for name, field in fields.items()}
    assert kinds == {
        "nomor": ("text_line", "text", True),
        "tahun": ("text_line", "integer", True),
        "pkm": ("text_line", "select_one", True),
        "kepala": ("text_line", "text", True),
        "dusun": ("text_line", "select_one", False),
        "catatan": ("text_line", "text", False),
        "label": ("barcode", "barcode", False),
        "label_itf": ("barcode", "barcode", False),
        "label_2d": ("barcode", "barcode", False),
        "ttd": ("signature", "image", False),
        "foto": ("image", "image", False),
    }
    assert fields["label"].formats == ("Code128", "EAN13", "EAN8")
    assert fields["label"].error_kind == "barcode"
    assert fields["label_itf"].box.height == 14.0
    assert [fields[name].error_kind for name in ("pkm", "tahun")] == ["code", "number"]


def test_nothing_that_counts_by_itself_is_wrong(judged):
    sure = [(raw, value, one) for raw, value, one in judged if not one.doubt]
    assert len(sure) > len(judged) / 2
    for raw, value, one in sure:
        assert one.blank == (raw == ""), one.field.name
        if not is_picture(one.field):
            assert one.value == value, one.field.name


def test_every_kind_counts_somewhere_but_free_print(judged):
    counted = {one.field.name for raw, _, one in judged if raw and not one.doubt}
    assert counted >= {
        "tahun", "pkm", "dusun", "catatan", "label", "label_itf", "label_2d", "ttd", "foto",
    }  # fmt: skip
    assert "kepala" not in counted
