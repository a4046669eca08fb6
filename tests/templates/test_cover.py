from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formscan.templates.cover import Cover, cover_payload, parse_cover
from formscan.templates.payload import parse_payload

COVERS = st.builds(
    Cover,
    st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=6, max_size=6),
    st.sampled_from(["", "64", "6402012001"]),
    st.text("0123456789ABCXYZ", max_size=12),
    st.integers(1, 9999),
)


@given(COVERS)
def test_a_cover_survives_its_code_and_is_no_page(cover):
    assert parse_cover(cover_payload(cover)) == cover
    assert parse_payload(cover_payload(cover)) is None


@given(COVERS, st.data())
def test_one_wrong_digit_of_the_number_breaks_the_check(cover, data):
    parts = cover_payload(cover).split("|")
    at = data.draw(st.integers(0, len(parts[4]) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != parts[4][at]]))
    parts[4] = parts[4][:at] + wrong + parts[4][at + 1 :]
    assert parse_cover("|".join(parts)) is None


@pytest.mark.parametrize("text", ["", "FC1|", "FS1|fk23|1|1|00000001|ABCDEF|X", "FC1|ABCDEF||||A"])
def test_other_codes_are_no_covers(text):
    assert parse_cover(text) is None
