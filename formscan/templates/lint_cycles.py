"""Questions that wait for each other: a phone refuses such a form, paper could not be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from formscan.templates import lint_expressions
from formscan.templates.workbook import Workbook

__all__ = ["check"]

_LONGEST_CHAIN = 100


def check(book: Workbook) -> list[str]:
    """Each circle of relevant and calculation once, and chains too long to be evaluated."""
    needs, rows = _needs(book)
    circles, longest = _walk(needs)
    problems = [
        f"sheet survey, row {rows[circle[0]]}: {' → '.join([*circle, circle[0]])}: each waits for "
        "the next; take one reference out of relevant or calculation"
        for circle in circles
    ]
    if longest > _LONGEST_CHAIN:
        problems.append(
            f"sheet survey: {longest} questions wait for each other in a row; at most "
            f"{_LONGEST_CHAIN}: let them refer to the first ones directly"
        )
    return problems


def _needs(book: Workbook) -> tuple[dict[str, list[str]], dict[str, int]]:
    """Name to the names that must be known before it, and to its row."""
    needs: dict[str, list[str]] = {}
    rows: dict[str, int] = {}
    groups: list[str] = []
    for row in book.rows("survey"):
        kind, _ = lint_expressions.kind_of(row)
        name = row.get("name")
        if kind.startswith("end_"):
            groups = groups[:-1]
        elif name and name not in needs:
            text = f"{row.get('relevant')} {row.get('calculation', 'calculate')}"
            read = dict.fromkeys(lint_expressions.REFERENCE.findall(text))
            mine = [one for one in read if not (one == name and "once(" in text)]
            needs[name] = [*mine, *groups[-1:]] if kind != "note" else []
            rows[name] = row.number
        if kind.startswith("begin_"):
            groups.append(name)
    repeats = {
        row.get("name")
        for row in book.rows("survey")
        if lint_expressions.kind_of(row)[0] == "begin_repeat"
    }
    return _without_counts(needs, repeats), rows


def _without_counts(needs: dict[str, list[str]], repeats: set[str]) -> dict[str, list[str]]:
    """A reference to a repeat reads its rows, of which nobody can be sure that it waits."""
    parents = {name: set(read[-1:]) & repeats for name, read in needs.items()}
    return {
        name: [one for one in read if one in needs and (one not in repeats or one in parents[name])]
        for name, read in needs.items()
    }


def _walk(needs: Mapping[str, Sequence[str]]) -> tuple[list[list[str]], int]:
    """Depth-first without recursion: circles as they close, and the longest chain."""
    circles: list[list[str]] = []
    depth: dict[str, int] = {}
    for start in needs:
        path: dict[str, list[str]] = {}
        if start not in depth:
            path[start] = list(needs[start])
        while path:
            name = next(reversed(path))
            if not path[name]:
                del path[name]
                depth[name] = 1 + max((depth.get(one, 0) for one in needs[name]), default=0)
                continue
            following = path[name].pop(0)
            if following in path:
                names = list(path)
                circles.append(names[names.index(following) :])
            elif following not in depth:
                path[following] = list(needs[following])
    return circles, max(depth.values(), default=0)
