"""The expressions of a definition: each must parse, call known functions and known tables."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence

from formscan.errors import Sentence, TemplateError, told
from formscan.tables import TABLES
from formscan.templates.place import at_row, at_sheet
from formscan.templates.question import Question
from formscan.xpath import parse

__all__ = ["dear_problem", "expression_problems"]

_TABLE = re.compile(r"pulldata\(\s*(?:'([^']*)'|\"([^\"]*)\")")
_ROWS = 20
_MOST_STEPS = 500_000
"""Some two seconds for one record; FK23 takes 43,000."""

_BINDS = ("relevant", "required", "constraint", "calculate")


def expression_problems(questions: Sequence[Question], rows: Mapping[str, int]) -> list[Sentence]:
    """What is wrong with the binds, one sentence each: row, question, bind, and what to mend.

    Args:
        questions: With the binds that pyxform made.
        rows: Name of a question to its row in the survey sheet.
    """
    problems: list[Sentence] = []
    for question in questions:
        for bind in _BINDS:
            text = getattr(question, bind)
            if text:
                row, detail = rows.get(question.name, "?"), f" ({question.name}), {bind}"
                problems += (at_row("survey", row, said, detail) for said in _problems(text))
    dear = dear_problem(questions)
    return [*problems, at_sheet("survey", dear)] if dear else problems


def dear_problem(questions: Sequence[Question]) -> Sentence:
    """A problem where all binds together would take seconds for one record, else ""."""
    total = 0
    for question in questions:
        for text in (getattr(question, bind) for bind in _BINDS):
            with contextlib.suppress(TemplateError):
                total += parse(text).steps * (_ROWS if question.repeat else 1) if text else 0
    if total <= _MOST_STEPS:
        return ""
    return told("definition.dear", steps=total, most=_MOST_STEPS)


def _problems(text: str) -> list[Sentence]:
    found: list[Sentence] = []
    try:
        parse(text)
    except TemplateError as error:
        found += error.problems
    for single, double in _TABLE.findall(text):
        table = single or double
        if table not in TABLES:
            names = ", ".join(sorted(TABLES))
            found.append(told("definition.table_unknown", table=table, names=names))
    return found
