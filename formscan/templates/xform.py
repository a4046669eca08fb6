"""Definition → XForm by pyxform, and the binds out of it: what the phone will really check."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from formscan.errors import Sentence, told
from formscan.templates.place import at_row
from formscan.templates.workbook import Workbook

__all__ = ["Bind", "XForm", "convert"]

_XFORMS = "{http://www.w3.org/2002/xforms}"
_ROW = re.compile(r"\[row : (\d+)\]\s*")
OWN_SETTINGS = frozenset(
    {"orientation", "sheet_code", "complete_with_page_1", "pages_per_record", "notice"}
)
"""Columns of ``settings`` that say how the paper looks; pyxform must not see them."""


@dataclass(frozen=True, slots=True)
class Bind:
    """The expressions of one node."""

    required: str = ""
    relevant: str = ""
    constraint: str = ""
    calculate: str = ""


@dataclass(frozen=True, slots=True)
class XForm:
    """What pyxform made: binds by absolute path, or the problems it saw."""

    binds: dict[str, Bind]
    xml: str
    problems: tuple[Sentence, ...]
    warnings: tuple[Sentence, ...]


def convert(book: Workbook) -> XForm:
    """Convert the survey, choices and settings sheets; the root node is ``/data``."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert as pyxform_convert

    warnings: list[str] = []
    try:
        result = pyxform_convert(
            pyxform_sheets(book), warnings=warnings, form_name="data", validate=False
        )
        binds = _binds(result.xform)
    except (PyXFormError, KeyError, TypeError, AttributeError, ValueError, SyntaxError) as error:
        return XForm({}, "", (_sentence(str(error)),), ())
    return XForm(binds, result.xform, (), tuple(map(_sentence, warnings)))


def pyxform_sheets(book: Workbook) -> dict[str, Any]:
    """The dictionary that ``pyxform.xls2xform.convert`` takes, without what is our own."""
    sheets: dict[str, Any] = {"sheet_names": ["survey", "choices", "settings"]}
    for name in ("survey", "choices", "settings"):
        own = OWN_SETTINGS if name == "settings" else frozenset[str]()
        header = (
            [column for column in book.sheets[name].header if column and column not in own]
            if name in book.sheets
            else []
        )
        sheets[name] = [
            {key: cell for key, cell in row.cells.items() if key not in own}
            for row in book.rows(name)
        ]
        sheets[f"{name}_header"] = [dict.fromkeys(header)]
    return sheets


def _sentence(message: str) -> Sentence:
    found = _ROW.search(message)
    text = _ROW.sub("", message).strip().replace("\n", " ")
    said = told("definition.pyxform", said=text)
    return at_row("survey", found[1], said) if found else said


def _binds(xml: str) -> dict[str, Bind]:
    root = ET.fromstring(xml)  # noqa: S314  made by pyxform a moment ago
    return {
        bind.get("nodeset", ""): Bind(
            required=_true_or(bind.get("required")),
            relevant=_clean(bind.get("relevant")),
            constraint=_clean(bind.get("constraint")),
            calculate=_clean(bind.get("calculate")),
        )
        for bind in root.iter(f"{_XFORMS}bind")
    }


def _clean(expression: str | None) -> str:
    return (expression or "").strip()


def _true_or(expression: str | None) -> str:
    text = _clean(expression)
    return "" if text == "false()" else text
