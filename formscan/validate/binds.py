"""The binds of a form on one record: relevant, required, constraint, calculate and its notes.

Rules are three-valued. What reads a pending value (in review, a picture, on a missing page) is
pending itself: it raises no problem, and an error rule that is pending holds the record back.

Paper adds what a phone cannot produce: an answer where none belongs (``not_relevant``, once per
block) and a hole between filled rows (``row_gap``). ``type`` and ``choice`` are found on the raw
text, see ``formscan.validate.values``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from formscan.record import Problem, field_ref
from formscan.tables import lookup as table_lookup
from formscan.templates.model import Field, Template
from formscan.validate.checker import NOT_ASKED, Checker
from formscan.validate.plan import Bound, Plan, Rule, plan_of
from formscan.validate.state import Key, State, Verdict
from formscan.validate.values import is_picture
from formscan.xpath import Lookup, parse

__all__ = ["Findings", "Key", "check", "holds"]


@dataclass(frozen=True, slots=True)
class Findings:
    """What the binds say.

    Attributes:
        problems: In survey order.
        calculated: (ref, value) of every question that is not printed: calculate, hidden.
        relevant: Fields that are known to be relevant.
        pending: ``code:ref`` of the error rules that wait for a pending value.
    """

    problems: tuple[Problem, ...] = ()
    calculated: tuple[tuple[str, str], ...] = ()
    relevant: frozenset[Key] = frozenset()
    pending: tuple[str, ...] = ()


def check(
    template: Template,
    values: Mapping[Key, str],
    pending: AbstractSet[Key],
    as_of: date,
    present_rows: Mapping[str, AbstractSet[int]],
    lookup: Lookup = table_lookup,
) -> Findings:
    """Check one record; about 5 ms for a family of five.

    Args:
        template: The form.
        values: Typed value of every field on the pages at hand ("" where blank), and of questions
            that are not printed but known (``no_seri``).
        pending: Fields whose value is not settled, those of missing pages included. A field in
            neither is absent: blank, and never named by a problem.
        as_of: What ``today()`` means.
        present_rows: Name of each repeat to its rows that are not surely empty.
        lookup: Answers ``pulldata``.
    """
    if not template.questions:
        return Findings(problems=tuple(_printed_required(template, values, pending)))
    plan = plan_of(template)
    state = State(plan, values, pending, present_rows, as_of, lookup)
    _evaluate(plan, state)
    checker = Checker(plan, state, values, pending)
    problems = [*_row_gaps(template, present_rows, values, pending)]
    for bound in plan.bounds:
        for row in state.instances(bound):
            problems += checker.problems(bound, row)
    problems += _printed_required(template, values, pending)
    printed = {(field.name, field.row) for layout in template.pages for field in layout.fields}
    return Findings(
        problems=_once_each(problems),
        calculated=tuple(_calculated(plan, state, printed)),
        relevant=frozenset(_relevant(plan, state)),
        pending=tuple(checker.waiting),
    )


def _once_each(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Each code once per field, as an error where one of several says so."""
    found: dict[str, Problem] = {}
    for problem in problems:
        before = found.get(str(problem))
        if before is None or before.severity == "warn":
            found[str(problem)] = problem
    return tuple(found.values())


def holds(
    template: Template,
    expression: str,
    values: Mapping[Key, str],
    pending: AbstractSet[Key],
    as_of: date,
    lookup: Lookup = table_lookup,
) -> Verdict:
    """Whether an expression on the whole record (absolute paths, no repeats) holds.

    None while something that it reads is pending.
    """
    plan = plan_of(template)
    state = State(plan, values, pending, {}, as_of, lookup)
    _evaluate(plan, state)
    first = plan.bounds[0]
    parsed = parse(expression)
    kinds = {bound.path for bound in plan.bounds if bound.question.type != "group"}
    found = parsed.references(first.path)
    reads = tuple(sorted((path, False) for path, _ in found if path in kinds))
    return state.verdict(Rule(parsed, reads), first.path, 0)


