"""The record as a tree: what paths walk over and expressions are evaluated on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

__all__ = ["Context", "Lookup", "Node", "Value"]

Lookup = Callable[[str, str, str, str], str]
"""(table, column wanted, key column, key) -> value, "" where there is none (``pulldata``)."""


class Node:
    """One element of the record.

    Attributes:
        name: Element name.
        text: Value of a leaf.
        row: Printed row number where it is one instance of a repeat, else 0.
        children: In document order.
    """

    __slots__ = ("children", "name", "parent", "row", "text")

    def __init__(self, name: str, parent: Node | None = None, text: str = "", row: int = 0) -> None:
        self.name = name
        self.parent = parent
        self.text = text
        self.row = row
        self.children: list[Node] = []
        if parent is not None:
            parent.children.append(self)

    def named(self, name: str) -> list[Node]:
        """The child elements called ``name``, all for ``*``."""
        if name == "*":
            return list(self.children)
        return [child for child in self.children if child.name == name]

    @property
    def root(self) -> Node:
        """The top of the tree."""
        node = self
        while node.parent is not None:
            node = node.parent
        return node


Value = str | float | bool | list[Node]
"""What an expression yields; dates are ISO strings that compare and calculate as days."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where and when an expression is evaluated.

    Attributes:
        node: The context node (``.``).
        as_of: What ``today()`` means.
        lookup: Answers ``pulldata``.
        current: What ``current()`` means inside predicates; ``node`` outside.
        position: 1-based place in the node set that a predicate filters.
        size: Size of that node set.
    """

    node: Node
    as_of: date
    lookup: Lookup
    current: Node
    position: int = 1
    size: int = 1

    def at(self, node: Node, position: int = 1, size: int = 1) -> Context:
        """The context of a step or predicate on ``node``."""
        return Context(node, self.as_of, self.lookup, self.current, position, size)
