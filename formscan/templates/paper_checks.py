"""What is wrong with the rows of a paper sheet, each with its row and the remedy.

Pages that nobody could print are refused here, before they are laid out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from formscan.templates.model import Choice
from formscan.templates.paper import AREAS, BARCODES, PaperRow
from formscan.templates.question import Question

__all__ = ["check"]

_PAGE_BOXES = 3000
"""More than A4 holds, whatever their size."""


def check(
    rows: Sequence[PaperRow],
    questions: Sequence[Question],
    code_lists: Mapping[str, tuple[Choice, ...]],
) -> list[str]:
    """Every problem: of single questions, of rosters, of the whole."""
    known = {question.name: question for question in questions}
    problems: list[str] = []
    for row in rows:
        said: list[str] = []
        if row.sort == "question":
            _check_question(row, known[row.name], code_lists, said)
        problems += [f"sheet paper, row {row.number} ({row.name}): {s}" for s in said]
    problems += _check_repeats(rows, known)
    problems += _check_once(rows, known)
    return problems + _check_amount(rows, known, code_lists)


def _check_question(
    paper: PaperRow,
    question: Question,
    code_lists: Mapping[str, tuple[Choice, ...]],
    said: list[str],
) -> None:
    """What a question needs to stand on paper."""
    boxes = sum(paper.groups)
    fitting = AREAS.get(paper.chars)
    if fitting is not None and question.type not in fitting:
        said.append(f"a question of type {question.type} has no such area; choose other `chars`")
    if question.type == "barcode" and not paper.formats:
        barcodes = ", ".join(BARCODES)
        said.append(f"say in `chars` which barcodes stand there: {barcodes}, joined by +")
    if question.type == "date" and boxes not in (6, 8):
        said.append("a date needs boxes 2+2+4 (day, month, year) or 2+4 (month, year)")
    if question.type == "integer" and not boxes and paper.chars != "printed":
        said.append("a number needs boxes")
    if question.type == "select_multiple" and boxes:
        said.append("several answers cannot share boxes; leave `boxes` empty for tick boxes")
    if question.type == "select_one" and boxes:
        longest = max((len(c.value) for c in code_lists.get(question.code_list, ())), default=0)
        if longest > boxes:
            said.append(f"codes have up to {longest} characters; give {longest} boxes")
    if question.type in ("note", "calculate", "hidden", "start", "end"):
        said.append(f"a {question.type} row has no place on paper; delete the row")


def _check_once(rows: Sequence[PaperRow], known: Mapping[str, Question]) -> list[str]:
    """A field is printed once, and has a label."""
    problems: list[str] = []
    seen: dict[str, int] = {}
    for row in rows:
        if row.sort not in ("question", "paper_only"):
            continue
        if row.name in seen:
            problems.append(
                f"sheet paper, row {row.number} ({row.name}): stands in row {seen[row.name]} "
                "already; a field is printed once"
            )
        seen[row.name] = row.number
        if row.sort == "question" and not known[row.name].labels and not row.short:
            problems.append(f"sheet paper, row {row.number} ({row.name}): give it a label")
    return problems


def _stands_in_row(row: PaperRow, known: Mapping[str, Question]) -> bool:
    """Whether a field of a roster says what it is: boxes, tick boxes, or a free area."""
    kind = known[row.name].type
    return bool(row.groups or row.chars or kind.startswith("select_") or kind == "image")


def _check_repeats(rows: Sequence[PaperRow], known: Mapping[str, Question]) -> list[str]:
    """Rosters need rows that do not overlap, and questions that can be answered in a row."""
    problems: list[str] = []
    printed: dict[str, int] = {}
    inside: PaperRow | None = None
    for row in rows:
        at = f"sheet paper, row {row.number} ({row.name})"
        if row.sort == "repeat":
            inside = row
            if row.rows is None:
                problems.append(f"{at}: say which `rows` stand on this page, such as 1-7")
            elif row.rows[0] <= printed.get(row.name, 0):
                problems.append(f"{at}: rows begin after those of the page before; correct them")
            printed[row.name] = row.rows[1] if row.rows else printed.get(row.name, 0)
        elif row.sort == "block" or row.name in ("@block", "@codes"):
            inside = None
        elif inside is not None and row.sort == "question" and not _stands_in_row(row, known):
            problems.append(f"{at}: inside a roster give it `boxes`, or `chars` for a free area")
        elif inside is not None and row.sort == "paper_only":
            problems.append(f"{at}: stands inside the roster {inside.name}; put @block before it")
    return problems


def _check_amount(
    rows: Sequence[PaperRow],
    known: Mapping[str, Question],
    code_lists: Mapping[str, tuple[Choice, ...]],
) -> list[str]:
    """A problem for each page with more boxes than any sheet has room for."""
    boxes: dict[int, int] = {}
    times = 1
    for row in rows:
        if row.sort == "repeat":
            times = row.rows[1] - row.rows[0] + 1 if row.rows else 1
        elif row.sort == "block" or row.name in ("@block", "@codes"):
            times = 1
        elif row.sort in ("question", "paper_only"):
            question = known.get(row.name)
            ticks = len(code_lists.get(question.code_list, ())) if question else 0
            boxes[row.page] = boxes.get(row.page, 0) + times * (sum(row.groups) or ticks or 1)
    return [
        f"sheet paper, page {page}: {number} boxes; a sheet has room for fewer than {_PAGE_BOXES}: "
        "move blocks to another page, or give long lists `boxes` for a code"
        for page, number in boxes.items()
        if number > _PAGE_BOXES
    ]
