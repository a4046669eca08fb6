"""What the binds of one question say about its answer, once the record has been evaluated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from formscan.record import Problem, field_ref
from formscan.validate.plan import Bound, Plan, Rule
from formscan.validate.state import Key, State

__all__ = ["NOT_ASKED", "Checker"]

NOT_ASKED = frozenset({"group", "repeat", "note", "calculate", "hidden", "start", "end"})
"""Question types that nobody answers."""


class Checker:
    """Goes through the questions of one record.

    Attributes:
        waiting: ``code:ref`` of the error rules that had to wait for a pending value.
    """

    def __init__(
        self, plan: Plan, state: State, values: Mapping[Key, str], pending: AbstractSet[Key]
    ) -> None:
        self.waiting: list[str] = []
        self._plan = plan
        self._state = state
        self._values = values
        self._pending = pending
        self._blocks: set[tuple[str, str, int]] = set()
        self._parents = {bound.path: bound for bound in plan.bounds}
        self._uncertain = {
            (path, row)
            for path in plan.repeats.values()
            for row in state.instances(self._parents[path])
            if state.is_uncertain(plan, path, row)
        }

    def problems(self, bound: Bound, row: int) -> Iterator[Problem]:
        """The problems of one question in one row."""
        question = bound.question
        if question.type == "note":
            yield from self._note(bound, row)
            return
        key = (question.name, row or None)
        if question.type in NOT_ASKED or key not in self._values or key in self._pending:
            return
        text, relevant = self._values[key], self._state.relevant[bound.path, row]
        if text and relevant is False:
            yield from self._not_relevant(bound, row)
        elif relevant is None or (bound.repeat, row) in self._uncertain:
            return
        elif text and relevant:
            yield from self._constraint(bound, row)
        elif relevant:
            yield from self._required(bound, row)

    def _required(self, bound: Bound, row: int) -> Iterator[Problem]:
        if bound.required is None:
            return
        verdict = self._state.verdict(bound.required, bound.path, row)
        problem = Problem("required", self._ref(bound, row))
        if verdict:
            yield problem
        elif verdict is None:
            self.waiting.append(str(problem))

    def _constraint(self, bound: Bound, row: int) -> Iterator[Problem]:
        if bound.constraint is None:
            return
        question = bound.question
        verdict = self._state.verdict(bound.constraint, bound.path, row)
        code = question.rule or "constraint"
        problem = Problem(
            code, self._ref(bound, row), question.severity or "error", review=question.review
        )
        if verdict is False:
            yield problem
        elif verdict is None and problem.severity == "error":
            self.waiting.append(str(problem))

    def _note(self, bound: Bound, row: int) -> Iterator[Problem]:
        """A note with a severity is a cross-field rule whose ``relevant`` is the violation."""
        question = bound.question
        if not question.severity or bound.relevant is None:
            return
        if self._state.relevant[bound.path, row] is False:
            return
        verdict = self._state.verdict(bound.relevant, bound.path, row)
        ref = self._ref(bound, row, self._named_by(bound))
        problem = Problem(
            question.rule or "constraint", ref, question.severity, review=question.review
        )
        if verdict and self._state.relevant[bound.path, row]:
            yield problem
        elif (verdict is None or verdict) and question.severity == "error":
            self.waiting.append(str(problem))

    def _named_by(self, bound: Bound) -> Bound:
        """What a note speaks of: the first printed question that its rule reads.

        A note outside a repeat that reads only into it speaks of the repeat as a whole.
        """
        if bound.relevant is None:
            return bound
        text = bound.relevant.expression.text
        read = [
            (text.find(other.question.name), other)
            for path in sorted(bound.relevant.paths)
            if (other := self._parents[path]).question.type not in NOT_ASKED
        ]
        near = [found for found in read if found[1].repeat in {"", bound.repeat}]
        if near:
            return min(near, key=lambda found: found[0])[1]
        if read:
            return self._parents[min(read, key=lambda found: found[0])[1].repeat]
        return bound

    def _not_relevant(self, bound: Bound, row: int) -> Iterator[Problem]:
        """Once per block: its first filled field stands for all that one answer makes irrelevant.

        A block is the outermost irrelevant group, else the questions of a group that share a
        condition. What is irrelevant only because of another irrelevant answer is not named.
        """
        block, block_row = self._outermost(bound, row)
        condition = ""
        if block is bound and bound.relevant is not None:
            if self._follows(bound.relevant, row):
                return
            condition = bound.relevant.expression.text
        place = (bound.parent if condition else block.path, condition, block_row)
        if place not in self._blocks:
            self._blocks.add(place)
            yield Problem("not_relevant", self._ref(bound, row))

    def _outermost(self, bound: Bound, row: int) -> tuple[Bound, int]:
        """The outermost irrelevant group around a question, or the question itself."""
        block, block_row = bound, row
        while block.parent:
            around = self._parents[block.parent]
            at = row if (around.path, row) in self._state.relevant else 0
            if self._state.relevant[around.path, at] is not False:
                break
            block, block_row = around, 0 if around.question.type == "repeat" else at
        return block, block_row

    def _follows(self, relevant: Rule, row: int) -> bool:
        """Whether a condition reads an answer that is itself filled though not relevant."""
        return any(
            self._state.relevant.get((path, row if same_row else 0)) is False
            and bool(self._state.texts.get((path, row if same_row else 0)))
            for path, same_row in relevant.reads
        )

    def _ref(self, bound: Bound, row: int, named: Bound | None = None) -> str:
        named = named or bound
        if named.repeat and named.question.type != "repeat" and row:
            return field_ref(named.question.name, row, named.question.repeat)
        return named.question.name
