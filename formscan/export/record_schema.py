"""The JSON Schema of a form's tables: columns in order, what each cell may say, what it means."""

from __future__ import annotations

import re
from typing import Any, get_args

from formscan.export.columns import questions, record_columns, repeats, roster_columns
from formscan.record import RecordStatus
from formscan.templates.model import Choice, Template

__all__ = ["record_schema"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_UUID = "uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PATTERNS = {
    "integer": "^(-?[0-9]+)?$",
    "decimal": "^(-?[0-9]+([.][0-9]+)?)?$",
    "date": "^([0-9]{4}-[0-9]{2}(-[0-9]{2})?)?$",
}
"""Type of a question to what its cells look like; every cell may be empty."""

Schema = dict[str, Any]


def record_schema(template: Template, language: str) -> Schema:
    """Lists of rows, one per table, as a CSV reader gives them: every cell is text.

    Args:
        template: The form.
        language: Of the titles, where the form has it.
    """
    tables = {template.form: _row(template, "", language)}
    for repeat in repeats(template):
        tables[f"{template.form}-{repeat}"] = _row(template, repeat, language)
    rows = {name: {"type": "array", "items": {"$ref": f"#/$defs/{name}"}} for name in tables}
    return {
        "$schema": _DIALECT,
        "title": f"{template.form} {template.version}",
        "type": "object",
        "properties": rows,
        "additionalProperties": False,
        "$defs": tables,
    }


def _row(template: Template, repeat: str, language: str) -> Schema:
    columns = roster_columns(template, repeat) if repeat else record_columns(template)
    asked = {name: _cell(template, name, repeat, language) for name in questions(template, repeat)}
    own = _own_cells(template, repeat)
    return {
        "type": "object",
        "properties": {name: asked.get(name) or own[name] for name in columns},
        "required": list(columns),
        "additionalProperties": False,
    }


def _own_cells(template: Template, repeat: str) -> dict[str, Schema]:
    key = f"^{_UUID}$"
    if repeat:
        row = {"type": "string", "pattern": "^[1-9][0-9]*$"}
        own = {"type": "string", "pattern": f"^{_UUID}/{re.escape(repeat)}\\[[1-9][0-9]*\\]$"}
        return {"PARENT_KEY": {"type": "string", "pattern": key}, "KEY": own, "_row": row}
    return {
        "KEY": {"type": "string", "pattern": key},
        "_status": {"enum": list(get_args(RecordStatus))},
        "_problems": {"type": "string"},
        "_serial": {"type": "string", "pattern": "^([0-9]{8})?$"},
        "_print_run": {"type": "string"},
        "_template_version": {"const": template.version},
        "_scans": {"type": "string"},
    }


def _shown(choice: Choice, language: str) -> str:
    return choice.labels.get(language) or next(iter(choice.labels.values()), choice.value)


def _cell(template: Template, name: str, repeat: str, language: str) -> Schema:
    kind, code_list, labels = _asked(template, name, repeat)
    cell: Schema = {"type": "string"}
    if label := labels.get(language) or next(iter(labels.values()), ""):
        cell = {"title": label, **cell}
    choices = template.code_lists.get(code_list, ())
    if kind == "select_one" and choices:
        named = [{"const": c.value, "title": _shown(c, language)} for c in choices]
        return {**cell, "oneOf": [{"const": ""}, *named]}
    if kind == "select_multiple" and choices:
        one = "|".join(re.escape(choice.value) for choice in choices)
        return {**cell, "pattern": f"^(({one})( ({one}))*)?$"}
    return {**cell, "pattern": _PATTERNS[kind]} if kind in _PATTERNS else cell


def _asked(template: Template, name: str, repeat: str) -> tuple[str, str, dict[str, str]]:
    """(type, code list, labels) of a question, or of the printed field of an imported form."""
    for question in template.questions:
        if (question.name, question.repeat) == (name, repeat):
            return question.type, question.code_list, question.labels
    fields = (field for layout in template.pages for field in layout.fields)
    field = next(field for field in fields if (field.name, field.repeat) == (name, repeat))
    kind = "text" if field.multiple and not field.multiple_join else field.value_type
    return kind, field.code_list, field.labels
