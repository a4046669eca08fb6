"""When a reading counts by itself: the acceptance rule and the status of each field.

A field is settled in two steps. First its reading alone (``judge``): sure enough or not, blank
or not. Then with what the form's rules say of it (``finish``).

Every word of ``REVIEW_REASONS`` is explained in ``docs/reasons.md``.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from formscan.decision import Decision
from formscan.reading import FieldReading
from formscan.record import FieldStatus, FieldValue, Problem
from formscan.templates.model import MAX_ERROR, ErrorKind, Field, Template
from formscan.validate.values import UNREADABLE, is_blank, is_picture, type_problem, typed

__all__ = [
    "REVIEW_REASONS",
    "Doubt",
    "Judged",
    "finish",
    "floored",
    "is_accepted",
    "judge",
    "judge_page",
    "reason_of",
]

REVIEW_REASONS: tuple[str, ...] = (
    "low_confidence",
    "unreadable",
    "scans_differ",
    "required",
    "constraint",
    "choice",
    "type",
    "not_relevant",
    "row_gap",
    "missing_page",
    "rule",
    "seen_before",
    "conflict",
    "supervisor",
    "callback",
    "again",
    "warning",
)
"""Why a field or record waits for a person; page items carry a word of ``PAGE_REASONS``.
``rule`` stands for any rule id: the id itself is in ``problems``. A field with a ``warning``
counts as it is and wants a look all the same."""

_HARDLY_DOUBTED = 0.99
"""Confidence of a blank cell from which its empty row may speak for it."""

Doubt = Literal[
    "", "low_confidence", "unreadable", "scans_differ", "supervisor", "callback", "again"
]


@dataclass(frozen=True, slots=True)
class Judged:
    """A reading judged by its confidence alone.

    Attributes:
        field: What is printed there.
        reading: What was read.
        confidence: 4 decimals, floored; that of the empty row where the row is one.
        value: Typed value, "" if blank or impossible.
        blank: The best candidate says that nothing is written.
        doubt: Why the reading does not count by itself; "" where it does.
        problem: ``type`` or ``choice`` where a sure reading is impossible.
        decision: Of a person, where one stands.
        conflict: The machine is by now sure of something else than what the person decided.
    """

    field: Field
    reading: FieldReading
    confidence: float
    value: str
    blank: bool
    doubt: Doubt
    problem: Literal["", "type", "choice"] = ""
    decision: Decision | None = None
    conflict: bool = False

    @property
    def open_problem(self) -> str:
        """``problem``, "" where a person let it stand."""
        let_stand = self.decision is not None and self.decision.lets_stand(self.problem)
        return "" if let_stand else self.problem

    @property
    def pending(self) -> bool:
        """Whether rules must wait for this field: in doubt, impossible, or a picture."""
        return bool(self.doubt or self.open_problem) or (is_picture(self.field) and not self.blank)


def floored(confidence: float) -> float:
    """A probability as it is printed: 4 decimals, floored, never above the truth."""
    return math.floor(round(min(max(confidence, 0.0), 1.0) * 10_000, 6)) / 10_000


def is_accepted(
    confidence: float, error_kind: ErrorKind, max_error: Mapping[ErrorKind, float] = MAX_ERROR
) -> bool:
    """The acceptance rule, on the printed confidence.

    Args:
        confidence: 4 decimals, floored.
        error_kind: Of the template field.
        max_error: Marginal probability of error that is still accepted, per kind.
    """
    allowed = max_error.get(error_kind, MAX_ERROR[error_kind])
    return round(confidence * 10_000) >= 10_000 - round(allowed * 10_000)


def judge(
    field: Field,
    reading: FieldReading,
    template: Template,
    max_error: Mapping[ErrorKind, float] = MAX_ERROR,
) -> Judged:
    """Judge one reading by its own confidence."""
    raw = reading.raw
    confidence = floored(reading.confidence)
    doubt: Doubt = ""
    if not reading.candidates or (field.kind == "comb" and UNREADABLE in raw):
        doubt = "unreadable"
    elif not is_accepted(confidence, field.error_kind, max_error):
        doubt = "low_confidence"
    return Judged(
        field=field,
        reading=reading,
        confidence=confidence,
        value=typed(field, raw, template),
        blank=bool(reading.candidates) and is_blank(field, raw),
        doubt=doubt,
        problem="" if doubt else type_problem(field, raw, template),
    )


def judge_page(
    fields: Sequence[Field],
    readings: Iterable[FieldReading],
    template: Template,
    max_error: Mapping[ErrorKind, float] = MAX_ERROR,
) -> list[Judged]:
    """Judge every field of a page; a field without a reading is unreadable.

    An empty row of a repeat speaks for its cells: where all of them read as blank, each is as
    surely blank as the middle one of the row, since a person in that row would fill most. A cell
    in which there may well be ink stays in doubt.
    """
    by_key = {(reading.name, reading.row): reading for reading in readings}
    judged = []
    for field in fields:
        reading = by_key.get((field.name, field.row))
        if reading is None:
            reading = FieldReading(field.name, field.row, "", (), 0.0)
        judged.append(judge(field, reading, template, max_error))
    return _with_empty_rows(judged, max_error)


def _with_empty_rows(
    judged: Sequence[Judged], max_error: Mapping[ErrorKind, float]
) -> list[Judged]:
    rows: dict[tuple[str, int], list[Judged]] = defaultdict(list)
    for each in judged:
        if each.field.row is not None:
            rows[each.field.repeat, each.field.row].append(each)
    of_row = {
        row: statistics.median_low(each.confidence for each in cells)
        for row, cells in rows.items()
        if all(each.blank for each in cells)
    }
    settled = []
    for each in judged:
        row = None if each.field.row is None else (each.field.repeat, each.field.row)
        middle = of_row.get(row, 0.0) if row else 0.0
        if middle > each.confidence >= _HARDLY_DOUBTED:
            sure = is_accepted(middle, each.field.error_kind, max_error)
            doubt: Doubt = "" if sure else "low_confidence"
            each = replace(each, confidence=middle, doubt=doubt)
        settled.append(each)
    return settled


def finish(
    each: Judged, problems: Sequence[Problem], *, page: int, scan: str, frame: int
) -> FieldValue:
    """The field of the record: its reading and what the rules say of it.

    Args:
        each: The judged reading.
        problems: Those that name this field.
        page: Template page it is printed on.
        scan: Scan it was read from.
        frame: Frame of that scan.
    """
    errors = [problem.code for problem in problems if problem.holds_back]
    reason = each.doubt or each.open_problem or (reason_of(errors[0]) if errors else "")
    let_stand = any(problem.confirmed for problem in problems)
    sure = "confirmed" if let_stand else _sure_status(each)
    return FieldValue(
        name=each.field.name,
        row=each.field.row,
        repeat=each.field.repeat,
        page=page,
        raw=each.reading.raw,
        value=each.value,
        confidence=each.confidence,
        status="review" if reason else sure,
        reader=each.reading.reader,
        problems=tuple(problem.word for problem in problems),
        scan=scan,
        frame=frame,
        box_px=each.reading.box_px,
        reason=reason or ("conflict" if each.conflict else ""),
    )


def _sure_status(each: Judged) -> FieldStatus:
    if each.blank:
        return "blank"
    return "image" if is_picture(each.field) else "accepted"


def reason_of(code: str) -> str:
    """The word of ``REVIEW_REASONS`` for a problem code."""
    return code if code in REVIEW_REASONS else "rule"
