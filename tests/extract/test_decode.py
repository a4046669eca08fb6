from __future__ import annotations

import pytest

from formscan.extract.decode import decode


def box(**shares: float) -> dict[str, float]:
    """Beliefs of a box: ``d1=.6, d7=.4`` are digits, ``none`` is empty, ``junk`` unreadable."""
    names = {"none": "", "junk": "?"}
    return {names.get(name, name.removeprefix("d")): share for name, share in shares.items()}


SURE = {digit: box(**{f"d{digit}": 0.999}) for digit in "0123456789"}
EMPTY = box(none=0.999)


def digits(text: str) -> list[dict[str, float]]:
    return [EMPTY if character == " " else SURE[character] for character in text]


def test_plain_digits_are_the_product_of_their_boxes() -> None:
    decoded = decode([box(d1=0.6, d7=0.4), SURE["2"]])
    assert [c.text for c in decoded.candidates[:2]] == ["12", "72"]
    assert decoded.candidates[0].probability == pytest.approx(0.5994)
    assert decoded.legal


def test_empty_boxes_are_spaces_within_and_nothing_at_the_ends() -> None:
    assert decode(digits(" 12 3 ")).candidates[0].text == "12 3"
    assert decode(digits("    ")).candidates[0].text == ""


def test_a_list_turns_a_doubtful_digit_into_a_legal_code() -> None:
    decoded = decode([SURE["0"], box(d7=0.7, d1=0.3)], codes=("01", "02", "03"))
    assert decoded.candidates[0].text == "01"
    assert (decoded.changed, decoded.legal, decoded.free) == (1, True, "07")


def test_a_clear_code_that_is_not_listed_stays_as_written() -> None:
    decoded = decode(digits("77"), codes=("01", "02", "17"))
    assert decoded.candidates[0].text == "77"
    assert not decoded.legal


@pytest.mark.parametrize("written", ["05", "5 ", " 5"])
def test_a_code_is_known_however_it_is_written(written: str) -> None:
    decoded = decode(digits(written), codes=("01", "05", "12"))
    assert decoded.candidates[0].text == written.strip()
    assert decoded.legal
    assert decoded.candidates[0].probability > 0.99


def test_a_blank_code_is_blank_and_legal() -> None:
    decoded = decode(digits("  "), codes=("01", "05"))
    assert decoded.candidates[0].text == ""
    assert decoded.candidates[0].probability > 0.99
    assert decoded.legal


def test_a_date_prefers_days_that_exist() -> None:
    boxes = digits("31041990")
    boxes[1] = box(d1=0.55, d0=0.44)
    decoded = decode(boxes, pattern="DDMMYYYY")
    assert decoded.candidates[0].text == "30041990"
    assert decoded.legal
    assert decoded.changed == 1


def test_an_impossible_date_stays_visible() -> None:
    decoded = decode(digits("31021990"), pattern="DDMMYYYY")
    assert decoded.candidates[0].text == "31021990"
    assert not decoded.legal


def test_month_and_year() -> None:
    boxes = digits("122023")
    boxes[0] = box(d7=0.6, d1=0.4)
    assert decode(boxes, pattern="MMYYYY").candidates[0].text == "122023"
    assert decode(digits("      "), pattern="MMYYYY").candidates[0].text == ""


def test_what_cannot_be_read_is_a_question_mark() -> None:
    decoded = decode([SURE["1"], box(junk=0.9, d3=0.1)])
    assert decoded.candidates[0].text == "1?"


def test_a_little_doubt_in_a_box_does_not_spoil_a_date() -> None:
    boxes = digits("17081945")
    boxes[4] = box(d1=0.95, junk=0.04)
    decoded = decode(boxes, pattern="DDMMYYYY")
    assert decoded.candidates[0].text == "17081945"
    assert decoded.candidates[0].probability > 0.99


@pytest.mark.parametrize("codes", [("01", "02"), ("1", "2")])
def test_a_spoilt_code_is_neither_blank_nor_legal(codes: tuple[str, ...]) -> None:
    boxes = [SURE["0"]] * (len(codes[0]) - 1) + [box(junk=0.98, none=0.001)]
    decoded = decode(boxes, codes=codes)
    assert decoded.candidates[0].text.endswith("?")
    assert not decoded.legal
