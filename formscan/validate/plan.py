"""A template's binds, parsed once and put in the order in which they can be evaluated."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from formscan.templates.model import Template
from formscan.templates.question import Question
from formscan.xpath import Expression, parse

__all__ = ["Bound", "Plan", "Rule", "plan_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """An expression of one question and what it reads.

    Attributes:
        expression: The parsed expression.
        reads: (path, same_row) of the questions and repeats of this form that it reads.
    """

    expression: Expression
    reads: tuple[tuple[str, bool], ...]

    @property
    def paths(self) -> frozenset[str]:
        """The paths in ``reads``."""
        return frozenset(path for path, _ in self.reads)


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """One question with its parsed binds.

    Attributes:
        question: Row of the survey sheet.
        parent: Path of the group or repeat around it, "" at the top.
        repeat: Path of the repeat around it (of a repeat itself: its own), "" where none is.
    """

    question: Question
    parent: str
    repeat: str
    relevant: Rule | None
    required: Rule | None
    constraint: Rule | None
    calculate: Rule | None

    @property
    def path(self) -> str:
        """Path of its node."""
        return self.question.path


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """All questions of a form.

    Attributes:
        bounds: In survey order.
        order: The same, each after everything that its relevance and calculation read.
        repeats: Name of a repeat to its path.
    """

    bounds: tuple[Bound, ...]
    order: tuple[Bound, ...]
    repeats: dict[str, str]


@functools.lru_cache(maxsize=32)
def plan_of(template: Template) -> Plan:
    """The plan of a template.

    Raises:
        TemplateError: An expression cannot be parsed; see ``formscan.xpath.parse``.
    """
    questions = template.questions
    kinds = {question.path: question.type for question in questions}
    repeats = {question.name: question.path for question in questions if question.type == "repeat"}
    bounds = tuple(_bound(question, kinds, repeats) for question in questions)
    return Plan(bounds, _in_order(bounds), repeats)


def _bound(question: Question, kinds: dict[str, str], repeats: dict[str, str]) -> Bound:
    inside = question.path if question.type == "repeat" else repeats.get(question.repeat, "")

    def rule(text: str) -> Rule | None:
        if not text.strip():
            return None
        expression = parse(text)
        reads = {
            (path, same_row and bool(inside))
            for path, same_row in expression.references(question.path, inside)
            if kinds.get(path, "group") != "group" and not (same_row and path == inside)
        }
        return Rule(expression, tuple(sorted(reads)))

    parent = question.path.rpartition("/")[0]
    return Bound(
        question=question,
        parent=parent if parent in kinds else "",
        repeat=inside,
        relevant=rule(question.relevant),
        required=rule(question.required),
        constraint=rule(question.constraint),
        calculate=rule(question.calculate),
    )


def _in_order(bounds: Sequence[Bound]) -> tuple[Bound, ...]:
    """Depth-first over what each question reads; a cycle is cut where it closes."""
    by_path = {bound.path: bound for bound in bounds}
    ordered: dict[str, Bound] = {}
    visiting: set[str] = set()

    def visit(bound: Bound) -> None:
        if bound.path in ordered or bound.path in visiting:
            return
        visiting.add(bound.path)
        needs = {bound.parent} if bound.parent else set()
        for rule in (bound.relevant, bound.calculate):
            needs |= rule.paths if rule else set()
        for path in sorted(needs):
            visit(by_path[path])
        ordered[bound.path] = bound

    for bound in bounds:
        visit(bound)
    return tuple(ordered.values())
