"""Questions that wait for each other: a phone refuses such a form, paper could not be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from formscan.errors import Sentence, told
from formscan.templates import lint_expressions
from formscan.templates.place import at_row, at_sheet
from formscan.templates.workbook import Workbook

__all__ = ["LONGEST_CHAIN", "chain_told", "check", "circle_told", "walk"]

LONGEST_CHAIN = 100


def check(book: Workbook) -> list[Sentence]:
    """Each circle of relevant and calculation once, and chains too long to be evaluated."""
    needs, rows = _needs(book)
    circles, longest = walk(needs)
    problems: list[Sentence] = [
        at_row("survey", rows[circle[0]], circle_told(circle)) for circle in circles
    ]
    if longest > LONGEST_CHAIN:
        problems.append(at_sheet("survey", chain_told(longest)))
    return problems


def circle_told(circle: Sequence[str]) -> Sentence:
    """The problem that names wait for each other."""
    return told("definition.circle", circle=" → ".join([*circle, circle[0]]))


def chain_told(longest: int) -> Sentence:
    """The problem that so many names wait one for the other."""
    return told("definition.long_chain", number=longest, most=LONGEST_CHAIN)


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


def walk(needs: Mapping[str, Sequence[str]]) -> tuple[list[list[str]], int]:
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
