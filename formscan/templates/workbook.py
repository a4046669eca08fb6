"""The sheets of a form definition as plain rows, from ``.md`` or ``.xlsx``.

pyxform reads both too, but drops sheets and columns that it does not know without a word, and
lets a spreadsheet's own ideas pass (``1/2`` is a date there). So the sheets are read here, and
handed to pyxform as a dictionary.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from formscan.errors import Sentence, TemplateError, told
from formscan.templates.place import at_row, at_sheet

__all__ = ["Sheet", "SheetRow", "Workbook", "read_workbook"]

Tables = dict[str, list[list[str]]]
"""Sheet name in small letters to its rows, the header first."""

_PIPE = re.compile(r"(?<!\\)\|")
_RULER = re.compile(r":?-+:?")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML, and so an XLSForm, cannot hold."""
_MAX_BYTES = 8 * 1024 * 1024
_MAX_UNPACKED = 8 * _MAX_BYTES
_MAX_ROWS = {"survey": 1000, "choices": 5000, "paper": 1000}
_MAX_OTHER_ROWS = 200
_MAX_COLUMNS = 100
_MAX_CELL = 8000


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row below the header.

    Attributes:
        number: As a spreadsheet counts: the header is row 1.
        cells: Column name to text; empty cells are left out.
    """

    number: int
    cells: dict[str, str]

    def get(self, *columns: str) -> str:
        """The first cell of ``columns`` that holds something, else ""."""
        return next((self.cells[name] for name in columns if self.cells.get(name)), "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet."""

    name: str
    header: tuple[str, ...]
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True, slots=True)
class Workbook:
    """All sheets of a definition, and what was wrong with the file itself."""

    source: str
    sheets: dict[str, Sheet]
    problems: tuple[Sentence, ...]

    def rows(self, name: str) -> tuple[SheetRow, ...]:
        """The rows of a sheet, () where there is none."""
        return self.sheets[name].rows if name in self.sheets else ()


def read_workbook(path: Path) -> Workbook:
    """Read a definition.

    Raises:
        TemplateError: The file is missing, too large, or neither Markdown nor XLSX. Sizes are
            judged before anything else: what comes later takes time by the square of them.
    """
    if not path.is_file():
        raise TemplateError(str(path), (told("definition.file_missing"),))
    if path.stat().st_size > _MAX_BYTES:
        raise TemplateError(str(path), (told("definition.file_large"),))
    suffix = path.suffix.lower()
    if suffix not in (".md", ".xlsx"):
        given = suffix or told("definition.file_no_suffix")
        raise TemplateError(str(path), (told("definition.file_kind", suffix=given),))
    problems: list[Sentence] = []
    tables = (_read_markdown if suffix == ".md" else _read_xlsx)(path, problems)
    too_much = [what for name, table in tables.items() for what in _too_much(name, table)]
    if too_much:
        raise TemplateError(str(path), tuple(too_much))
    return _workbook(path, tables, problems)


def _too_much(name: str, table: Sequence[Sequence[str]]) -> Iterator[Sentence]:
    most = _MAX_ROWS.get(name, _MAX_OTHER_ROWS)
    if len(table) > most + 1:
        yield at_sheet(name, told("definition.many_rows", most=most))
    for number, cells in enumerate(table[: most + 1], 1):
        if len(cells) > _MAX_COLUMNS:
            yield at_row(name, number, told("definition.many_columns", most=_MAX_COLUMNS))
        longest = max(map(len, cells), default=0)
        if longest > _MAX_CELL:
            said = told("definition.long_cell", length=longest, most=_MAX_CELL)
            yield at_row(name, number, said)
        if found := _NO_TEXT.search("".join(cells)):
            said = told("definition.no_text", code=f"U+{ord(found[0]):04X}")
            yield at_row(name, number, said)


def _read_markdown(path: Path, problems: list[Sentence]) -> Tables:
    tables: Tables = {}
    current = ""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        problem = told("definition.file_not_utf8", byte=error.start)
        raise TemplateError(str(path), (problem,)) from error
    for line_number, line in enumerate(lines, 1):
        if not line.lstrip().startswith("|"):
            continue
        cells = [_unescape(cell) for cell in _PIPE.split(line.strip().removeprefix("|"))]
        if cells and not cells[-1]:
            cells.pop()
        if cells and all(_RULER.fullmatch(cell) for cell in cells if cell) and any(cells):
            if cells[0] and line.strip().startswith("| "):
                text = line.strip()[:20]
                problems.append(told("definition.ruler", line=line_number, text=text))
            continue
        if cells and cells[0]:
            current = cells[0]
            if current.lower() in tables:
                problems.append(told("definition.sheet_twice", line=line_number, name=current))
            tables.setdefault(current.lower(), [])
        elif any(cells):
            tables.setdefault(current.lower(), []).append(cells[1:])
    return tables


def _unescape(cell: str) -> str:
    return cell.strip().replace("\\|", "|")


def _read_xlsx(path: Path, problems: list[Sentence]) -> Tables:
    try:
        with ZipFile(path) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked <= _MAX_UNPACKED:
            return _sheets_of(path, problems)
    except Exception as error:  # whatever a damaged or hostile archive makes zip and XML raise
        raise TemplateError(str(path), (told("definition.file_not_xlsx", why=error),)) from error
    raise TemplateError(str(path), (told("definition.file_unpacked", megabytes=unpacked >> 20),))


def _sheets_of(path: Path, problems: list[Sentence]) -> Tables:
    import openpyxl

    tables: Tables = {}
    with closing(openpyxl.load_workbook(path, read_only=True, data_only=True)) as book:
        for sheet in book.worksheets:
            rows: list[list[str]] = []
            most = _MAX_ROWS.get(sheet.title.lower(), _MAX_OTHER_ROWS) + 2
            cells = sheet.iter_rows(max_row=most, max_col=_MAX_COLUMNS + 1, values_only=True)
            for row_number, values in enumerate(cells, 1):
                rows.append(
                    [_text(v, sheet.title, row_number, c, problems) for c, v in enumerate(values)]
                )
            while rows and not any(rows[-1]):
                rows.pop()
            width = max((at for row in rows for at, cell in enumerate(row, 1) if cell), default=0)
            tables[sheet.title.lower()] = [row[:width] for row in rows]
    return tables


def _text(value: Any, sheet: str, row: int, column: int, problems: list[Sentence]) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.date | dt.time):
        from openpyxl.utils import get_column_letter

        made = told("definition.spreadsheet_date")
        problems.append(at_row(sheet, row, made, f" ({get_column_letter(column + 1)}{row})"))
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("\N{NO-BREAK SPACE}", " ").strip()


def _workbook(path: Path, tables: Tables, problems: list[Sentence]) -> Workbook:
    sheets: dict[str, Sheet] = {}
    for name, table in tables.items():
        header = tuple(re.sub(" +", " ", cell) for cell in table[0]) if table else ()
        twice = sorted({c for c in header if c and header.count(c) > 1})
        problems += [at_sheet(name, told("definition.column_twice", column=c)) for c in twice]
        rows = []
        for number, cells in enumerate(table[1:], 2):
            if any(cells[len(header) :]):
                said = told("definition.many_cells", cells=len(cells), columns=len(header))
                problems.append(at_row(name, number, said))
            filled = {key: cell for key, cell in zip(header, cells, strict=False) if key and cell}
            rows.append(SheetRow(number, filled))
        while rows and not rows[-1].cells:
            rows.pop()
        sheets[name] = Sheet(name, header, tuple(rows))
    return Workbook(str(path), sheets, tuple(problems))
