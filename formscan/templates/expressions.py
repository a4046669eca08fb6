"""The expressions of a definition: each must parse, call known functions and known tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from formscan.errors import TemplateError
from formscan.tables import TABLES
from formscan.templates.question import Question
from formscan.xpath import parse

__all__ = ["expression_problems"]

_TABLE = re.compile(r"pulldata\(\s*(?:'([^']*)'|\"([^\"]*)\")")
_BINDS = ("relevant", "required", "constraint", "calculate")


def expression_problems(questions: Sequence[Question], rows: Mapping[str, int]) -> list[str]:
    """What is wrong with the binds, one sentence each: row, question, bind, and what to mend.

    Args:
        questions: With the binds that pyxform made.
        rows: Name of a question to its row in the survey sheet.
    """
    problems: list[str] = []
    for question in questions:
        for bind in _BINDS:
            text = getattr(question, bind)
            if text:
                where = f"sheet survey, row {rows.get(question.name)} ({question.name}), {bind}"
                problems += (f"{where}: {problem}" for problem in _problems(text))
    return problems


def _problems(text: str) -> list[str]:
    found: list[str] = []
    try:
        parse(text)
    except TemplateError as error:
        found += error.problems
    for single, double in _TABLE.findall(text):
        table = single or double
        if table not in TABLES:
            found.append(f"table {table!r} is not known; known are: {', '.join(sorted(TABLES))}")
    return found
