"""Questions of a template that wait for each other through relevance and calculation."""

from __future__ import annotations

import re
from collections.abc import Mapping

from formscan.errors import Sentence
from formscan.templates.lint_cycles import LONGEST_CHAIN, chain_told, circle_told, walk
from formscan.templates.model import Template
from formscan.templates.place import at_path
from formscan.templates.question import Question
from formscan.xpath import parse

__all__ = ["waiting"]

_ONCE = re.compile(r"string-length\(\s*\.\s*\)")


def waiting(template: Template) -> list[Sentence]:
    """Each circle once, with the path of its first question, and a chain too long to evaluate."""
    by_path = {question.path: question for question in template.questions}
    places = {question.path: at for at, question in enumerate(template.questions)}
    needs = {path: _needs(question, by_path) for path, question in by_path.items()}
    circles, longest = walk(needs)
    problems: list[Sentence] = []
    for circle in circles:
        names = [by_path[path].name for path in circle]
        problems.append(at_path(f"questions[{places[circle[0]]}]", circle_told(names)))
    if longest > LONGEST_CHAIN:
        problems.append(at_path("questions", chain_told(longest)))
    return problems


def _needs(question: Question, by_path: Mapping[str, Question]) -> list[str]:
    """Paths that must be known before the question: what its binds read, and its group.

    A repeat that an expression reads as a whole stands for its rows, of which nobody can be sure
    that they wait. ``once()``, which pyxform writes out, may read what it calculates.
    """
    if question.type == "note":
        return []
    repeats = {one.name: path for path, one in by_path.items() if one.type == "repeat"}
    inside = repeats.get(question.repeat, "")
    read: dict[str, None] = {}
    for text in (question.relevant, question.calculate):
        if text.strip():
            found = sorted(place.path for place in parse(text).references(question.path, inside))
            read |= dict.fromkeys(path for path in found if by_path.get(path))
    own = question.path if _ONCE.search(question.calculate) else ""
    needs = [path for path in read if path != own and by_path[path].type not in ("repeat", "group")]
    parent = question.path.rpartition("/")[0]
    return [*needs, *([parent] if parent in by_path else [])]
