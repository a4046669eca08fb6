from __future__ import annotations

import re

import pytest

from formscan.extract.belief import log_odds
from formscan.extract.calibration import load_calibration
from formscan.reading import Candidate, Cell, FieldReading, Measure
from formscan.settle.accept import floored, is_accepted
from formscan.settle.names import with_names
from formscan.settle.sheet import Sheet
from formscan.templates.load import load_template


@pytest.fixture(scope="module")
def fk23():
    return load_template("fk23")


def name(text: str, doubts: dict[int, str] | None = None) -> FieldReading:
    """A clear name; ``doubts``: box → the letter that its ink hardly says instead."""
    cells = []
    for at, letter in enumerate(text.ljust(28)):
        other = (doubts or {}).get(at)
        likely = ((letter.strip(), 0.9999), ("?", 0.00001))
        if other:
            likely = ((letter, 0.55), (other, 0.44))
        cells.append(Cell(tuple(Candidate(*each) for each in likely)))
    clear = dict.fromkeys(load_calibration().curves["name/spelt"].features, 0.0)
    clear |= {"weakest": 9.0, "empty_margin": 6.9, "alike": 0.95, "apart": 0.6, "contrast": 130.0}
    clear |= {"scale": 11.8, "filled": 5.0, "noise": 3.0, "ink": 0.2, "posterior": 9.0}
    told = {"listed", "spelling"}
    said = tuple(
        Measure(*each) for each in clear.items() if not told & set(re.split("[<>]", each[0]))
    )
    return FieldReading("nama", 1, "comb-3", (Candidate(text, 0.5),), 0.5, tuple(cells), said)


def read_again(fk23, reading: FieldReading) -> FieldReading:
    (found,) = with_names(Sheet(fk23.layout(1), (), (reading,), {})).readings
    return found


def measure(reading: FieldReading, wanted: str) -> float:
    return next(each.value for each in reading.measures if each.name == wanted)


def is_sure(reading: FieldReading) -> bool:
    return is_accepted(floored(reading.confidence), "name")


def test_a_clear_listed_name_counts(fk23) -> None:
    found = read_again(fk23, name("SITI RAHMAWATI"))
    assert found.raw == "SITI RAHMAWATI"
    assert measure(found, "changed") == 0
    assert measure(found, "listed") > 0
    assert measure(found, "posterior") == pytest.approx(log_odds(found.candidates[0].probability))
    assert is_sure(found)


def test_a_name_that_spelling_mends_is_proposed_and_does_not_count(fk23) -> None:
    found = read_again(fk23, name("SITI RAHMANATI", {10: "W"}))
    assert found.raw == "SITI RAHMAWATI"
    assert measure(found, "changed") == 1
    assert not is_sure(found)


def test_a_clear_name_is_not_pulled_into_the_list(fk23) -> None:
    found = read_again(fk23, name("SITU RAHMANATI"))
    assert found.raw == "SITU RAHMANATI"
    assert measure(found, "listed") < 0


def test_an_unreadable_letter_is_guessed_for_a_person(fk23) -> None:
    reading = name("RAHM?WATI")
    found = read_again(fk23, reading)
    assert found.raw == "RAHMAWATI"
    assert not is_sure(found)


def test_other_fields_and_blank_names_are_left_alone(fk23) -> None:
    number = FieldReading("nik", 1, "comb-3", (Candidate("1", 0.5),), 0.5, name("A").cells)
    assert read_again(fk23, number) is number
    blank = name("")
    assert read_again(fk23, blank) is blank


def test_without_the_second_reader_no_name_becomes_surer(fk23) -> None:
    reading = name("SITI RAHMAWATI")
    alone = tuple(each for each in reading.measures if each.name != "second")
    found = read_again(
        fk23, FieldReading("nama", 1, "comb-3", reading.candidates, 0.5, reading.cells, alone)
    )
    assert found.raw == "SITI RAHMAWATI"
    assert found.confidence == 0.5
