"""Check boxes, circles and bubbles: what is chosen on a page.

All boxes of a page are read together, since the page itself tells what its empty boxes look
like, how dark its pen is, and how this person marks.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formscan.extract.calibration import curve_name, load_calibration
from formscan.extract.choice import ChoiceOptions, Decision, choose, join_columns
from formscan.extract.outline import OutlineOptions, Placement
from formscan.extract.patch import Ink
from formscan.extract.placing import (
    Spot,
    doubtful_placements,
    place_spots,
    refine_spots,
)
from formscan.extract.reference import blank_references
from formscan.extract.strokes import BoxMeasures, measure_box, noise_level, pen_level
from formscan.extract.verdict import BoxVerdict, VerdictOptions, bubble_verdicts, judge_box
from formscan.page import FieldCrop
from formscan.reading import FieldReading, Measure
from formscan.templates.model import FieldKind, MarkBox, Template

__all__ = ["MarkOptions", "MarkReader"]

_NEARLY_SOLID = 0.03


@dataclass(frozen=True, slots=True)
class MarkOptions:
    """How marks are read.

    Attributes:
        refinements: How often bubbles are placed again on the page's own empty bubble.
        fill_habit: Share of solid marks from which fillings are this page's way of marking.
        misplaced: Confidence is at most this where boxes could not be placed.
    """

    outline: OutlineOptions = dataclasses.field(default_factory=OutlineOptions)
    verdict: VerdictOptions = dataclasses.field(default_factory=VerdictOptions)
    choice: ChoiceOptions = dataclasses.field(default_factory=ChoiceOptions)
    refinements: int = 2
    fill_habit: float = 0.5
    misplaced: float = 0.9


class MarkReader:
    """Reader of ``mark_group`` and ``mark_grid``."""

    name = "mark-2"
    kinds: frozenset[FieldKind] = frozenset({"mark_group", "mark_grid"})
    px_per_mm = 8.0
    margin_mm = 3.0

    def __init__(self, options: MarkOptions | None = None) -> None:
        self._options = options or MarkOptions()

    def read(self, crops: Sequence[FieldCrop], template: Template) -> list[FieldReading]:
        """One reading per crop, in order."""
        if not crops:
            return []
        spots = [Spot(crop, marks) for crop in crops for marks in _groups(crop)]
        placements = _placed(spots, self._options)
        doubtful = doubtful_placements(spots, placements)
        measures = _measures(spots, placements)
        verdicts = self._verdicts(spots, measures)
        fills = _fills_are_marks(verdicts, self._options.fill_habit)
        readings, start = [], 0
        for crop in crops:
            stop = start + len(_groups(crop))
            decision = join_columns(
                [self._decide(spots[i], verdicts[i], fills=fills) for i in range(start, stop)],
                self._options.choice,
            )
            boxes = [box for group in measures[start:stop] for box in group]
            odd = any(doubtful[start:stop])
            readings.append(self._reading(crop, decision, boxes, verdicts[start:stop], odd=odd))
            start = stop
        return readings

    def _verdicts(
        self, spots: Sequence[Spot], measures: Sequence[Sequence[BoxMeasures]]
    ) -> list[list[BoxVerdict]]:
        options = self._options.verdict
        verdicts = [[judge_box(box, options) for box in group] for group in measures]
        bubbles = [index for index, spot in enumerate(spots) if spot.shape == "bubble"]
        judged = bubble_verdicts([measures[index] for index in bubbles], options)
        for index, verdict in zip(bubbles, judged, strict=True):
            verdicts[index] = verdict
        return verdicts

    def _decide(self, spot: Spot, verdicts: Sequence[BoxVerdict], *, fills: bool) -> Decision:
        field = spot.crop.field
        return choose(
            [mark.value for mark in spot.marks],
            verdicts,
            multiple=field.multiple,
            join=field.multiple_join,
            empty_value=field.empty_value,
            fills_are_marks=fills or spot.shape == "bubble",
            options=self._options.choice,
        )

    def _reading(
        self,
        crop: FieldCrop,
        decision: Decision,
        boxes: Sequence[BoxMeasures],
        verdicts: Sequence[Sequence[BoxVerdict]],
        *,
        odd: bool,
    ) -> FieldReading:
        field = crop.field
        best = decision.candidates[0]
        measures = _field_measures(boxes, verdicts, best.probability, decision, odd=odd)
        name = curve_name("mark", blank=decision.empty)
        confidence = load_calibration().probability(name, measures, best.probability)
        if odd:
            confidence = min(confidence, self._options.misplaced)
        return FieldReading(
            name=field.name,
            row=field.row,
            reader=self.name,
            candidates=decision.candidates,
            confidence=confidence,
            measures=measures,
        )


def _groups(crop: FieldCrop) -> tuple[tuple[MarkBox, ...], ...]:
    field = crop.field
    return field.columns if field.kind == "mark_grid" else (field.marks,)


def _placed(spots: Sequence[Spot], options: MarkOptions) -> list[Placement]:
    placements = place_spots(spots, options.outline)
    for _ in range(options.refinements if any(spot.shape == "bubble" for spot in spots) else 0):
        blanks = blank_references(_patches(spots, placements), _kinds(spots))
        placements = refine_spots(spots, placements, blanks, options.outline)
    return placements


def _patches(spots: Sequence[Spot], placements: Sequence[Placement]) -> list[Ink]:
    return [
        spot.patch(mark, placement)
        for spot, placement in zip(spots, placements, strict=True)
        for mark in spot.marks
    ]


def _kinds(spots: Sequence[Spot]) -> list[tuple[object, ...]]:
    """Boxes of one kind are printed alike."""
    return [
        (spot.shape, mark.value if spot.crop.field.label_inside else "", spot.size_mm)
        for spot in spots
        for mark in spot.marks
    ]


def _measures(spots: Sequence[Spot], placements: Sequence[Placement]) -> list[list[BoxMeasures]]:
    patches = _patches(spots, placements)
    blanks = blank_references(patches, _kinds(spots))
    rounded = [spot.shape != "box" for spot in spots for _ in spot.marks]
    levels: dict[bool, tuple[float, float]] = {}
    for shape in sorted(set(rounded)):
        mine = [index for index, each in enumerate(rounded) if each == shape]
        inks = [patches[index] for index in mine]
        noise = noise_level(inks)
        pen = pen_level(inks, [blanks[index] for index in mine], noise, rounded=shape)
        levels[shape] = pen, noise
    measured = iter(
        measure_box(patch, blank, *levels[shape], rounded=shape)
        for patch, blank, shape in zip(patches, blanks, rounded, strict=True)
    )
    return [[next(measured) for _ in spot.marks] for spot in spots]


def _fills_are_marks(verdicts: Sequence[Sequence[BoxVerdict]], habit: float) -> bool:
    """Whether this page's lone marks are mostly fillings; a page of few marks tells nothing."""
    lone = [
        inked[0].solid >= _NEARLY_SOLID
        for group in verdicts
        if len(inked := [box for box in group if box.inked >= 0.5]) == 1
    ]
    return len(lone) >= 4 and float(np.mean(lone)) >= habit


