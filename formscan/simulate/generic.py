"""Values for any template: random, but of each field's kind, list, alphabet and pattern."""

from __future__ import annotations

from datetime import date, timedelta

from numpy.random import Generator

from formscan.simulate.chance import chance, pick
from formscan.simulate.families import Family
from formscan.simulate.names import person_name
from formscan.simulate.write import FieldKey
from formscan.templates.model import ALPHABETS, Field, Template

__all__ = ["draw_any", "draw_value"]

_BLANK = 0.1


def draw_any(template: Template, rng: Generator) -> Family:
    """A record that fills every page of a form; one optional field in ten is left blank."""
    values: dict[FieldKey, str] = {}
    for layout in template.pages:
        for field in layout.fields:
            if field.required or not chance(rng, _BLANK):
                values[field.name, field.row] = draw_value(field, template, rng)
    return Family(values, tuple(layout.page for layout in template.pages))


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
            return person_name(pick(rng, "12"), rng)
        case "barcode":
            return ""
        case _:
            return "1"


def _boxed_value(field: Field, template: Template, rng: Generator) -> str:
    length = len(field.cells)
    if choices := template.choices(field):
        return pick(rng, [c.value for c in choices if len(c.value) <= length] or [""])
    if field.pattern:
        day = date(1940, 1, 1) + timedelta(days=int(rng.integers(0, 31000)))
        return f"{day:%d%m%Y}" if field.pattern == "DDMMYYYY" else f"{day:%m%Y}"
    if field.value_type == "integer":
        return str(int(rng.integers(0, 10 ** min(length, 4))))
    if field.alphabet == "name":
        return person_name(pick(rng, "12"), rng, longest=length)
    alphabet = ALPHABETS[field.alphabet or "digits"]
    return "".join(pick(rng, alphabet) for _ in range(length))
