"""What people decided, put in the place of what the machine read.

A person counts as a reader who is sure. What the rules say of the value is asked all the same,
by the same code. A reading that changed since the decision never takes its place: where it now
counts by itself and says something else, the field keeps what the person said, and asks again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from formscan.decision import Decision, Key, reading_sha256
from formscan.page import PageRef
from formscan.reading import Candidate, FieldReading
from formscan.record import Problem, field_ref
from formscan.settle.accept import Doubt, Judged, judge
from formscan.templates.model import ErrorKind, Field, Template

__all__ = ["ASKED", "PERSON", "confirmed", "decided", "said_by_people"]

PERSON = "person"
"""``reader`` of a field that a person settled."""

ASKED: Mapping[str, Doubt] = {
    "supervisor": "supervisor",
    "callback": "callback",
    "again": "again",
}
"""Decisions that say nothing of the value: somebody must look."""

Decisions = Mapping[Key, Decision]


def said_by_people(
    fields: Iterable[Field], readings: Iterable[FieldReading], decisions: Decisions
) -> list[FieldReading]:
    """The readings of a page, those that a person settled replaced by what the person said."""
    read = {(reading.name, reading.row): reading for reading in readings}
    for field in fields:
        key = (field.name, field.row)
        decision = decisions.get(key)
        if decision is not None and decision.kind not in ASKED:
            box_px = read[key].box_px if key in read else (0, 0, 0, 0)
            said = (Candidate(decision.raw, 1.0),)
            read[key] = FieldReading(*key, PERSON, said, 1.0, box_px=box_px)
    return list(read.values())


def decided(
    each: Judged,
    decision: Decision,
    read: FieldReading | None,
    ref: PageRef,
    template: Template,
    max_error: Mapping[ErrorKind, float],
) -> Judged:
    """A judged field with the decision that stands on it.

    Args:
        each: Judged as the person said it.
        decision: What stands.
        read: What the machine says by now.
        ref: The picture that it was read from.
        template: The form.
        max_error: As in ``judge``.
    """
    if decision.kind in ASKED:
        return replace(each, doubt=ASKED[decision.kind], decision=decision)
    each = replace(each, decision=decision, blank=each.blank and not decision.is_illegible)
    if read is None or reading_sha256(read, ref) == decision.reading_sha256:
        return each
    machine = judge(each.field, read, template, max_error)
    sure = not machine.doubt and not machine.problem
    same = (machine.value, machine.blank) == (each.value, each.blank)
    return replace(each, conflict=sure and not same)


def confirmed(
    problems: Sequence[Problem], template: Template, decisions: Decisions
) -> tuple[Problem, ...]:
    """The problems, marked where a person let them stand or asked somebody about them."""
    repeats = {field.name: field.repeat for page in template.pages for field in page.fields}
    by_ref = {
        field_ref(name, row, repeats.get(name, "")): decision
        for (name, row), decision in decisions.items()
    }
    illegible = [Problem("illegible", ref) for ref, each in by_ref.items() if each.is_illegible]
    return tuple(_seen(one, by_ref.get(one.field)) for one in (*problems, *illegible))


def _seen(problem: Problem, decision: Decision | None) -> Problem:
    if decision is None:
        return problem
    asked = ASKED.get(decision.kind, "")
    return replace(problem, confirmed=decision.lets_stand(problem.code), asked=asked)
