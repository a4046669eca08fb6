"""Names read in the light of how names are spelt, see ``spelling.py``.

A field whose ``alphabet`` is ``name`` says that a person's name stands there. What is spelt
otherwise than its ink looks is only proposed. What is spelt as it looks counts as far as its curve
goes, which was fitted on names of which half the words are in no list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from formscan.extract.belief import beliefs_of, log_odds
from formscan.extract.calibration import curve_name, load_calibration
from formscan.reading import FieldReading, Measure
from formscan.settle.sheet import Sheet
from formscan.settle.spelling import SpelledName, spell
from formscan.tables.names import name_words
from formscan.templates.model import Field

__all__ = ["with_names"]

_ALPHABET: Final = "name"
_PROPOSED: Final = 0.9
"""Confidence at most of what is only proposed."""


def with_names(sheet: Sheet) -> Sheet:
    """The sheet with its names read again."""
    printed = {(field.name, field.row): field for field in sheet.layout.fields}
    readings = tuple(
        _again(reading, printed[reading.name, reading.row]) for reading in sheet.readings
    )
    return replace(sheet, readings=readings)


def _again(reading: FieldReading, field: Field) -> FieldReading:
    if field.kind != "comb" or field.alphabet != _ALPHABET:
        return reading
    if not reading.raw or not reading.cells:
        return reading
    beliefs = beliefs_of(reading)
    spelt = spell(beliefs, name_words())
    if spelt is None:
        return reading
    measures = (
        *(each for each in reading.measures if each.name not in {"posterior", "changed"}),
        *_measures(spelt, beliefs),
    )
    return replace(
        reading,
        candidates=spelt.candidates,
        confidence=_confidence(reading, spelt, measures),
        measures=measures,
    )


def _measures(spelt: SpelledName, beliefs: Sequence[Mapping[str, float]]) -> tuple[Measure, ...]:
    """What spelling tells, as measures for the confidence curve."""
    said = [belief.get(text, 0.0) for belief, text in zip(beliefs, spelt.cells, strict=True)]
    values = {
        "posterior": log_odds(spelt.candidates[0].probability),
        "changed": float(
            sum(own < max(each.values()) for own, each in zip(said, beliefs, strict=True))
        ),
        "listed": log_odds(spelt.listed),
        "spelling": spelt.spelling,
    }
    return tuple(Measure(name, round(value, 4)) for name, value in values.items())


def _confidence(reading: FieldReading, spelt: SpelledName, measures: Sequence[Measure]) -> float:
    """What is spelt otherwise than its ink looks never counts by itself."""
    values = {measure.name: measure.value for measure in measures}
    best = min(spelt.candidates[0].probability, _PROPOSED)
    if values["changed"] > 0:
        return best
    if "second" not in values:
        return reading.confidence
    name = curve_name("name", blank=False, spelt=True)
    return load_calibration().probability(name, measures, best)