def _field_measures(
    boxes: Sequence[BoxMeasures],
    verdicts: Sequence[Sequence[BoxVerdict]],
    probability: float,
    decision: Decision,
    *,
    odd: bool,
) -> tuple[Measure, ...]:
    """What the field's confidence hangs on, and each box's ink for the gallery."""
    flat = [box for group in verdicts for box in group]
    weakest = min((abs(box.inked - 0.5) for box in flat), default=0.0) + 0.5
    values = {
        "log_odds": float(np.clip(_log_odds(probability), -16, 16)),
        "weakest_box_log_odds": float(np.clip(_log_odds(weakest), -16, 16)),
        "marks": float(sum(box.inked >= 0.5 for box in flat)),
        "doubles": float(decision.doubles),
        "cancels": float(decision.cancels),
        "misplaced": float(odd),
    }
    if len(boxes) <= 12:
        for index, box in enumerate(boxes):
            values |= {
                f"cover_{index}": box.cover,
                f"extent_{index}": box.extent,
                f"fill_{index}": box.fill,
            }
    return tuple(Measure(name, round(value, 4)) for name, value in values.items())


def _log_odds(probability: float) -> float:
    kept = min(max(probability, 1e-9), 1 - 1e-9)
    return float(np.log(kept / (1 - kept)))
