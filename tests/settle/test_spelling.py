from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formscan.extract.decode import CANCELLED
from formscan.settle.spelling import spell
from formscan.tables.names import name_words


def boxes(text: str, doubts: dict[int, dict[str, float]] | None = None) -> list[dict[str, float]]:
    """Boxes that surely hold ``text``, but for ``doubts``."""
    sure = [{c: 0.99999, "?": 1e-6} if c != " " else {"": 0.999} for c in text]
    for at, belief in (doubts or {}).items():
        sure[at] = belief
    return sure


def test_a_doubtful_letter_is_read_as_names_are_spelt() -> None:
    found = spell(boxes("SITI AMLNAH  ", {7: {"L": 0.6, "I": 0.38}}), name_words())
    assert found is not None
    assert found.candidates[0].text == "SITI AMINAH"
    assert "".join(found.cells) == "SITIAMINAH"
    assert found.candidates[0].probability > 0.9


def test_a_clear_name_that_no_list_holds_stays_as_it_is_written() -> None:
    for name in ("XAQQU WVETZ", "AMLNAH", "SITU"):
        found = spell(boxes(name), name_words())
        assert found is not None
        assert found.candidates[0].text == name


def test_a_doubtful_letter_between_two_names_stays_doubtful() -> None:
    found = spell(boxes("?INA", {0: {"D": 0.49, "L": 0.49}}), name_words())
    assert found is not None
    texts = {each.text: each.probability for each in found.candidates}
    assert min(texts["DINA"], texts["LINA"]) > 0.05


def test_a_box_that_may_be_empty_is_read_both_ways() -> None:
    doubt = {4: {"I": 0.5, "": 0.5}}
    apart = spell(boxes("SITI AMINAH", doubt), name_words())
    assert apart is not None
    assert apart.candidates[0].text == "SITI AMINAH"
    joined = spell(boxes("RAHMA ATI", {5: {"W": 0.5, "": 0.5}}), name_words())
    assert joined is not None
    assert joined.candidates[0].text == "RAHMAWATI"


def test_a_letter_that_was_blacked_out_is_skipped() -> None:
    found = spell(boxes("SI TI", {2: {CANCELLED: 0.98, "": 0.001}}), name_words())
    assert found is not None
    assert found.candidates[0].text == "SITI"
    assert found.cells == ("S", "I", CANCELLED, "T", "I")


def test_an_unreadable_letter_is_guessed_and_the_guess_is_told() -> None:
    found = spell(boxes("RAHM?WATI", {4: {"?": 0.99}}), name_words())
    assert found is not None
    assert found.candidates[0].text == "RAHMAWATI"


def test_nothing_written_is_no_name() -> None:
    assert spell(boxes("   "), name_words()) is None
    assert spell([], name_words()) is None


LETTERS = st.dictionaries(
    st.sampled_from([*"ABEINSTUR.'", "", "?"]), st.floats(0.01, 1), min_size=1, max_size=4
)


@given(st.lists(LETTERS, min_size=1, max_size=6))
def test_whatever_the_boxes_say_shares_sum_to_one_at_most(said: list[dict[str, float]]) -> None:
    beliefs = [{c: p / sum(box.values()) for c, p in box.items()} for box in said]
    found = spell(beliefs, name_words())
    if found is None:
        return
    assert sum(each.probability for each in found.candidates) <= 1 + 1e-3
    assert len(found.cells) == len(beliefs)
    assert "".join(c or " " for c in found.cells).strip()
    assert 0 <= found.listed <= 1
    assert math.isfinite(found.spelling)
    again = spell(beliefs, name_words())
    assert again == found


@pytest.mark.parametrize("name", ["MUHAMMAD", "M. RIZKI", "D'ANANG", "SITI NUR HALIZA"])
def test_sure_boxes_are_never_argued_with(name: str) -> None:
    found = spell(boxes(name), name_words())
    assert found is not None
    assert found.candidates[0].text == name
    assert found.candidates[0].probability > 0.9
