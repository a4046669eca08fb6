"""Beliefs about boxes, once decoded: the measures that follow from them, and the confidence.

Shared by pass 1, which believes what the network says of each box, and pass 2, which believes
more: what the form says twice (``settle/identity.py``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from formscan.extract.calibration import curve_name, load_calibration
from formscan.extract.decode import UNREADABLE, BoxBeliefs, Decoded, decode
from formscan.reading import Candidate, FieldReading, Measure
from formscan.templates.model import Field

__all__ = [
    "belief_measures",
    "beliefs_of",
    "cell_candidates",
    "confidence_of",
    "log_odds",
    "reread",
]

_EMPTY: Final = 0.99
"""A box less surely empty than this leaves its whole field in doubt."""

_ARGUED: Final = 0.9
"""A reading against what its own ink says may be right, but never counts by itself."""

_KEPT: Final = 4
"""Candidates that a box keeps."""


def belief_measures(beliefs: Sequence[BoxBeliefs], decoded: Decoded) -> dict[str, float]:
    """What decoding tells of a field, as measures for its confidence curve."""
    tops = [max(belief.values()) for belief in beliefs]
    empties = [min(max(belief.get("", 0.0), 1e-6), 1 - 1e-6) for belief in beliefs]
    return {
        "posterior": log_odds(decoded.candidates[0].probability),
        "weakest": log_odds(min(tops)),
        "logp": sum(math.log(max(p, 1e-9)) for p in tops),
        "empty_margin": min(abs(log_odds(p)) for p in empties),
        "changed": float(decoded.changed),
        "legal": float(decoded.legal),
        "confirmed": 0.0,
        "by_ink": log_odds(min(tops)),
    }


def confidence_of(
    kind: str, best: Candidate, measures: Sequence[Measure], beliefs: Sequence[BoxBeliefs]
) -> float:
    """P(the whole field is right); none where a box cannot be read.

    What the least empty box leaves of a blank is all that it may have: ink in one box is never
    argued away.
    """
    if UNREADABLE in best.text:
        return 0.0
    alone = not any(measure.name == "second" for measure in measures)
    name = curve_name(kind, blank=best.text == "", alone=alone)
    found = load_calibration().probability(name, measures, best.probability)
    if any(measure.name == "by_ink" and measure.value < 0 for measure in measures):
        found = min(found, _ARGUED)
    if best.text:
        return found
    least = min(belief.get("", 0.0) for belief in beliefs)
    return found if least >= _EMPTY else min(found, least)


def cell_candidates(belief: BoxBeliefs) -> tuple[Candidate, ...]:
    """What is kept of a belief, best first."""
    likely = [item for item in belief.items() if item[1] >= 1e-6]
    likely.sort(key=lambda item: (-item[1], item[0]))
    return tuple(Candidate(text, round(p, 6)) for text, p in likely[:_KEPT])


def beliefs_of(reading: FieldReading) -> list[dict[str, float]]:
    """The beliefs that a reading was made of, as far as they were kept."""
    return [{each.text: each.probability for each in cell.candidates} for cell in reading.cells]


def reread(
    reading: FieldReading,
    field: Field,
    codes: Sequence[str],
    beliefs: Sequence[BoxBeliefs],
    confirmed: float = 0.0,
    ink: Sequence[BoxBeliefs] | None = None,
) -> FieldReading:
    """The reading with other beliefs about its boxes; what was measured of the ink stays.

    Args:
        reading: Of a comb, with its cells.
        field: What is printed there.
        codes: Legal values, () where every string is legal.
        beliefs: One per cell.
        confirmed: Log-odds that other fields say the same.
        ink: What the boxes' own ink says, None for what the reading was made of.
    """
    decoded = decode(beliefs, pattern=field.pattern, codes=codes)
    fresh = belief_measures(beliefs, decoded) | {
        "confirmed": confirmed,
        "by_ink": _by_ink(beliefs_of(reading) if ink is None else ink, beliefs),
    }
    measures = tuple(
        Measure(each.name, round(fresh.get(each.name, each.value), 4)) for each in reading.measures
    )
    return replace(
        reading,
        candidates=decoded.candidates,
        confidence=confidence_of(field.error_kind, decoded.candidates[0], measures, beliefs),
        cells=tuple(
            replace(cell, candidates=cell_candidates(belief))
            for cell, belief in zip(reading.cells, beliefs, strict=True)
        ),
        measures=measures,
    )


def _by_ink(ink: Sequence[BoxBeliefs], beliefs: Sequence[BoxBeliefs]) -> float:
    """The least that the ink itself says for what the boxes are now believed to hold.

    One hand makes the same mistake in all fields that speak for each other: what they say
    together is no measure of how well each can be read.
    """
    said = (
        seen.get(max(belief, key=lambda text: (belief[text], text)), 0.0)
        for seen, belief in zip(ink, beliefs, strict=True)
    )
    return log_odds(min(said))


def log_odds(p: float) -> float:
    """Natural log of p / (1 - p), within ±13.8."""
    p = min(max(p, 1e-6), 1 - 1e-6)
    return math.log(p / (1 - p))
