"""The record under evaluation: its tree, which nodes are relevant and which are not yet known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date

from formscan.validate.plan import Bound, Plan, Rule
from formscan.xpath import Lookup, Node

__all__ = ["Key", "State"]

Key = tuple[str, int | None]
"""(field name, printed row or None)."""

Verdict = bool | None
"""True, False, or None: not to be said before something pending is settled."""


class State:
    """Values of one record, filled in as calculates are evaluated.

    Attributes:
        relevant: (path, row) to whether the question is to be answered there.
        texts: (path, row) to the value as it was before irrelevant nodes were blanked.
    """

    def __init__(
        self,
        plan: Plan,
        values: Mapping[Key, str],
        pending: AbstractSet[Key],
        present_rows: Mapping[str, AbstractSet[int]],
        as_of: date,
        lookup: Lookup,
    ) -> None:
        self.relevant: dict[tuple[str, int], Verdict] = {}
        self.texts: dict[tuple[str, int], str] = {}
        self._as_of = as_of
        self._lookup = lookup
        self._nodes: dict[tuple[str, int], Node] = {}
        self._instances: dict[str, tuple[int, ...]] = {
            path: tuple(sorted(present_rows.get(name, ()))) for name, path in plan.repeats.items()
        }
        self._unknown: set[tuple[str, int]] = set()
        self._unknown_anywhere: set[str] = set()
        self._build(plan, values, pending)

    def instances(self, bound: Bound) -> tuple[int, ...]:
        """The rows in which ``bound`` stands; (0,) outside repeats."""
        return self._instances[bound.repeat] if bound.repeat else (0,)

    def is_unknown(self, path: str, row: int) -> bool:
        """Whether the value of a node is pending."""
        return (path, row) in self._unknown

    def set_unknown(self, path: str, row: int) -> None:
        """Make a node pending: everything that reads it waits too."""
        self._unknown.add((path, row))
        self._unknown_anywhere.add(path)

    def waits(self, rule: Rule, row: int) -> bool:
        """Whether something that ``rule`` reads in ``row`` is pending."""
        return any(
            (path, row) in self._unknown if same_row else path in self._unknown_anywhere
            for path, same_row in rule.reads
        )

    def verdict(self, rule: Rule, path: str, row: int) -> Verdict:
        """Whether ``rule`` holds at a node, None while something that it reads is pending."""
        if self.waits(rule, row):
            return None
        return rule.expression.holds_at(self._nodes[path, row], self._as_of, self._lookup)

    def calculate(self, rule: Rule, path: str, row: int) -> None:
        """Fill a calculated node, or make it pending."""
        if self.waits(rule, row):
            self.set_unknown(path, row)
            return
        node = self._nodes[path, row]
        node.text = rule.expression.text_at(node, self._as_of, self._lookup)
        self.texts[path, row] = node.text

    def drop(self, bound: Bound, row: int) -> None:
        """Blank an irrelevant node, as the phone does; an irrelevant row vanishes."""
        node = self._nodes[bound.path, row]
        node.text = ""
        if bound.question.type == "repeat" and node.parent is not None:
            node.parent.children.remove(node)

    def _build(self, plan: Plan, values: Mapping[Key, str], pending: AbstractSet[Key]) -> None:
        top = Node("")
        roots: dict[str, Node] = {}
        for bound in plan.bounds:
            name = bound.question.name
            for row in self.instances(bound):
                key = (name, row or None)
                node = Node(name, self._parent(bound, row, top, roots), row=row)
                node.text = values.get(key, bound.question.default)
                if bound.question.type != "repeat":
                    node.row = 0
                self._nodes[bound.path, row] = node
                self.texts[bound.path, row] = node.text
                if key in pending:
                    self.set_unknown(bound.path, row)
        for path in plan.repeats.values():
            if any(self._uncertain_rows(plan, path)):
                self._unknown_anywhere.add(path)

    def _parent(self, bound: Bound, row: int, top: Node, roots: dict[str, Node]) -> Node:
        if bound.parent:
            at = row if (bound.parent, row) in self._nodes else 0
            return self._nodes[bound.parent, at]
        name = bound.path.split("/")[1]
        if name not in roots:
            roots[name] = Node(name, top)
        return roots[name]

    def _uncertain_rows(self, plan: Plan, repeat: str) -> Iterator[int]:
        for row in self._instances[repeat]:
            if self.is_uncertain(plan, repeat, row):
                yield row

    def is_uncertain(self, plan: Plan, repeat: str, row: int) -> bool:
        """Whether a row may be empty: none of its cells is surely filled."""
        return not any(
            self.texts[bound.path, row] and not self.is_unknown(bound.path, row)
            for bound in plan.bounds
            if bound.repeat == repeat and not bound.calculate
        )