def _evaluate(plan: Plan, state: State) -> None:
    """Relevance and calculated values, in an order in which each finds what it reads."""
    for bound in plan.order:
        for row in state.instances(bound):
            verdict = _relevance(bound, row, state)
            state.relevant[bound.path, row] = verdict
            if verdict is False:
                state.drop(bound, row)
            elif bound.calculate and verdict:
                state.calculate(bound.calculate, bound.path, row)
            elif verdict is None and (bound.calculate or state.texts[bound.path, row]):
                state.set_unknown(bound.path, row)


def _relevance(bound: Bound, row: int, state: State) -> Verdict:
    around: Verdict = True
    if bound.parent:
        at = row if (bound.parent, row) in state.relevant else 0
        around = state.relevant[bound.parent, at]
    if around is False or bound.relevant is None or bound.question.type == "note":
        return around
    own = state.verdict(bound.relevant, bound.path, row)
    return own if around or own is False else None


def _row_gaps(
    template: Template,
    present_rows: Mapping[str, AbstractSet[int]],
    values: Mapping[Key, str],
    pending: AbstractSet[Key],
) -> Iterator[Problem]:
    """One problem per hole before a filled row, named by the first field of its first row.

    A row that may yet turn out empty makes no hole: its fields in doubt are asked about first.
    """
    rows: dict[tuple[str, int], list[Field]] = {}
    for layout in template.pages:
        for field in layout.fields:
            if field.row is not None:
                rows.setdefault((field.repeat, field.row), []).append(field)
    for repeat in sorted({repeat for repeat, _ in rows}):
        present = present_rows.get(repeat, frozenset())
        filled = [
            row
            for row in present
            if not _may_be_empty(rows.get((repeat, row), ()), values, pending)
        ]
        in_hole = False
        for row in sorted(row for name, row in rows if name == repeat):
            fields = rows[repeat, row]
            keys = {(field.name, row) for field in fields}
            empty = row not in present and bool(keys & values.keys()) and not keys & pending
            if empty and not in_hole and any(row < later for later in filled):
                yield Problem("row_gap", field_ref(fields[0].name, row, repeat))
            in_hole = empty


def _may_be_empty(
    fields: Sequence[Field], values: Mapping[Key, str], pending: AbstractSet[Key]
) -> bool:
    """Whether nothing in a row is settled, and some of it in doubt (pictures are never settled)."""
    keys = {(field.name, field.row): field for field in fields}
    settled = any(values.get(key) for key in keys if key not in pending)
    return not settled and any(key in pending and not is_picture(keys[key]) for key in keys)


def _printed_required(
    template: Template, values: Mapping[Key, str], pending: AbstractSet[Key]
) -> Iterator[Problem]:
    """``Field.required`` of imported forms, which have no binds."""
    for layout in template.pages:
        for field in layout.fields:
            key = (field.name, field.row)
            if field.required and key in values and key not in pending and not values[key]:
                yield Problem("required", field_ref(field.name, field.row, field.repeat))


def _calculated(plan: Plan, state: State, printed: set[Key]) -> Iterator[tuple[str, str]]:
    for bound in plan.bounds:
        question = bound.question
        if question.type in {"group", "repeat", "note", "start", "end"}:
            continue
        for row in state.instances(bound):
            if (question.name, row or None) in printed:
                continue
            known = state.relevant[bound.path, row] and not state.is_unknown(bound.path, row)
            ref = field_ref(question.name, row or None, question.repeat)
            yield ref, state.texts[bound.path, row] if known else ""


def _relevant(plan: Plan, state: State) -> Iterator[Key]:
    for bound in plan.bounds:
        for row in state.instances(bound):
            if state.relevant[bound.path, row] and bound.question.type not in NOT_ASKED:
                yield bound.question.name, row or None
