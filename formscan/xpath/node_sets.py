"""Where an expression needs nodes, it must be written with a path, not with a text or number.

Found when a form is compiled: on a record it would stop the whole batch.
"""

from __future__ import annotations

from collections.abc import Iterator

from elementpath.xpath_tokens import XPathToken

from formscan.errors import told

__all__ = ["require_node_sets"]

_PATHS = frozenset({"(name)", ".", "..", "/", "[", "|", "$"})
_GIVING = frozenset({"current", "indexed-repeat"})


def require_node_sets(token: XPathToken) -> None:
    """ValueError where a part of ``token`` must be a path and is none."""
    for part in _needed(token):
        if not _gives_nodes(part):
            raise ValueError(told("xpath.path", symbol=token.symbol, given=part.source[:60]))


def _needed(token: XPathToken) -> Iterator[XPathToken]:
    if token.label == "function":
        if token.symbol in {"count", "count-non-empty", "sum", "position"}:
            yield from token
        elif token.symbol == "indexed-repeat":
            yield token[0]
            yield from list(token)[1::2]
    elif token.symbol in {"/", "|"}:
        yield from token
    elif token.symbol == "[":
        yield token[0]


def _gives_nodes(token: XPathToken) -> bool:
    if token.label == "function":
        return token.symbol in _GIVING
    if token.symbol == "(":
        return _gives_nodes(token[0])
    return token.symbol in _PATHS or (token.symbol == "*" and len(token) != 2)
