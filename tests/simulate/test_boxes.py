"""What goes into which box, and what the paper then says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formscan.geometry import BoxMm
from formscan.simulate.boxes import boxed, raw_of_boxes
from formscan.simulate.chance import stream
from formscan.simulate.hand import Habits
from formscan.templates.model import Field

ROOM = BoxMm(x=0, y=0, width=100, height=6)


def comb(count, **more):
    cells = tuple(BoxMm(x=i * 5.0, y=0, width=5, height=6) for i in range(count))
    return Field(name="f", kind="comb", box=ROOM, cells=cells, **more)


@pytest.mark.parametrize(
    ("align", "boxes", "raw"),
    [("pad", ("0", "7"), "07"), ("right", ("", "7"), "7"), ("left", ("7", ""), "7")],
)
def test_short_numbers_stand_where_the_writer_puts_them(align, boxes, raw):
    field = comb(2, value_type="integer", alphabet="digits")
    assert boxed(field, "7", Habits(align=align), stream(1)) == boxes
    assert raw_of_boxes(boxes) == raw


def test_an_empty_box_between_words_is_one_space():
    boxes = boxed(comb(12, alphabet="name"), "SITI ANI", Habits(), stream(1))
    assert raw_of_boxes(boxes) == "SITI ANI"


@given(text=st.text("ABCDE .", max_size=15), seed=st.integers(0, 1000))
def test_merging_keeps_the_text_and_skipping_only_adds_spaces(text, seed):
    field = comb(20, alphabet="name")
    text = text.strip()
    merged = boxed(field, text, Habits(merge=0.3), stream(seed))
    assert raw_of_boxes(merged) == text
    skipped = boxed(field, text, Habits(skip=1.0), stream(seed))
    assert raw_of_boxes(skipped).replace(" ", "") == text.replace(" ", "")
    assert len(merged) == len(skipped) == 20


def test_blank_fields_have_empty_boxes():
    assert boxed(comb(3), "", Habits(), stream(1)) == ("", "", "")
