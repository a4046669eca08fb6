"""Traps of XLSForm expressions: what phones and this program would understand differently."""

from __future__ import annotations

import re
from collections.abc import Iterator

from formscan.errors import TemplateError
from formscan.templates.workbook import SheetRow, Workbook
from formscan.xpath import parse

__all__ = ["REFERENCE", "check", "kind_of", "warn"]

REFERENCE = re.compile(r"\$\{\s*+([^{}\s]+)\s*+\}")
_COLUMNS = ("relevant", "constraint", "calculation", "required")
_PLAIN = frozenset({"yes", "no", "true", "false", "true()", "false()"})
_REGEX = re.compile(r"regex\(\s*[^,()]*(?:\([^()]*\)[^,()]*)*,\s*(?:'([^']*)'|\"([^\"]*)\")")
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


def check(book: Workbook) -> list[str]:
    """Every expression that cannot work, or works differently on a phone."""
    names = {row.get("name") for row in book.rows("survey")}
    repeats = {row.get("name") for row in book.rows("survey") if kind_of(row)[0] == "begin_repeat"}
    problems: list[str] = []
    for row, inside, column, expression in _expressions(book):
        at = f"sheet survey, row {row.number}, {column}"
        unknown = [name for name in REFERENCE.findall(expression) if name not in names]
        problems += [f"{at}: ${{{name}}} is no question; correct the name" for name in unknown]
        problems += [f"{at}: {problem}" for problem in _traps(expression, inside, repeats, column)]
        try:
            parse(REFERENCE.sub(lambda found: f"/data/{found[1]}", expression))
        except TemplateError as error:
            problems += [f"{at}: {problem}" for problem in error.problems]
    return problems


def warn(book: Workbook) -> tuple[str, ...]:
    """Constraints that look at what the phone asks later: it could never be answered."""
    order = {
        row.get("name"): row.number
        for row in book.rows("survey")
        if kind_of(row)[0] in _ASKED and row.get("name")
    }
    return tuple(
        f"sheet survey, row {row.number}, constraint: ${{{name}}} is asked later (row "
        f"{order[name]}); a phone would block here: move the constraint to the later question"
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


def _traps(expression: str, inside: str, repeats: set[str], column: str) -> list[str]:
    patterns = [found[1] or found[2] or "" for found in _REGEX.finditer(expression)]
    said = [
        f"regex {pattern!r}: some phones match the whole answer, others any part; "
        "begin it with ^ and end it with $"
        for pattern in patterns
        if not (pattern.startswith("^") and pattern.endswith("$"))
    ]
    counted = re.search(rf"count\(\s*\$\{{\s*{re.escape(inside)}\s*\}}\s*\)", expression)
    if inside in repeats and counted:
        said.append(
            f"count(${{{inside}}}) inside {inside} is 1 on a phone; "
            "calculate it in a row after the repeat and refer to that"
        )
    if inside and expression.count("indexed-repeat(") > 1:
        said.append(
            "two indexed-repeat() in one expression inside a repeat get wrong paths; "
            "give each its own calculate row"
        )
    if column == "calculation" and "indexed-repeat(" in expression and "if(" not in expression:
        said.append(
            "indexed-repeat() with a blank index gives the current row on a phone; "
            "guard it: if(${index} > 0, indexed-repeat(...), '')"
        )
    return said
