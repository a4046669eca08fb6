"""Which columns each file has, and in which order: the contract with whoever reads them."""

from __future__ import annotations

from formscan.templates.model import Template
from formscan.templates.question import Question

__all__ = [
    "FIELD_COLUMNS",
    "PAGE_COLUMNS",
    "RECORD_TAIL",
    "REVIEW_COLUMNS",
    "ROSTER_HEAD",
    "questions",
    "record_columns",
    "repeats",
    "roster_columns",
]

FIELD_COLUMNS = (
    "record",
    "form",
    "version",
    "page",
    "field",
    "row",
    "raw",
    "value",
    "confidence",
    "status",
    "reader",
    "problems",
    "scan",
    "frame",
    "x",
    "y",
    "width",
    "height",
)
PAGE_COLUMNS = (
    "scan",
    "frame",
    "sha256",
    "form",
    "version",
    "page",
    "serial",
    "record",
    "status",
    "reason",
    "orientation_deg",
    "skew_deg",
    "residual_mm",
    "dpi",
    "sharpness",
)
REVIEW_COLUMNS = (
    "record",
    "field",
    "row",
    "raw",
    "value",
    "confidence",
    "reason",
    "scan",
    "frame",
)
RECORD_TAIL = (
    "_status",
    "_problems",
    "_serial",
    "_print_run",
    "_template_version",
    "_scans",
)
ROSTER_HEAD = ("PARENT_KEY", "KEY", "_row")

_NO_COLUMN = frozenset({"note", "group", "repeat", "begin group", "end group", "begin repeat"})


def questions(template: Template, repeat: str = "") -> tuple[str, ...]:
    """Names of the columns of a form or of one of its repeats, in form order.

    All questions but notes and groups; hidden and calculated ones too; no paper-only fields.
    A form that has no survey (an imported one) has its fields as they are printed.
    """
    if template.questions:
        asked = (each for each in template.questions if each.repeat == repeat and _is_column(each))
        return tuple(dict.fromkeys(question.name for question in asked))
    printed = (
        field.name
        for layout in template.pages
        for field in layout.fields
        if field.repeat == repeat and not field.paper_only
    )
    return tuple(dict.fromkeys(printed))


def _is_column(question: Question) -> bool:
    kind = question.type.replace("_", " ")
    return kind not in _NO_COLUMN and not kind.startswith(("begin ", "end "))


def repeats(template: Template) -> tuple[str, ...]:
    """Names of the repeats, in form order."""
    of_questions = [question.repeat for question in template.questions]
    of_fields = [field.repeat for layout in template.pages for field in layout.fields]
    return tuple(dict.fromkeys(name for name in of_questions + of_fields if name))


def record_columns(template: Template) -> tuple[str, ...]:
    """Columns of ``<form>.csv``."""
    return ("KEY", *questions(template), *RECORD_TAIL)


def roster_columns(template: Template, repeat: str) -> tuple[str, ...]:
    """Columns of ``<form>-<repeat>.csv``."""
    return (*ROSTER_HEAD, *questions(template, repeat))
