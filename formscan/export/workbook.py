"""``<form>.xlsx``: the CSVs as text cells, the file that clerks open.

A spreadsheet turns the identity numbers of a CSV into 6,40E+15; here every cell is text.
"""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from formscan.errors import StoreError, told
from formscan.export.columns import repeats
from formscan.export.files import put_in_place
from formscan.templates.model import Template

__all__ = ["write_workbook"]

_ROWS = 1_048_576
_NAME = 31
_FORBIDDEN = str.maketrans("[]:*?/\\", "_______")
_MADE = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - no clock in outputs


def write_workbook(
    directory: Path, template: Template, put: Mapping[Path, Path]
) -> tuple[Path, Path]:
    """Write ``<form>.xlsx`` with one sheet for the records and one per repeat.

    Args:
        directory: Where it goes.
        template: Of the form.
        put: Where the CSV files that it shows really lie, by the name that they should have.

    Returns:
        The name that the workbook should have, and the one that it got.
    """
    form = template.form
    path = directory / f"{form}.xlsx"
    partial = path.with_name(f".{path.name}.part")
    names = {form: f"{form}.csv"}
    names |= {repeat: f"{form}-{repeat}.csv" for repeat in repeats(template)}
    sources = {by_name.name: got for by_name, got in put.items()}
    book = xlsxwriter.Workbook(str(partial), {"constant_memory": True})
    book.set_properties({"created": _MADE})
    for sheet, name in names.items():
        _fill(book, sheet, sources[name])
    try:
        book.close()
    except (OSError, FileCreateError) as error:
        raise StoreError(told("store.no_file", file=path, why=error)) from error
    return path, put_in_place(partial, path)


def _fill(book: Any, name: str, source: Path) -> None:
    sheet = book.add_worksheet(name.translate(_FORBIDDEN)[:_NAME])
    sheet.freeze_panes(1, 1)
    head = book.add_format({"bold": True})
    with source.open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(itertools.islice(csv.reader(stream), _ROWS)):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, column, cell, None if number else head)
