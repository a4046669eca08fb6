"""What a ``template.json`` may not say, though every part of it has the right shape.

Definitions are checked before they become templates; a file may come from anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from formscan.errors import TemplateError
from formscan.geometry import BoxMm
from formscan.tables import TABLES, table_sha256
from formscan.templates.lint import COLUMNS_OF_TABLES, TABLES_OF_BATCHES
from formscan.templates.model import PageLayout, Template
from formscan.xpath import parse

__all__ = ["unsound"]

_SMALLEST_MM, _LARGEST_MM = 20.0, 2000.0
_OUTSIDE_MM = 2.0
_BINDS = ("relevant", "required", "constraint", "calculate")


def unsound(template: Template) -> list[str]:
    """Every problem, with the path to it and the remedy."""
    problems = [*_names(template), *_tables(template), *_expressions(template)]
    for at, page in enumerate(template.pages):
        problems += (f"pages[{at}].{problem}" for problem in _page(page, template))
    return problems


def _names(template: Template) -> Iterator[str]:
    if template.form.casefold() in TABLES_OF_BATCHES:
        yield f"form: {template.form!r} is the name of a table of every batch; choose another"
    for at, question in enumerate(template.questions):
        if question.name.casefold() in COLUMNS_OF_TABLES:
            told = f"{question.name!r} is a column of every table; choose another"
            yield f"questions[{at}].name: {told}"


def _tables(template: Template) -> Iterator[str]:
    for at, table in enumerate(template.tables):
        if table.name not in TABLES:
            known = ", ".join(sorted(TABLES))
            yield f"tables[{at}]: table {table.name!r} is not known; known are: {known}"
        elif table.sha256 != table_sha256(table.name):
            yield (
                f"tables[{at}]: table {table.name!r} is another edition than the installed one; "
                "build the template again from its definition, or install that edition"
            )


def _expressions(template: Template) -> Iterator[str]:
    binds = [("complete_with_page_1", template.complete_with_page_1)]
    for at, question in enumerate(template.questions):
        binds += [(f"questions[{at}].{bind}", getattr(question, bind)) for bind in _BINDS]
    for where, text in binds:
        try:
            if text.strip():
                parse(text)
        except TemplateError as error:
            yield from (f"{where}: {problem}" for problem in error.problems)


def _page(page: PageLayout, template: Template) -> Iterator[str]:
    for name, size in (("width_mm", page.width_mm), ("height_mm", page.height_mm)):
        if not _SMALLEST_MM <= size <= _LARGEST_MM:
            limits = f"{_SMALLEST_MM:g} to {_LARGEST_MM:g}"
            yield f"{name}: {size:g} is no size of a sheet; write {limits}"
    for at, field in enumerate(page.fields):
        boxes = (field.box, *field.cells, *(mark.box for mark in field.marks))
        if not all(_inside(box, page) for box in boxes):
            yield f"fields[{at}].box: {field.name!r} lies outside the page; correct its millimetres"
        if field.code_list and field.code_list not in template.code_lists:
            yield f"fields[{at}].code_list: there is no list {field.code_list!r}; add it"


def _inside(box: BoxMm, page: PageLayout) -> bool:
    """Whether a box lies on the sheet, but for a little; never where a number is none."""
    on_sheet = box.x >= -_OUTSIDE_MM and box.right <= page.width_mm + _OUTSIDE_MM
    return on_sheet and box.y >= -_OUTSIDE_MM and box.bottom <= page.height_mm + _OUTSIDE_MM
