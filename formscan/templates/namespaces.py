"""XML namespaces of a definition: columns such as ``bind::fs:rule`` need one declared.

``fs`` is our own and declared here wherever a form uses it, so that nobody has to write it and
the file for the phone still holds it. Any other prefix is the author's to declare.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from formscan.errors import Sentence, told
from formscan.templates.place import at_sheet
from formscan.templates.workbook import Sheet, SheetRow, Workbook

__all__ = ["declare_own", "undeclared"]

_OWN = 'fs="https://formscan.example/xforms"'
_KNOWN = frozenset({"entities", "ev", "h", "jr", "odk", "orx", "xml", "xsd"})
"""Prefixes that pyxform declares by itself (``pyxform.utils.NSMAP``)."""
_PREFIX = re.compile(r"(?:bind|body|instance)::(\w[\w.-]*):")
_DECLARED = re.compile(r"(\w[\w.-]*)=")


def declare_own(book: Workbook) -> Workbook:
    """The definition with ``fs`` in its ``namespaces``, where a column uses it undeclared."""
    settings = book.sheets.get("settings")
    if settings is None or not settings.rows or "fs" not in _missing(book):
        return book
    first, *others = settings.rows
    spaces = " ".join(filter(None, (first.get("namespaces"), _OWN)))
    header = settings.header
    if "namespaces" not in header:
        header = (*header, "namespaces")
    rows = (SheetRow(first.number, {**first.cells, "namespaces": spaces}), *others)
    sheets: Mapping[str, Sheet] = {**book.sheets, "settings": Sheet("settings", header, rows)}
    return Workbook(book.source, dict(sheets), book.problems)


def undeclared(book: Workbook) -> Iterator[Sentence]:
    """Columns whose prefix nobody declares: phones could not read the form."""
    for prefix, column in _missing(book).items():
        yield at_sheet("survey", told("definition.prefix", column=column, prefix=prefix))


def _missing(book: Workbook) -> dict[str, str]:
    """Prefix to the first column that uses it undeclared."""
    declared = set(_KNOWN)
    for row in book.rows("settings"):
        declared.update(_DECLARED.findall(row.get("namespaces")))
    missing: dict[str, str] = {}
    for column in book.sheets["survey"].header if "survey" in book.sheets else ():
        found = _PREFIX.match(column)
        if found and found[1] not in declared:
            missing.setdefault(found[1], column)
    return missing
