"""What a ``template.json`` may not say, though every part of it has the right shape.

Definitions are checked before they become templates; a file may come from anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from formscan.errors import Sentence, TemplateError, told
from formscan.geometry import BoxMm
from formscan.tables import TABLES, table_sha256
from formscan.templates.expressions import dear_problem
from formscan.templates.lint import COLUMNS_OF_TABLES, TABLES_OF_BATCHES
from formscan.templates.model import PageLayout, Template
from formscan.templates.pictures import unusable_pictures
from formscan.templates.place import at_path
from formscan.templates.waiting import waiting
from formscan.xpath import parse

__all__ = ["unsound"]

_SMALLEST_MM, _LARGEST_MM = 20.0, 2000.0
_OUTSIDE_MM = 2.0
_PATH = re.compile(r"(/[^/\s]+){2,}")
_BINDS = ("relevant", "required", "constraint", "calculate")


def unsound(template: Template) -> list[Sentence]:
    """Every problem, with the path to it and the remedy."""
    problems = [*_names(template), *_tables(template), *_binds(template)]
    problems += [] if problems else waiting(template)
    if dear := dear_problem(template.questions):
        problems.append(at_path("questions", dear))
    if not template.pages:
        problems.append(at_path("pages", told("template.no_page")))
    for at, page in enumerate(template.pages):
        found = (*_page(page, template), *unusable_pictures(page))
        problems += (at_path(f"pages[{at}].{where}", said) for where, said in found)
    return problems


def _names(template: Template) -> Iterator[Sentence]:
    if template.form.casefold() in TABLES_OF_BATCHES:
        yield at_path("form", told("template.form_taken", name=template.form))
    seen: set[str] = set()
    for at, question in enumerate(template.questions):
        where = f"questions[{at}].name"
        if question.name.casefold() in COLUMNS_OF_TABLES:
            yield at_path(where, told("template.column_taken", name=question.name))
        if question.name in seen:
            yield at_path(where, told("template.name_twice", name=question.name))
        seen.add(question.name)
        if not _PATH.fullmatch(question.path):
            where = f"questions[{at}].path"
            yield at_path(where, told("template.path", path=question.path[:60]))
    numbers = [page.page for page in template.pages]
    for at, number in enumerate(numbers):
        if number in numbers[:at]:
            yield at_path(f"pages[{at}].page", told("template.page_twice", page=number))


def _tables(template: Template) -> Iterator[Sentence]:
    for at, table in enumerate(template.tables):
        if table.name not in TABLES:
            names = ", ".join(sorted(TABLES))
            unknown = told("definition.table_unknown", table=table.name, names=names)
            yield at_path(f"tables[{at}]", unknown)
        elif table.sha256 != table_sha256(table.name):
            yield at_path(f"tables[{at}]", told("template.table_edition", table=table.name))


def _binds(template: Template) -> Iterator[Sentence]:
    binds = [("complete_with_page_1", template.complete_with_page_1)]
    for at, question in enumerate(template.questions):
        binds += [(f"questions[{at}].{bind}", getattr(question, bind)) for bind in _BINDS]
    for where, text in binds:
        try:
            if text.strip():
                parse(text)
        except TemplateError as error:
            yield from (at_path(where, problem) for problem in error.problems)


def _page(page: PageLayout, template: Template) -> Iterator[tuple[str, Sentence]]:
    for name, size in (("width_mm", page.width_mm), ("height_mm", page.height_mm)):
        if not _SMALLEST_MM <= size <= _LARGEST_MM:
            limits = {"least": f"{_SMALLEST_MM:g}", "most": f"{_LARGEST_MM:g}"}
            yield name, told("template.size", given=f"{size:g}", **limits)
    for at, field in enumerate(page.fields):
        boxes = (field.box, *field.cells, *(mark.box for mark in field.marks))
        if not all(_inside(box, page) for box in boxes):
            yield f"fields[{at}].box", told("template.outside", name=field.name)
        if field.code_list and field.code_list not in template.code_lists:
            yield f"fields[{at}].code_list", told("template.no_list", name=field.code_list)


def _inside(box: BoxMm, page: PageLayout) -> bool:
    """Whether a box lies on the sheet, but for a little; never where a number is none."""
    on_sheet = box.x >= -_OUTSIDE_MM and box.right <= page.width_mm + _OUTSIDE_MM
    return on_sheet and box.y >= -_OUTSIDE_MM and box.bottom <= page.height_mm + _OUTSIDE_MM
