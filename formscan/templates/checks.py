"""The column ``bind::fs:check``: Python rules that a question asks for by name.

``duplicate; in_area(kode_provinsi, kode_kabkota)`` asks for two rules; the second also reads the
answers of the questions in brackets. ``bind::fs:review`` = ``yes`` makes the warning of a form's
own rule open an item of review.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from importlib.metadata import entry_points

from formscan.errors import Sentence, told
from formscan.templates.place import at_row, known
from formscan.templates.question import Check
from formscan.templates.workbook import SheetRow, Workbook

__all__ = ["check", "checks_in"]

_ONE = re.compile(r"(\w+)\s*(?:\(([\w\s,]*)\))?")


def checks_in(cell: str) -> tuple[Check, ...]:
    """The rules that a cell asks for; what cannot be meant is left out (``check`` names it)."""
    found = (_ONE.fullmatch(part) for part in _parts(cell))
    return tuple(Check(name=one[1], fields=_fields(one[2])) for one in found if one)


def check(book: Workbook) -> list[Sentence]:
    """Every problem of both columns, with row and remedy."""
    names = {row.get("name") for row in book.rows("survey")} - {""}
    rules = {point.name for point in entry_points(group="formscan.rules")}
    return [
        at_row("survey", row.number, problem)
        for row in book.rows("survey")
        for problem in _problems(row, names, rules)
    ]


def _problems(row: SheetRow, names: Collection[str], rules: Collection[str]) -> Iterator[Sentence]:
    if row.get("bind::fs:review") not in ("", "yes"):
        yield told("definition.review", given=row.get("bind::fs:review"))
    for part in _parts(row.get("bind::fs:check")):
        found = _ONE.fullmatch(part)
        if not found:
            yield told("definition.check_shape", given=part)
            continue
        if found[1] not in rules:
            yield told("definition.check_rule", name=found[1], known=known(found[1], rules))
        for field in _fields(found[2]):
            if field not in names:
                choice = known(field, names)
                yield told("definition.check_question", given=part, name=field, known=choice)


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _fields(brackets: str | None) -> tuple[str, ...]:
    return tuple(field.strip() for field in (brackets or "").split(",") if field.strip())
