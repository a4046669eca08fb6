from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formscan.settle.identity import DIGITS, Person, region_beliefs, weigh


def boxes(text: str, sure: float = 0.999) -> np.ndarray:
    """What boxes hold that say ``text``, each digit as sure as told."""
    found = np.full((len(text), 10), (1 - sure) / 9)
    for at, digit in enumerate(text):
        found[at, int(digit)] = sure
    return found


def said(beliefs: np.ndarray) -> str:
    return "".join(DIGITS[at] for at in beliefs.argmax(axis=1))


def person(number: str, birth: str, woman: bool = False) -> Person:
    return Person(
        boxes(number), boxes(birth), np.array([0.001, 0.999] if woman else [0.999, 0.001])
    )


def confuse(beliefs: np.ndarray, at: int, other: str, share: float = 0.6) -> None:
    """Make a box say ``other``, and what it said less likely."""
    beliefs[at] = beliefs[at] * (1 - share)
    beliefs[at, int(other)] = share


def test_a_doubtful_day_is_heard_from_the_other_field() -> None:
    one = person("3201054503990003", "05031999", woman=True)
    confuse(one.number, 7, "6")
    assert said(one.number)[6:12] == "460399"
    found = weigh(one)
    assert said(found.person.number) == "3201054503990003"
    assert found.confirmed > 5
    assert found.person.number[7, 5] > 0.99


def test_the_serial_hears_nothing() -> None:
    one = person("3201050503990003", "05031999")
    confuse(one.number, 15, "8", 0.5)
    found = weigh(one)
    np.testing.assert_array_equal(found.person.number[12:], one.number[12:])


@pytest.mark.parametrize(
    ("number", "birth", "woman"),
    [
        ("3201051703990003", "05031999", False),
        ("3201054503990003", "05031999", False),
        ("3201050511990003", "05031999", False),
        ("3201050503810003", "05031999", False),
    ],
)
def test_what_clearly_says_two_things_is_left_as_it_was(number, birth, woman) -> None:
    one = person(number, birth, woman)
    found = weigh(one)
    assert said(found.person.number) == number
    assert said(found.person.birth) == birth
    assert found.confirmed <= 0


@given(
    st.dates(date(1930, 1, 1), date(2023, 12, 31)),
    st.booleans(),
    st.integers(1, 9999),
    st.sampled_from([6, 7, 8, 9, 10, 11]),
    st.sampled_from("0123456789"),
)
def test_one_doubtful_digit_of_the_date_is_always_mended(born, woman, serial, at, other) -> None:
    day = born.day + 40 * woman
    number = f"320105{day:02d}{born:%m%y}{serial:04d}"
    one = person(number, f"{born:%d%m%Y}", woman)
    if number[at] != other:
        confuse(one.number, at, other)
    found = weigh(one)
    assert said(found.person.number) == number
    assert said(found.person.birth) == f"{born:%d%m%Y}"
    assert found.person.sex.argmax() == int(woman)
    assert (found.person.number.sum(axis=1) < 1 + 1e-6).all()


def test_the_family_speaks_for_the_region() -> None:
    ink = boxes("320105")
    confuse(ink, 5, "6")
    found = region_beliefs(ink, {"320105": 0.9}, ["320105", "320106"])
    assert said(found) == "320105"


def test_a_clear_other_region_stays() -> None:
    ink = boxes("747201", 0.999999)
    assert said(region_beliefs(ink, {"320105": 0.9}, ["747201"])) == "747201"
    assert said(region_beliefs(ink, {"320105": 0.9}, [])) == "747201"


def test_nothing_known_changes_nothing() -> None:
    ink = boxes("990000")
    np.testing.assert_array_equal(region_beliefs(ink, {}, []), ink)
    np.testing.assert_array_equal(region_beliefs(ink, {"320105": 0.0}, []), ink)
