"""Values for any template: random, of each field's kind, list, alphabet and pattern, and lawful.

A form that has rules gets records that keep them, as far as answers that do are found.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from numpy.random import Generator

from formscan.extract.barcode import gs1_check_holds
from formscan.record import Problem, field_ref
from formscan.settle.grids import told_twice
from formscan.simulate.chance import chance, pick
from formscan.simulate.families import Family
from formscan.simulate.lawful import obey
from formscan.simulate.limits import Limits, limits_of
from formscan.simulate.mistakes import Mistake
from formscan.simulate.names import person_name
from formscan.simulate.shaped import shaped
from formscan.simulate.write import FieldKey
from formscan.templates.model import ALPHABETS, BarcodeFormat, Field, Template

__all__ = ["draw_any", "draw_value"]

_BLANK = 0.1
_FEWEST_ROWS = 0.6
_DIGITS = {"ITF": 14, "EAN13": 13, "EAN8": 8}


def draw_any(template: Template, rng: Generator) -> Family:
    """A record; one optional field in ten is left blank, and so are the last rows of a repeat.

    Its ``mistakes`` are the rules of the form for which no lawful answer was found.
    """
    printed = [field for layout in template.pages for field in layout.fields]
    last = _last_rows(printed, template, rng)
    fields = [field for field in printed if field.row is None or field.row <= last[field.repeat]]
    values: dict[FieldKey, str] = {}
    for field in fields:
        if field.required or not chance(rng, _BLANK):
            values[field.name, field.row] = draw_value(field, template, rng)
    broken: tuple[Problem, ...] = ()
    if template.questions:
        broken = obey(values, fields, template, lambda field: draw_value(field, template, rng), rng)
    for layout in template.pages:
        for comb, grid in told_twice(layout.fields):
            values[grid.name, grid.row] = "|".join(values.get((comb.name, comb.row), ""))
    pages = tuple(
        layout.page
        for layout in template.pages
        if not layout.continuation or any(field in fields for field in layout.fields)
    )
    printed_at = {field_ref(field.name, field.row, field.repeat): field for field in fields}
    return Family(values, pages, tuple(_mistake(one, printed_at) for one in broken))


def _mistake(problem: Problem, printed_at: Mapping[str, Field]) -> Mistake:
    """A rule that is broken, at the printed field or the repeat that it names."""
    field = printed_at.get(problem.field)
    if field is None:
        return Mistake(problem.code, problem.field, None)
    return Mistake(problem.code, field.name, field.row)


def _last_rows(printed: list[Field], template: Template, rng: Generator) -> dict[str, int]:
    """The last filled row of each repeat; a form without a survey has all its rows filled."""
    rows: dict[str, int] = {}
    for field in printed:
        if field.row is not None:
            rows[field.repeat] = max(field.row, rows.get(field.repeat, 0))
    if template.questions:
        for repeat, most in rows.items():
            rows[repeat] = int(rng.integers(max(1, int(most * _FEWEST_ROWS)), most + 1))
    return rows


def draw_value(field: Field, template: Template, rng: Generator) -> str:
    """Something that may stand in ``field``, as ``write.Values`` wants it."""
    match field.kind:
        case "mark_group":
            marks = [mark.value for mark in field.marks]
            if not field.multiple:
                return pick(rng, marks)
            return " ".join(value for value in marks if chance(rng, 0.4))
        case "mark_grid":
            return "|".join(pick(rng, column).value for column in field.columns)
        case "comb":
            return _boxed_value(field, template, rng)
        case "text_line":
            return _line(field, template, rng)
        case "barcode":
            return _coded(pick(rng, field.formats), rng)
        case _:
            return "1"


def _line(field: Field, template: Template, rng: Generator) -> str:
    if choices := template.choices(field):
        labels = pick(rng, choices).labels
        return labels.get(template.default_language) or next(iter(labels.values()))
    if field.value_type == "integer":
        return str(int(rng.integers(1, 10_000_000)))
    return shaped(_constraint(field, template), rng) or person_name(pick(rng, "12"), rng)


def _coded(name: BarcodeFormat, rng: Generator) -> str:
    """Something that a barcode of this sort can say, with its check digit."""
    if name not in _DIGITS:
        return f"RM-{int(rng.integers(10**7)):07d}"
    body = "".join(pick(rng, ALPHABETS["digits"]) for _ in range(_DIGITS[name] - 1))
    return next(body + digit for digit in ALPHABETS["digits"] if gs1_check_holds(body + digit))


def _boxed_value(field: Field, template: Template, rng: Generator) -> str:
    length = len(field.cells)
    if choices := template.choices(field):
        return pick(rng, [c.value for c in choices if len(c.value) <= length] or [""])
    limits = limits_of(_constraint(field, template))
    if field.pattern:
        day = _day(limits, rng)
        return f"{day:%d%m%Y}" if field.pattern == "DDMMYYYY" else f"{day:%m%Y}"
    if field.value_type == "integer":
        most = min(limits.most, 10 ** min(length, 4) - 1)
        return str(int(rng.integers(min(limits.least, most), most + 1)))
    if field.alphabet == "name":
        return person_name(pick(rng, "12"), rng, longest=length)
    alphabet = ALPHABETS[field.alphabet or "digits"]
    return "".join(pick(rng, alphabet) for _ in range(length))


def _constraint(field: Field, template: Template) -> str:
    return next((q.constraint for q in template.questions if q.name == field.name), "")


def _day(limits: Limits, rng: Generator) -> date:
    """Any day that the limits allow; every second one of the last five years."""
    first, last = limits.first, limits.last
    recent = last - timedelta(days=5 * 365)
    if chance(rng, 0.5):
        first = max(first, recent)
    return first + timedelta(days=int(rng.integers(0, (last - first).days + 1)))
