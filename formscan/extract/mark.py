"""Check boxes, circles and bubbles: what is chosen on a page.

All boxes of a page are read together, since the page itself tells what its empty boxes look
like, how dark its pen is, and how this person marks.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from formscan.extract.boxes import SeenBoxes, see_boxes
from formscan.extract.choice import ChoiceOptions, Decision, choose, join_columns
from formscan.extract.looks import box_looks
from formscan.extract.outline import OutlineOptions, Placement
from formscan.extract.patch import Ink
from formscan.extract.placing import (
    Spot,
    boxes_of,
    doubtful_placements,
    patches_of,
    place_spots,
    refine_spots,
)
from formscan.extract.reference import Blanks, blank_references
from formscan.extract.verdict import (
    BoxVerdict,
    VerdictOptions,
    bubble_verdicts,
    heeded,
    judge_boxes,
)
from formscan.page import FieldCrop
from formscan.reading import FieldReading, Measure
from formscan.templates.model import FieldKind, MarkBox, Template

__all__ = ["MarkOptions", "MarkReader", "fills_are_marks", "group_measures", "seen_page"]

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

    name = "mark-7"
    kinds: frozenset[FieldKind] = frozenset({"mark_group", "mark_grid"})
    px_per_mm = 8.0
    margin_mm = 3.0

    def __init__(self, options: MarkOptions | None = None) -> None:
        self._options = options or MarkOptions()

    def read(self, crops: Sequence[FieldCrop], template: Template) -> list[FieldReading]:
        """One reading per crop, in order."""
        if not crops:
            return []
        spots, seen, doubtful = seen_page(crops, self._options)
        verdicts = self._verdicts(spots, seen)
        fills = fills_are_marks(verdicts, self._options.fill_habit)
        readings, start, box = [], 0, 0
        for crop in crops:
            stop = start + len(_groups(crop))
            decision = join_columns(
                [self._decide(spots[i], verdicts[i], fills=fills) for i in range(start, stop)],
                self._options.choice,
            )
            count = sum(len(spot.marks) for spot in spots[start:stop])
            boxes = [seen.measures.of(i) for i in range(box, box + count)] if count <= 12 else []
            odd = any(doubtful[start:stop])
            readings.append(self._reading(crop, decision, boxes, verdicts[start:stop], odd=odd))
            start, box = stop, box + count
        return readings

    def _verdicts(self, spots: Sequence[Spot], seen: SeenBoxes) -> list[list[BoxVerdict]]:
        options = self._options.verdict
        flat = judge_boxes(seen.measures, box_looks(seen.inputs), options)
        verdicts, start = [], 0
        for spot in spots:
            verdicts.append(flat[start : start + len(spot.marks)])
            start += len(spot.marks)
        bubbles = [index for index, spot in enumerate(spots) if spot.shape == "bubble"]
        at = [boxes_of(spots, [index]) for index in bubbles]
        judged = bubble_verdicts(
            [(seen.measures.fill[these], seen.measures.core[these]) for these in at], options
        )
        for index, verdict in zip(bubbles, judged, strict=True):
            drawn = verdicts[index]
            verdicts[index] = verdict if spots[index].coarse else heeded(verdict, drawn)
        return verdicts

    def _decide(self, spot: Spot, verdicts: Sequence[BoxVerdict], *, fills: bool) -> Decision:
        field = spot.crop.field
        return choose(
            [mark.value for mark in spot.marks],
            verdicts,
            multiple=field.multiple,
            join=field.multiple_join,
            empty_value=field.empty_value,
            fills_are_marks=fills or spot.shape != "box",
            options=self._options.choice,
        )

    def _reading(
        self,
        crop: FieldCrop,
        decision: Decision,
        boxes: Sequence[Mapping[str, float]],
        verdicts: Sequence[Sequence[BoxVerdict]],
        *,
        odd: bool,
    ) -> FieldReading:
        field = crop.field
        values = group_measures(verdicts, decision, odd=odd)
        flat = [verdict for group in verdicts for verdict in group]
        for index, box in enumerate(boxes):
            said = {name: getattr(flat[index], name) for name in ("inked", "solid", "struck")}
            values |= {f"{name}_{index}": value for name, value in {**said, **box}.items()}
        measures = tuple(Measure(name, round(value, 4)) for name, value in values.items())
        confidence = min(decision.candidates[0].probability, 0.9999)
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


def seen_page(
    crops: Sequence[FieldCrop], options: MarkOptions
) -> tuple[list[Spot], SeenBoxes, list[bool]]:
    """The groups of a page, what is seen of their boxes, and which groups cannot be trusted."""
    spots = [Spot(crop, marks) for crop in crops for marks in _groups(crop)]
    placements, patches, blanks = _placed(spots, options)
    doubtful = doubtful_placements(spots, placements)
    unsure = iter(blanks.unsure[blanks.of].tolist())
    for at, spot in enumerate(spots):
        flags = [next(unsure) for _ in spot.marks]
        doubtful[at] |= any(flags)
    return spots, see_boxes(spots, patches, blanks), doubtful


def _groups(crop: FieldCrop) -> tuple[tuple[MarkBox, ...], ...]:
    field = crop.field
    return field.columns if field.kind == "mark_grid" else (field.marks,)


def _placed(spots: Sequence[Spot], options: MarkOptions) -> tuple[list[Placement], Ink, Blanks]:
    """Where the groups lie, the ink of their boxes, and what is printed in them."""
    placements = place_spots(spots, options.outline)
    kinds = _kinds(spots)
    labelled = [_labelled(spot) for spot in spots for _ in spot.marks]
    shapes = [spot.shape for spot in spots for _ in spot.marks]
    patches = patches_of(spots, placements)
    blanks = blank_references(patches, kinds, labelled, shapes)
    for _ in range(options.refinements if any(spot.shape == "bubble" for spot in spots) else 0):
        placements = refine_spots(spots, placements, blanks, patches, options.outline)
        patches = patches_of(spots, placements)
        blanks = blank_references(patches, kinds, labelled, shapes)
    return placements, patches, blanks


def _kinds(spots: Sequence[Spot]) -> list[tuple[object, ...]]:
    """Boxes of one kind are printed alike."""
    return [
        (spot.shape, mark.value if spot.crop.field.label_inside else "", spot.size_mm)
        for spot in spots
        for mark in spot.marks
    ]


def _labelled(spot: Spot) -> bool:
    """Whether something may be printed inside the boxes; who draws bubbles seldom says."""
    return spot.shape == "bubble" or spot.crop.field.label_inside


def fills_are_marks(verdicts: Sequence[Sequence[BoxVerdict]], habit: float) -> bool:
    """Whether this page's lone marks are mostly fillings; a page of few marks tells nothing."""
    lone = [
        inked[0].solid >= _NEARLY_SOLID
        for group in verdicts
        if len(inked := [box for box in group if box.inked >= 0.5]) == 1
    ]
    return len(lone) >= 4 and float(np.mean(lone)) >= habit


def group_measures(
    verdicts: Sequence[Sequence[BoxVerdict]], decision: Decision, *, odd: bool
) -> dict[str, float]:
    """What the confidence of a field hangs on.

    Args:
        verdicts: Of its boxes, group by group.
        decision: What they say together.
        odd: The boxes could not be placed.
    """
    flat = [box for group in verdicts for box in group]
    weakest = min((abs(box.inked - 0.5) for box in flat), default=0.0) + 0.5
    inked = [box for box in flat if box.inked >= 0.5]
    return {
        "log_odds": float(np.clip(_log_odds(decision.candidates[0].probability), -16, 16)),
        "weakest_box_log_odds": float(np.clip(_log_odds(weakest), -16, 16)),
        "marks": float(len(inked)),
        "undone": max((box.struck + box.solid for box in inked), default=0.0),
        "doubles": float(decision.doubles),
        "cancels": float(decision.cancels),
        "misplaced": float(odd),
    }


def _log_odds(probability: float) -> float:
    kept = min(max(probability, 1e-9), 1 - 1e-9)
    return float(np.log(kept / (1 - kept)))
