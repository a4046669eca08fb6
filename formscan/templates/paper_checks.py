"""What is wrong with the rows of a paper sheet, each with its row and the remedy.

Pages that nobody could print are refused here, before they are laid out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from formscan.errors import Sentence, told
from formscan.templates.model import Choice
from formscan.templates.paper import AREAS, BARCODES, PaperRow
from formscan.templates.place import at_page, at_row
from formscan.templates.question import Question

__all__ = ["check"]

_PAGE_BOXES = 3000
"""More than A4 holds, whatever their size."""


def check(
    rows: Sequence[PaperRow],
    questions: Sequence[Question],
    code_lists: Mapping[str, tuple[Choice, ...]],
) -> list[Sentence]:
    """Every problem: of single questions, of rosters, of the whole."""
    known = {question.name: question for question in questions}
    problems: list[Sentence] = []
    for row in rows:
        said: list[Sentence] = []
        if row.sort == "question":
            _check_question(row, known[row.name], code_lists, said)
        problems += (_at(row, one) for one in said)
    problems += _check_repeats(rows, known)
    problems += _check_once(rows, known)
    return problems + _check_amount(rows, known, code_lists)


def _check_question(
    paper: PaperRow,
    question: Question,
    code_lists: Mapping[str, tuple[Choice, ...]],
    said: list[Sentence],
) -> None:
    """What a question needs to stand on paper."""
    boxes = sum(paper.groups)
    fitting = AREAS.get(paper.chars)
    if fitting is not None and question.type not in fitting:
        said.append(told("definition.area_type", type=question.type))
    if question.type == "barcode" and not paper.formats:
        said.append(told("definition.area_barcode", names=", ".join(BARCODES)))
    if question.type == "date" and boxes not in (6, 8):
        said.append(told("definition.area_date"))
    if question.type == "integer" and not boxes and paper.chars != "printed":
        said.append(told("definition.area_number"))
    if question.type == "select_multiple" and boxes:
        said.append(told("definition.area_several"))
    if question.type == "select_one" and boxes:
        longest = max((len(c.value) for c in code_lists.get(question.code_list, ())), default=0)
        if longest > boxes:
            said.append(told("definition.area_codes", longest=longest))
    if question.type in ("note", "calculate", "hidden", "start", "end"):
        said.append(told("definition.area_none", type=question.type))


def _check_once(rows: Sequence[PaperRow], known: Mapping[str, Question]) -> list[Sentence]:
    """A field is printed once, and has a label."""
    problems: list[Sentence] = []
    seen: dict[str, int] = {}
    for row in rows:
        if row.sort not in ("question", "paper_only"):
            continue
        if row.name in seen:
            problems.append(_at(row, told("definition.printed_twice", other=seen[row.name])))
        seen[row.name] = row.number
        if row.sort == "question" and not known[row.name].labels and not row.short:
            problems.append(_at(row, told("definition.no_label")))
    return problems


def _at(row: PaperRow, problem: Sentence) -> Sentence:
    return at_row("paper", row.number, problem, f" ({row.name})")


def _stands_in_row(row: PaperRow, known: Mapping[str, Question]) -> bool:
    """Whether a field of a roster says what it is: boxes, tick boxes, or a free area."""
    kind = known[row.name].type
    return bool(row.groups or row.chars or kind.startswith("select_") or kind == "image")


def _check_repeats(rows: Sequence[PaperRow], known: Mapping[str, Question]) -> list[Sentence]:
    """Rosters need rows that do not overlap, and questions that can be answered in a row."""
    problems: list[Sentence] = []
    printed: dict[str, int] = {}
    inside: PaperRow | None = None
    for row in rows:
        if row.sort == "repeat":
            inside = row
            if row.rows is None:
                problems.append(_at(row, told("definition.repeat_rows")))
            elif row.rows[0] <= printed.get(row.name, 0):
                problems.append(_at(row, told("definition.repeat_order")))
            printed[row.name] = row.rows[1] if row.rows else printed.get(row.name, 0)
        elif row.sort == "block" or row.name in ("@block", "@codes"):
            inside = None
        elif inside is not None and row.sort == "question" and not _stands_in_row(row, known):
            problems.append(_at(row, told("definition.repeat_boxes")))
        elif inside is not None and row.sort == "paper_only":
            problems.append(_at(row, told("definition.repeat_alone", name=inside.name)))
    return problems


def _check_amount(
    rows: Sequence[PaperRow],
    known: Mapping[str, Question],
    code_lists: Mapping[str, tuple[Choice, ...]],
) -> list[Sentence]:
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
        at_page(page, told("definition.page_boxes", number=number, most=_PAGE_BOXES))
        for page, number in boxes.items()
        if number > _PAGE_BOXES
    ]
