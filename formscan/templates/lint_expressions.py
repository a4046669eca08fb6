"""Traps of XLSForm expressions: what phones and this program would understand differently."""

from __future__ import annotations

import re
from collections.abc import Iterator

from formscan.errors import Sentence, TemplateError, told
from formscan.templates.place import at_row
from formscan.templates.workbook import SheetRow, Workbook
from formscan.xpath import parse

__all__ = ["REFERENCE", "check", "kind_of", "warn"]

REFERENCE = re.compile(r"\$\{\s*+([^{}\s]+)\s*+\}")
_COLUMNS = ("relevant", "constraint", "calculation", "required")
_PLAIN = frozenset({"yes", "no", "true", "false", "true()", "false()"})
_REGEX = re.compile(r"regex\([^,()]*+(?:\([^()]*+\)[^,()]*+)*+,\s*+(?:'([^']*)'|\"([^\"]*)\")")
_ASKED = frozenset(
    {"text", "integer", "decimal", "date", "time", "datetime", "select_one", "select_multiple",
     "barcode", "image"}
)  # fmt: skip


def kind_of(row: SheetRow) -> tuple[str, list[str]]:
    """The type of a survey row with underscores, and its words."""
    words = row.get("type").split()
    if words[:1] in (["begin"], ["end"]) and len(words) > 1:
        return f"{words[0]}_{words[1]}", words
    return (words[0] if words else ""), words


def check(book: Workbook) -> list[Sentence]:
    """Every expression that cannot work, or works differently on a phone."""
    names = {row.get("name") for row in book.rows("survey")}
    repeats = {row.get("name") for row in book.rows("survey") if kind_of(row)[0] == "begin_repeat"}
    problems: list[Sentence] = []
    for row, inside, column, expression in _expressions(book):
        unknown = [name for name in REFERENCE.findall(expression) if name not in names]
        said: list[Sentence] = [told("definition.no_question", name=name) for name in unknown]
        said += _traps(expression, inside, repeats, column)
        try:
            parse(REFERENCE.sub(lambda found: f"/data/{found[1]}", expression))
        except TemplateError as error:
            said += error.problems
        problems += (at_row("survey", row.number, one, f", {column}") for one in said)
    return problems


def warn(book: Workbook) -> tuple[Sentence, ...]:
    """Constraints that look at what the phone asks later: it could never be answered."""
    order = {
        row.get("name"): row.number
        for row in book.rows("survey")
        if kind_of(row)[0] in _ASKED and row.get("name")
    }
    return tuple(
        at_row(
            "survey",
            row.number,
            told("definition.asked_later", name=name, other=order[name]),
            ", constraint",
        )
        for row, _, column, expression in _expressions(book)
        if column == "constraint"
        for name in dict.fromkeys(REFERENCE.findall(expression))
        if order.get(name, 0) > row.number
    )


def _expressions(book: Workbook) -> Iterator[tuple[SheetRow, str, str, str]]:
    """Row, repeat it stands in, column, expression."""
    stack: list[str] = []
    for row in book.rows("survey"):
        kind, _ = kind_of(row)
        if kind.startswith("end_") and stack:
            stack.pop()
        inside = next((name for name in reversed(stack) if name), "")
        for column in _COLUMNS:
            expression = (
                row.get(column, "calculate") if column == "calculation" else row.get(column)
            )
            if expression and expression.lower() not in _PLAIN:
                yield row, inside, column, expression
        if kind.startswith("begin_"):
            stack.append(row.get("name") if kind == "begin_repeat" else "")


def _traps(expression: str, inside: str, repeats: set[str], column: str) -> list[Sentence]:
    patterns = [found[1] or found[2] or "" for found in _REGEX.finditer(expression)]
    said: list[Sentence] = [
        told("definition.regex_ends", pattern=pattern)
        for pattern in patterns
        if not (pattern.startswith("^") and pattern.endswith("$"))
    ]
    counted = re.search(rf"count\(\s*\$\{{\s*{re.escape(inside)}\s*\}}\s*\)", expression)
    if inside in repeats and counted:
        said.append(told("definition.count_inside", name=inside))
    if inside and expression.count("indexed-repeat(") > 1:
        said.append(told("definition.indexed_twice"))
    if column == "calculation" and "indexed-repeat(" in expression and "if(" not in expression:
        said.append(told("definition.indexed_blank"))
    return said
