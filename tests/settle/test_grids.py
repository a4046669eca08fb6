from __future__ import annotations

import pytest

from formscan.geometry import BoxMm
from formscan.reading import Candidate, FieldReading
from formscan.settle.grids import with_grids
from formscan.settle.sheet import Sheet
from formscan.templates.model import Field, MarkBox, PageLayout

BOX = BoxMm(x=10, y=10, width=5, height=5)


def sheet(written: tuple[str, float], bubbled: tuple[str, float], *, named: str = "comb") -> Sheet:
    columns = tuple(tuple(MarkBox(value=str(d), box=BOX) for d in range(10)) for _ in range(3))
    fields = (
        Field(name="nomor", kind="comb", box=BOX, cells=(BOX,) * 3, alphabet="digits",
              error_kind="id", evidence=("bulatan",) if named == "comb" else ()),
        Field(name="bulatan", kind="mark_grid", box=BOX, columns=columns, error_kind="mark",
              empty_value="-", evidence=("nomor",) if named == "grid" else ()),
    )  # fmt: skip
    readings = tuple(
        FieldReading(field.name, None, "t-1", (Candidate(raw, sure),), sure)
        for field, (raw, sure) in zip(fields, (written, bubbled), strict=True)
    )
    return Sheet(PageLayout(page=1, width_mm=99, height_mm=99, fields=fields), (), readings, {})


@pytest.mark.parametrize("named", ["comb", "grid"])
def test_what_boxes_and_bubbles_both_say_counts_as_told_twice(named):
    comb, grid = with_grids(sheet(("123", 0.97), ("123", 0.995), named=named)).readings
    assert min(comb.confidence, grid.confidence) >= 0.9999
    assert (comb.raw, grid.raw) == ("123", "123")


def test_where_they_differ_neither_counts_and_each_proposes_the_other():
    comb, grid = with_grids(sheet(("123", 0.9999), ("128", 0.9999))).readings
    assert max(comb.confidence, grid.confidence) <= 0.9
    assert [each.text for each in comb.candidates] == ["123", "128"]
    assert [each.text for each in grid.candidates] == ["128", "123"]


def test_blank_bubbles_do_not_unsay_the_boxes_but_want_a_look():
    comb, grid = with_grids(sheet(("123", 0.9995), ("---", 0.9999))).readings
    assert (comb.raw, comb.confidence) == ("123", 0.9995)
    assert grid.confidence <= 0.9
    assert grid.candidates[1].text == "123"


def test_an_unreadable_box_says_nothing_and_strangers_are_left_alone():
    spoilt = sheet(("1?3", 0.0), ("123", 0.99))
    assert [one.confidence for one in with_grids(spoilt).readings] == [0.0, 0.99]
    apart = sheet(("123", 0.9), ("128", 0.9), named="")
    assert with_grids(apart) is apart
