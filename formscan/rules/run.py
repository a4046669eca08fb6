"""The Python rules that a form asks for, on one record whose binds are already checked."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from importlib.metadata import entry_points

from formscan.errors import TemplateError, told
from formscan.record import Problem, field_ref
from formscan.rules.base import Asked, Context, Rule
from formscan.rules.before import seen_before
from formscan.templates.model import Template
from formscan.templates.question import Check, Question
from formscan.validate.binds import Findings, Key
from formscan.validate.checker import NOT_ASKED

__all__ = ["apply_rules", "load_rules", "require_rules"]


@functools.cache
def load_rules() -> Mapping[str, Rule]:
    """Every installed rule by name."""
    return {point.name: point.load() for point in entry_points(group="formscan.rules")}


def apply_rules(
    template: Template,
    findings: Findings,
    values: Mapping[Key, str],
    pending: AbstractSet[Key],
    present_rows: Mapping[str, AbstractSet[int]],
    context: Context,
    record: str = "",
) -> Findings:
    """``findings`` and what the rules of ``template`` add; see ``validate.binds.check``.

    An answer that an error of the binds names already is not looked at again. A rule waits while
    an answer that it reads is pending.

    Args:
        template: The form.
        findings: Of its binds.
        values: Typed value of every field, "" where blank.
        pending: Fields whose value is not settled.
        present_rows: Name of each repeat to its rows that are not surely empty.
        context: What surrounds the record.
        record: KEY.

    Raises:
        TemplateError: The form asks for a rule that is not installed.
    """
    answers = _Record(template, values, pending, present_rows, context, record)
    refused = {problem.field for problem in findings.problems if problem.severity == "error"}
    problems, waiting = [*seen_before(record, context)], []
    for question in template.questions:
        for check in question.checks:
            rule = _rule(check, template)
            for row in answers.rows(question):
                ref = field_ref(question.name, row, question.repeat)
                if ref in refused or not _is_relevant(question, row, findings):
                    continue
                problem = Problem(rule.name, ref, rule.severity, review=rule.review)
                asked = answers.asked(question, row, check, alone=rule.looks == "answers")
                if asked is None:
                    waiting += [str(problem)] * (rule.severity == "error")
                elif asked.value and not rule.holds(asked):
                    problems.append(problem)
    return replace(
        findings,
        problems=(*findings.problems, *problems),
        pending=(*findings.pending, *waiting),
    )


def require_rules(template: Template) -> None:
    """Raise TemplateError, with every problem, where the form asks for rules that are not there."""
    asked = {check.name: question for question in template.questions for check in question.checks}
    names = ", ".join(sorted(load_rules()))
    problems = tuple(
        told("definition.not_installed", question=question.name, name=name, names=names)
        for name, question in sorted(asked.items())
        if name not in load_rules()
    )
    if problems:
        raise TemplateError(template.form, problems)


def _rule(check: Check, template: Template) -> Rule:
    rule = load_rules().get(check.name)
    if rule is None:
        problem = told("template.rule", name=check.name)
        raise TemplateError(template.form, (problem,))
    return rule


def _is_relevant(question: Question, row: int | None, findings: Findings) -> bool:
    return question.type in NOT_ASKED or (question.name, row) in findings.relevant


@dataclass(frozen=True, slots=True)
class _Record:
    """The answers of one record, and what surrounds it."""

    template: Template
    values: Mapping[Key, str]
    pending: AbstractSet[Key]
    present_rows: Mapping[str, AbstractSet[int]]
    context: Context
    record: str

    def rows(self, question: Question) -> Iterator[int | None]:
        """Where the question stands: its printed rows, or None outside repeats."""
        if question.repeat:
            yield from sorted(self.present_rows.get(question.repeat, ()))
        else:
            yield None

    def asked(
        self, question: Question, row: int | None, check: Check, *, alone: bool
    ) -> Asked | None:
        """What the rule is asked, None while an answer is pending; ``alone``: nothing beside."""
        inside = {one.name for one in self.template.questions if one.repeat == question.repeat}
        fields = () if alone else check.fields
        keys = [(name, row if name in inside else None) for name in fields]
        if (question.name, row) in self.pending or not self.pending.isdisjoint(keys):
            return None
        value, *beside = (self.values.get(key, "") for key in [(question.name, row), *keys])
        return Asked(question.name, value, check.fields, tuple(beside), self.record, self.context)
