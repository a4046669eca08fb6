"""A written page says what ``write_page`` returns, and corrections leave other fields alone."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from formscan.geometry import BoxMm
from formscan.simulate.chance import stream
from formscan.simulate.glyphs import BuiltInGlyphs
from formscan.simulate.hand import draw_writer
from formscan.simulate.severity import SEVERITIES
from formscan.simulate.write import Sheet, write_page
from formscan.templates.model import Field, MarkBox, PageLayout

PX_PER_MM = 300 / 25.4


def comb(name, y, count=8, **more):
    cells = tuple(BoxMm(x=10 + 5 * i, y=y, width=5, height=6) for i in range(count))
    box = BoxMm.around(cells)
    return Field(name=name, kind="comb", box=box, cells=cells, alphabet="digits", **more)


def page(*fields):
    return PageLayout(page=1, width_mm=100, height_mm=70, fields=fields)


def marks():
    boxes = tuple(
        MarkBox(value=v, box=BoxMm(x=10 + 8 * i, y=40, width=4.4, height=4.4))
        for i, v in enumerate("123")
    )
    return Field(name="m", kind="mark_group", box=BoxMm.around([b.box for b in boxes]), marks=boxes)


def write(layout, values, seed=1, **habits):
    rng = stream(seed, "w")
    writer = draw_writer(0, BuiltInGlyphs.of("w", rng), SEVERITIES["clean"], rng)
    writer = dataclasses.replace(
        writer, habits=dataclasses.replace(writer.habits, mark="cross", **habits)
    )
    picture = np.full((827, 1181, 3), 255, np.uint8)
    said = write_page(Sheet(picture, PX_PER_MM), layout, values, writer, rng)
    return said, picture


def ink(picture, box):
    left, top, right, bottom = (round(v * PX_PER_MM) for v in (box.x, box.y, box.right, box.bottom))
    return 1 - picture[top:bottom, left:right].mean() / 255


def test_what_is_asked_for_is_said_and_seen():
    layout = page(comb("a", 10), comb("b", 25), marks())
    said, picture = write(layout, {("a", None): "12345678", ("m", None): "2"})
    assert said == {("a", None): "12345678", ("b", None): "", ("m", None): "2"}
    assert all(ink(picture, cell) > 0.01 for cell in layout.fields[0].cells)
    assert ink(picture, layout.fields[1].box) == 0
    shares = [ink(picture, mark.box) for mark in layout.fields[2].marks]
    assert shares[1] > 0.05
    assert shares[0] == shares[2] == 0


@pytest.mark.parametrize("seed", range(6))
def test_corrections_never_touch_another_field(seed):
    layout = page(comb("a", 10), comb("b", 17), comb("c", 24))
    said, picture = write(
        layout, {("b", None): "12345678"}, seed, corrections=1.0, by_rule=0.0, size=0.7
    )
    assert said["b", None] == "12345678"
    assert ink(picture, layout.fields[0].box.grow(-0.3)) == 0
    assert ink(picture, layout.fields[2].box.grow(-0.3)) == 0


def test_by_the_rule_the_answer_goes_to_the_line_for_corrections():
    line = Field(name="perbaikan_h1", kind="text_line", box=BoxMm(x=5, y=55, width=90, height=6))
    layout = page(line, comb("a", 10, labels={"id": "2a. NIK"}))
    said, picture = write(layout, {("a", None): "12345678"}, corrections=1.0, by_rule=1.0)
    assert said == {("a", None): "12345678", ("perbaikan_h1", None): "2A 12345678"}
    assert ink(picture, line.box) > 0.01
    assert min(ink(picture, cell.grow(-0.5)) for cell in layout.fields[1].cells) > 0.5


def test_names_go_on_in_the_next_box():
    cells = tuple(BoxMm(x=10 + 5 * i, y=10, width=5, height=6) for i in range(12))
    field = Field(name="n", kind="comb", box=BoxMm.around(cells), cells=cells, alphabet="name")
    said, picture = write(page(field), {("n", None): "SITI"}, corrections=1.0, by_rule=1.0)
    assert said["n", None] == "SITI"
    black = [ink(picture, cell.grow(-0.5)) > 0.5 for cell in cells]
    assert sum(black[:5]) >= 1
    assert not any(black[5:])
