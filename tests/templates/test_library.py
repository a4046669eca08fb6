"""Every form of the library is what its definition says, and fits its paper."""

from __future__ import annotations

import base64
import io
import itertools
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from formscan.templates.compile import compile_form
from formscan.templates.layout.fit import misfits
from formscan.templates.load import library, load_template
from formscan.templates.model import Field, Template

FOLDER = Path(str(resources.files("formscan.templates").joinpath("library")))
LARGEST_BYTES = {"fk23": 800_000, "posyandu": 600_000}


def _pixels(png: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(png))).convert("L"), dtype=np.int16)


@pytest.mark.parametrize("form", library())
def test_the_shipped_template_equals_a_fresh_compile(form: str) -> None:
    shipped, fresh = load_template(form), compile_form(FOLDER / form / f"{form}.md")
    assert fresh.warnings == ()
    blank = {"reference_png": ""}
    assert [p.model_copy(update=blank) for p in fresh.pages] == [
        p.model_copy(update=blank) for p in shipped.pages
    ]
    assert fresh.model_copy(update={"pages": shipped.pages}) == shipped
    for new, old in zip(fresh.pages, shipped.pages, strict=True):
        difference = np.abs(_pixels(new.reference_png) - _pixels(old.reference_png))
        assert difference.mean() < 1.0


@pytest.mark.parametrize("form", library())
def test_a_shipped_template_is_small(form: str) -> None:
    assert (FOLDER / form / "template.json").stat().st_size < LARGEST_BYTES[form]


@pytest.fixture(scope="module")
def register() -> Template:
    return load_template("posyandu")


def _row(register: Template, row: int) -> dict[str, Field]:
    return {field.name: field for field in register.pages[0].fields if field.row == row}


def test_the_register_has_twenty_equal_rows_on_one_portrait_page(register: Template) -> None:
    page = register.pages[0]
    assert (len(register.pages), page.width_mm, page.height_mm) == (1, 210, 297)
    assert page.rows == (1, 20)
    first = _row(register, 1)
    for number in range(2, 21):
        row = _row(register, number)
        assert row.keys() == first.keys()
        for name, field in row.items():
            assert field.box.x == first[name].box.x
            assert field.box.width == first[name].box.width
            assert field.repeat == "anak"
    assert misfits(page, {}) == []


def test_a_row_holds_every_kind_of_field(register: Template) -> None:
    row = _row(register, 7)
    assert {field.kind for field in row.values()} == {"comb", "mark_group", "text_line", "image"}
    assert [mark.value for mark in row["jk"].marks] == ["1", "2"]
    assert row["layanan"].multiple
    assert row["tgl_lahir"].pattern == "DDMMYYYY"
    assert row["no_kia"].error_kind == "id"
    places = sorted((field.box.x, field.box.right) for field in row.values())
    assert all(right <= left for (_, right), (left, _) in itertools.pairwise(places))


def test_answers_are_printed_over_their_tick_boxes(register: Template) -> None:
    marks = _row(register, 1)["jk"].marks
    heads = {
        item.text: item.x
        for item in register.pages[0].decor
        if item.kind == "text" and item.text in ("L", "P")
    }
    assert heads["L"] == pytest.approx(marks[0].box.center[0], abs=0.01)
    assert heads["P"] == pytest.approx(marks[1].box.center[0], abs=0.01)
