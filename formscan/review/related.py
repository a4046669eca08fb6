"""Which printed fields a broken rule compares."""

from __future__ import annotations

from collections.abc import Iterator

from formscan.decision import Key
from formscan.review.cases import Case
from formscan.validate.plan import Bound, Plan, Rule, plan_of

__all__ = ["compared"]

_MOST = 8


def compared(case: Case, key: Key, codes: tuple[str, ...]) -> tuple[Key, ...]:
    """The other fields that the rules ``codes`` read beside the one that they name, 8 at most.

    Calculated values are followed to the fields that they are calculated from.
    """
    plan = plan_of(case.template)
    by_path = {bound.path: bound for bound in plan.bounds}
    asked = case.fields.get(key)
    repeat = asked.repeat if asked is not None else ""
    found: dict[Key, None] = {}
    for bound, rule in _rules(plan, key[0], codes):
        row = key[1] if bound.question.repeat == repeat else None
        for read, same_row in _printed(rule, by_path, frozenset({bound.path})):
            found |= dict.fromkeys(_keys(case, read, row if same_row else None))
    found.pop(key, None)
    return tuple(found)[:_MOST]


def _rules(plan: Plan, name: str, codes: tuple[str, ...]) -> Iterator[tuple[Bound, Rule]]:
    for bound in plan.bounds:
        question = bound.question
        if question.rule in codes or (question.name == name and "constraint" in codes):
            rule = bound.relevant if question.type == "note" else bound.constraint
            if rule is not None:
                yield bound, rule
        if question.name == name and {"required", "not_relevant"} & {*codes} and bound.relevant:
            yield bound, bound.relevant


def _printed(
    rule: Rule, by_path: dict[str, Bound], seen: frozenset[str]
) -> Iterator[tuple[Bound, bool]]:
    for path, same_row in rule.reads:
        bound = by_path.get(path)
        if bound is None or path in seen:
            continue
        if bound.calculate is not None:
            for further, same in _printed(bound.calculate, by_path, seen | {path}):
                yield further, same and same_row
        else:
            yield bound, same_row


def _keys(case: Case, bound: Bound, row: int | None) -> Iterator[Key]:
    """The fields of a question: of one row, or of every row with something in it."""
    name = bound.question.name
    if (name, row) in case.values:
        yield name, row
        return
    for value in case.record.values:
        if value.name == name and value.status != "blank":
            yield name, value.row
