from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from formscan.report.characters import align, compare_characters
from formscan.report.masking import differing

texts = st.text("0123 A", max_size=9)


def test_texts_of_one_length_stand_box_against_box() -> None:
    assert compare_characters("1234", "1?34") == [("1", "1"), ("2", "?"), ("3", "3"), ("4", "4")]


def test_a_lost_first_box_costs_one_character_only() -> None:
    pairs = compare_characters("3273", "273")
    assert pairs == [("3", ""), ("2", "2"), ("7", "7"), ("3", "3")]


def test_spaces_between_words_are_no_characters() -> None:
    assert compare_characters("A B", "A3B") == [("A", "A"), ("B", "B")]


@given(texts, texts)
def test_alignment_keeps_both_texts(truth: str, read: str) -> None:
    pairs = align(truth, read)
    assert "".join(a for a, _ in pairs) == truth
    assert "".join(b for _, b in pairs) == read


@given(texts, st.data())
def test_one_dropped_character_gives_one_difference(truth: str, data: st.DataObject) -> None:
    if truth:
        at = data.draw(st.integers(0, len(truth) - 1))
        pairs = align(truth, truth[:at] + truth[at + 1 :])
        assert sum(a != b for a, b in pairs) == 1


def test_only_what_differs_is_shown_of_a_person() -> None:
    assert differing("3273014408900001", "3273014406900001") == (
        "•••••••••8••••••",
        "•••••••••6••••••",
    )
    assert differing("SITI", "") == ("SITI", "____")
    assert differing("SITI", "STI") == ("•I••", "•_••")
