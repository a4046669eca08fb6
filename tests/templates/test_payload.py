"""The page code: there and back, and no typing error goes unseen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formscan.templates.payload import (
    BASE32,
    PageCode,
    check_character,
    parse_payload,
    payload,
)

codes = st.builds(
    PageCode,
    form=st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,20}", fullmatch=True),
    version=st.from_regex(r"[0-9]{1,12}", fullmatch=True),
    page=st.integers(1, 99),
    serial=st.from_regex(r"[0-9]{8}", fullmatch=True),
    print_run=st.text(BASE32, min_size=6, max_size=6),
)


@given(codes)
def test_there_and_back(code):
    assert parse_payload(payload(code)) == code


@given(codes, st.data())
def test_one_wrong_character_is_always_seen(code, data):
    text = code.print_run + code.serial
    at = data.draw(st.integers(0, len(text) - 1))
    wrong = data.draw(st.sampled_from(BASE32).filter(lambda other: other != text[at]))
    assert check_character(text[:at] + wrong + text[at + 1 :]) != check_character(text)


@given(codes)
def test_hardly_any_swap_of_neighbours_goes_unseen(code):
    text = code.print_run + code.serial
    swaps = [
        text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        for at in range(len(text) - 1)
        if text[at] != text[at + 1]
    ]
    unseen = [swap for swap in swaps if check_character(swap) == check_character(text)]
    assert len(unseen) <= max(2, len(swaps) // 4)


@pytest.mark.parametrize(
    ("digits", "check"),
    [("A12425GABC1234002", "M")],  # the example of the Global Release Identifier
)
def test_published_example(digits, check):
    assert check_character(digits) == check


@pytest.mark.parametrize("text", ["", "hello", "FS1|fk23|1|1|0001234|ABCDEF|0", "FS2|a|b"])
def test_foreign_codes_are_none(text):
    assert parse_payload(text) is None
