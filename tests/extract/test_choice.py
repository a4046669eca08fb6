"""Groups decided from verdicts about their boxes."""

from __future__ import annotations

import pytest

from formscan.extract.choice import ChoiceOptions, Decision, choose
from formscan.extract.verdict import BoxVerdict


def decided(*inked: float, multiple: bool = False) -> Decision:
    verdicts = [BoxVerdict(each, 0.0, amount=each) for each in inked]
    return choose("123"[: len(inked)], verdicts, multiple=multiple, join=" ", empty_value="",
                  fills_are_marks=False, options=ChoiceOptions())  # fmt: skip


@pytest.mark.parametrize("ink", [0.55, 0.7, 0.92])
def test_ink_beside_a_box_is_no_rival_of_a_clear_mark_but_leaves_it_in_doubt(ink):
    found = decided(0.9999, 0.0001, ink)
    assert [each.text for each in found.candidates[:2]] == ["1", "3"]
    assert found.candidates[0].probability < 0.5
    assert sum(each.probability for each in found.candidates) <= 1


def test_two_clear_marks_of_a_single_choice_go_to_a_person():
    found = decided(0.9999, 0.9999)
    assert found.doubles
    assert found.candidates[0].probability < 0.5


def test_a_lone_unsure_mark_is_still_the_best_guess():
    assert decided(0.7, 0.001).candidates[0].text == "1"


def test_several_marks_stand_where_several_may():
    assert decided(0.9999, 0.0001, 0.9, multiple=True).candidates[0].text == "1 3"
