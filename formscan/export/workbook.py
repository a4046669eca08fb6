"""``<form>.xlsx``: the CSVs as text cells, and what waits of the form; the file that clerks open.

A spreadsheet turns the identity numbers of a CSV into 6,40E+15; here every cell is text.
"""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from formscan.errors import StoreError, told
from formscan.export.columns import repeats
from formscan.export.files import put_in_place
from formscan.templates.model import Template

__all__ = ["write_workbook"]

_REVIEW = "review"
_ROWS = 1_048_576
_NAME = 31
_FORBIDDEN = str.maketrans("[]:*?/\\", "_______")
_MADE = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - no clock in outputs


def write_workbook(
    directory: Path, template: Template, put: Mapping[Path, Path]
) -> tuple[Path, Path]:
    """Write ``<form>.xlsx``: a sheet for the records, one per repeat, and ``review``.

    ``review`` has the lines of ``review.csv`` about records of the form, and about pages that
    became part of no record.

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
    sources = {by_name.name: got for by_name, got in put.items()}
    records = sources[f"{form}.csv"]
    book = xlsxwriter.Workbook(str(partial), {"constant_memory": True})
    book.set_properties({"created": _MADE})
    _fill(book, form, _rows(records))
    for repeat in repeats(template):
        _fill(book, repeat, _rows(sources[f"{form}-{repeat}.csv"]))
    _fill(book, _REVIEW, _waiting(sources[f"{_REVIEW}.csv"], records))
    try:
        book.close()
    except (OSError, FileCreateError) as error:
        raise StoreError(told("store.no_file", file=path, why=error)) from error
    return path, put_in_place(partial, path)


def _rows(source: Path) -> Iterator[list[str]]:
    with source.open(encoding="utf-8", newline="") as stream:
        yield from csv.reader(stream)


def _waiting(review: Path, records: Path) -> Iterator[list[str]]:
    """The head of ``review.csv``, and its lines about these records or about none."""
    lines = _rows(review)
    yield next(lines)
    keys = {"", *(row[0] for row in _rows(records))}
    yield from (line for line in lines if line[0] in keys)


def _fill(book: Any, name: str, rows: Iterable[Sequence[str]]) -> None:
    sheet = book.add_worksheet(_free_name(name, book))
    sheet.freeze_panes(1, 1)
    head = book.add_format({"bold": True})
    for number, row in enumerate(itertools.islice(rows, _ROWS)):
        for column, cell in enumerate(row):
            if cell:
                sheet.write_string(number, column, cell, None if number else head)


def _free_name(name: str, book: Any) -> str:
    """A name that a sheet may have, and that no other sheet of the workbook has."""
    taken = {sheet.get_name().casefold() for sheet in book.worksheets()}
    wanted = name.translate(_FORBIDDEN)[:_NAME]
    numbered = (f"{wanted[: _NAME - 3]}~{number}" for number in range(2, 100))
    return next(one for one in (wanted, *numbered) if one.casefold() not in taken)
