"""What an expression may cost, estimated before any record is there."""

from __future__ import annotations

from elementpath.xpath_tokens import XPathToken

__all__ = ["MOST_STEPS", "steps"]

MOST_STEPS = 20_000
"""Some 0.07 s; the dearest rule of FK23 takes 446."""

_ROWS = 20
"""Rows of a repeat that are reckoned with."""

_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_ONCE = frozenset({"(name)", "*", ".", "..", "["})
"""Right sides of a path that are tried on what is found, not on all 20 for each of 20."""


def steps(token: XPathToken) -> int:
    """Steps that evaluating ``token`` takes where every path into a repeat finds 20 nodes.

    A predicate is evaluated for each node, a comparison tries each node of one side with each of
    the other: nested they multiply, and a short expression can take days.
    """
    inner = [steps(child) for child in token]
    if token.symbol == "[":
        return 1 + inner[0] + _ROWS * inner[1]
    if token.symbol == "/" and len(inner) == 2:
        return 1 + inner[0] + inner[1] * (1 if token[1].symbol in _ONCE else _ROWS)
    if token.symbol in _COMPARISONS and len(inner) == 2:
        return 1 + sum(inner) + _found(token[0]) * _found(token[1])
    return 1 + sum(inner)


def _found(token: XPathToken) -> int:
    """Nodes that a comparison may find on one side: a path of two names can lie in a repeat."""
    return _ROWS if _names(token) > 1 else 1


def _names(token: XPathToken) -> int:
    if token.symbol in ("(name)", "*"):
        return 1
    if token.symbol == "[":
        return _names(token[0])
    return sum(map(_names, token)) if token.symbol in ("/", "(", "|") else 0
