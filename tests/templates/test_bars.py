from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formscan.templates.bars import bars_code, bars_text, parse_bars
from formscan.templates.payload import BASE32, PageCode

codes = st.builds(
    PageCode,
    form=st.just("fk23"),
    version=st.sampled_from(["1", "2023070101"]),
    page=st.integers(1, 16),
    serial=st.text(string.digits, min_size=8, max_size=8),
    print_run=st.text(BASE32, min_size=6, max_size=6),
)


@given(codes)
def test_what_is_printed_is_read_again(code):
    text = bars_text(code)
    assert len(text) == 28
    assert parse_bars(text) == bars_code(code)


@given(codes, st.integers(0, 27), st.integers(1, 9))
def test_a_wrong_digit_is_never_believed(code, place, more):
    text = bars_text(code)
    digit = str((int(text[place]) + more) % 10)
    assert parse_bars(text[:place] + digit + text[place + 1 :]) is None


@given(codes, st.integers(0, 26))
def test_nor_two_digits_that_changed_places(code, place):
    text = bars_text(code)
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    assert swapped == text or parse_bars(swapped) is None


@pytest.mark.parametrize(
    "text", ["", "FS1|fk23|1|1|00000001|ABC123|X", "0" * 27, "9" * 28, "٣" * 28]
)
def test_another_code_is_not_ours(text):
    assert parse_bars(text) is None


def test_form_and_version_leave_their_mark():
    one = PageCode("fk23", "1", 1, "00000001", "ABC123")
    marks = {bars_code(one._replace(form=form, version=v)).mark for form in "ab" for v in "12"}
    assert len(marks) == 4
