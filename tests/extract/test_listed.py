from __future__ import annotations

import pytest

from formscan.extract.listed import best_matches, listed_candidates
from formscan.templates.model import Choice


def choices(*labels):
    return tuple(Choice(value=f"{at:02d}", labels={"id": one}) for at, one in enumerate(labels))


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("SUKAMAJU", True),
        ("SUKA MAJU", True),
        ("5UKAMAJU", True),  # look-alikes cost nothing
        ("SUKAMAJA", False),
        ("ZZZ", False),
        ("MEKARSARI", False),  # as near to two entries of the list
    ],
)
def test_only_an_entry_read_to_the_letter_and_far_from_all_others_is_settled(text, sure):
    listed = choices("Sukamaju", "Wonosari", "Mekarsari", "Mekarsati")
    candidates, confidence = listed_candidates(best_matches(text, listed, "id"), text, 3, 0.9995)
    assert (confidence >= 0.999) is sure
    if sure:
        assert candidates[0].text == "Sukamaju"


def test_a_code_may_be_written_for_its_label():
    (best, *_) = best_matches("02", choices("Satu nama", "Dua nama", "Tiga nama"), "id")
    assert (best.label, best.edits) == ("Tiga nama", 0)
