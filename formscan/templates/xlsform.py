"""XLSForm and its ``paper`` sheet → questions with binds, code lists and paper rows.

Every problem of the definition is reported at once, each with its sheet, row and remedy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from formscan.errors import Sentence
from formscan.templates import lint, paper_checks
from formscan.templates.checks import checks_in
from formscan.templates.expressions import expression_problems
from formscan.templates.model import Choice
from formscan.templates.namespaces import declare_own
from formscan.templates.paper import PaperRow, read_paper
from formscan.templates.question import Labels, Question
from formscan.templates.workbook import SheetRow, Workbook, read_workbook
from formscan.templates.xform import Bind, XForm, convert

__all__ = ["Definition", "read_definition"]

_LANGUAGE = re.compile(r"\((\w{2,3})\)\s*$")
_REFERENCE = re.compile(r"\$\{\s*+([^{}\s]+)\s*+\}")
_TABLE = re.compile(r"pulldata\(\s*'([^']+)'")
_BEGIN = {
    "begin_group": "group",
    "begin group": "group",
    "begin_repeat": "repeat",
    "begin repeat": "repeat",
}


@dataclass(frozen=True, slots=True)
class Definition:
    """A form as its author wrote it.

    Attributes:
        source: The file it was read from.
        settings: The row of the settings sheet.
        questions: In survey order, groups and repeats included.
        paper: The rows of the paper sheet, in order.
        tables: Names of the lookup tables that ``pulldata`` asks for.
        warnings: What is legal and yet seldom meant.
        problems: Everything that is wrong, each with its sheet, row and remedy.
    """

    source: str
    form: str
    version: str
    title: str
    language: str
    settings: dict[str, str]
    questions: tuple[Question, ...]
    code_lists: dict[str, tuple[Choice, ...]]
    paper: tuple[PaperRow, ...]
    tables: tuple[str, ...]
    warnings: tuple[Sentence, ...]
    problems: tuple[Sentence, ...]

    def resolve(self, expression: str) -> str:
        """Replace ``${name}`` by absolute paths, as pyxform does outside a repeat."""
        paths = {question.name: question.path for question in self.questions}
        return _REFERENCE.sub(lambda found: paths[found[1]], expression)


def read_definition(path: Path) -> Definition:
    """Read and check a definition; what is wrong stands in its ``problems``.

    Raises:
        TemplateError: The file cannot be read, or is larger than any form.
    """
    book = declare_own(read_workbook(path))
    problems = [*book.problems, *lint.check(book)]
    xform = convert(book) if not problems else XForm({}, "", (), ())
    problems += xform.problems
    questions = _questions(book, xform.binds)
    rows = {row.get("name"): row.number for row in book.rows("survey")}
    problems += expression_problems(questions, rows)
    code_lists = _code_lists(book)
    paper, paper_problems = read_paper(book, questions)
    problems += [*paper_problems, *paper_checks.check(paper, questions, code_lists)]
    settings = next((row.cells for row in book.rows("settings")), {})
    expressions = " ".join(f"{q.constraint} {q.relevant} {q.calculate}" for q in questions)
    return Definition(
        source=str(path),
        form=settings.get("form_id", ""),
        version=settings.get("version", ""),
        title=settings.get("form_title", settings.get("form_id", "")),
        language=language_code(settings.get("default_language", "")),
        settings=settings,
        questions=questions,
        code_lists=code_lists,
        paper=paper,
        tables=tuple(dict.fromkeys(_TABLE.findall(expressions))),
        warnings=(*xform.warnings, *lint.warn(book)),
        problems=tuple(dict.fromkeys(problems)),
    )


def language_code(language: str) -> str:
    """``Indonesia (id)`` → ``id``; a name without a code stands for itself in lower case."""
    found = _LANGUAGE.search(language)
    return found[1] if found else (language.lower() or "id")


def _labels(row: SheetRow, column: str) -> Labels:
    labels: Labels = {}
    for name, cell in row.cells.items():
        head, _, language = name.partition("::")
        if head.strip() == column and cell:
            labels[language_code(language.strip())] = cell
    return labels


def _questions(book: Workbook, binds: dict[str, Bind]) -> tuple[Question, ...]:
    questions: list[Question] = []
    stack: list[tuple[str, str]] = []
    for row in book.rows("survey"):
        words = row.get("type").split()
        kind = "_".join(words[:2]) if words[:1] in (["begin"], ["end"]) else (words or [""])[0]
        if kind.startswith("end_"):
            if stack:
                stack.pop()
            continue
        name = row.get("name")
        if not kind or not name:
            continue
        path = "/".join(["/data", *(group for group, _ in stack), name])
        repeat = next((group for group, what in reversed(stack) if what == "repeat"), "")
        questions.append(_question(row, kind, words, path, repeat, binds.get(path, Bind())))
        if kind in _BEGIN:
            stack.append((name, _BEGIN[kind]))
    return tuple(questions)


def _question(
    row: SheetRow, kind: str, words: list[str], path: str, repeat: str, bind: Bind
) -> Question:
    severity = row.get("bind::fs:severity")
    return Question(
        name=row.get("name"),
        path=path,
        type=_BEGIN.get(kind, kind),
        repeat=repeat,
        code_list=words[1] if kind.startswith("select_") and len(words) > 1 else "",
        labels=_labels(row, "label"),
        hints=_labels(row, "hint"),
        required=bind.required,
        relevant=bind.relevant,
        constraint=bind.constraint,
        constraint_messages=_labels(row, "constraint_message"),
        calculate=bind.calculate,
        appearance=row.get("appearance"),
        default=row.get("default"),
        severity=severity if severity in ("error", "warn") else "",
        rule=row.get("bind::fs:rule"),
        review=row.get("bind::fs:review") == "yes",
        checks=checks_in(row.get("bind::fs:check")),
    )


def _code_lists(book: Workbook) -> dict[str, tuple[Choice, ...]]:
    lists: dict[str, list[Choice]] = {}
    for row in book.rows("choices"):
        name = row.get("list_name", "list name")
        if name and row.get("name"):
            lists.setdefault(name, []).append(
                Choice(value=row.get("name"), labels=_labels(row, "label"))
            )
    return {name: tuple(choices) for name, choices in lists.items()}
