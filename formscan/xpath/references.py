"""Which nodes an expression reads, found without evaluating it."""

from __future__ import annotations

from typing import NamedTuple

from elementpath.xpath_tokens import XPathToken

__all__ = ["Reference", "references"]


class Reference(NamedTuple):
    """A node that an expression reads.

    Attributes:
        path: Absolute path, ``/data/anggota/nama``.
        same_row: It is read only in the row in which the expression stands.
    """

    path: str
    same_row: bool


class _Place(NamedTuple):
    path: str
    same_row: bool
    repeat: str = ""

    def step(self, name: str) -> _Place:
        return self._replace(path=f"{self.path}/{name}")

    def parent(self) -> _Place:
        path = self.path.rpartition("/")[0]
        inside = path == self.repeat or path.startswith(f"{self.repeat}/")
        return self._replace(path=path, same_row=self.same_row and inside)


def references(token: XPathToken, path: str, repeat: str = "") -> frozenset[Reference]:
    """All that ``token`` reads when it stands at the node ``path``; ``.`` included.

    Args:
        token: Root of the expression.
        path: Absolute path of the node.
        repeat: Absolute path of the repeat that holds the node, "" where none does.
    """
    found: set[Reference] = set()
    start = _Place(path, same_row=bool(repeat), repeat=repeat)
    _walk(token, start, start, found)
    return frozenset(found)


def _walk(token: XPathToken, at: _Place, current: _Place, found: set[Reference]) -> _Place:
    """Record what ``token`` reads from ``at``; answer where a path ends."""
    match token.symbol:
        case "/":
            return _walk_path(token, at, current, found)
        case "(name)":
            place = at.step(str(token.value))
        case ".":
            place = at
        case "..":
            place = at.parent()
        case "$":
            place = current
        case "[":
            place = _walk(token[0], at, current, found)
            _walk(token[1], place, current, found)
            return place
        case "(":
            return _walk(token[0], at, current, found)
        case _:
            for child in token:
                _walk(child, at, current, found)
            return at
    found.add(Reference(place.path, place.same_row))
    return place


def _walk_path(token: XPathToken, at: _Place, current: _Place, found: set[Reference]) -> _Place:
    if len(token) < 2:
        place = _Place("", same_row=False)
        return _walk(token[0], place, current, found) if len(token) else place
    passed: set[Reference] = set() if token[0].symbol in {".", "$"} else found
    start = _walk(token[0], at, current, passed)
    return _walk(token[1], start, current, found)
