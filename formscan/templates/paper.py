"""The ``paper`` sheet: which question stands where, in how many boxes, for which characters.

Rows are of four sorts: a *block* (name of a group or repeat), a *question* of the survey, a
*paper-only* field (a name that the survey does not know, with ``boxes`` or ``chars``), and a
*print* row (name begins with ``@``) that puts text on the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from formscan.errors import Sentence, told
from formscan.templates.model import BarcodeFormat
from formscan.templates.place import at_row, near
from formscan.templates.question import Question
from formscan.templates.tags import TAG_MAX_PAGES
from formscan.templates.workbook import SheetRow, Workbook

__all__ = ["AREAS", "BARCODES", "CHARS", "COLUMNS", "PRINT_ROWS", "PaperRow", "read_paper"]

COLUMNS = (
    "name", "page", "line", "boxes", "chars", "short", "col", "w_mm", "h_mm", "x_mm", "y_mm",
    "rows", "same_as",
)  # fmt: skip

CHARS: dict[str, str] = {
    "angka": "digits",
    "huruf": "letters",
    "alnum": "alnum",
    "nama": "name",
    "tulisan": "text_line",
    "cetak": "printed",
    "ttd": "signature",
    "gambar": "image",
}
"""What ``chars`` may say → alphabet of a comb, or kind of a free area."""

BARCODES: dict[str, tuple[BarcodeFormat, ...]] = {
    "code128": ("Code128",),
    "itf": ("ITF",),
    "ean": ("EAN13", "EAN8"),
    "datamatrix": ("DataMatrix",),
    "qr": ("QRCode",),
}
"""What else ``chars`` may say, several joined by ``+``: the barcodes that the area takes."""

AREAS: dict[str, frozenset[str]] = {
    "text_line": frozenset({"text", "select_one"}),
    "printed": frozenset({"text", "integer", "select_one"}),
    "barcode": frozenset({"text", "barcode"}),
    "signature": frozenset({"image", "text"}),
    "image": frozenset({"image", "text"}),
}
"""Kind of a free area → types of the questions that may be answered there."""

PRINT_ROWS = (
    "@title", "@subtitle", "@notice", "@rule", "@example", "@block", "@hint", "@codes", "@footer",
)  # fmt: skip

_BARCODE_MM = 14.0
"""Height of an area for barcodes that says none."""

_MOST_BOXES = 60
_MOST_ROWS = 100
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_BOXES = re.compile(r"[1-9]\d?(\+[1-9]\d?)*")
_ROWS = re.compile(r"(\d{1,6})-(\d{1,6})")
_COLS: dict[str, Literal["left", "right"]] = {
    "kiri": "left", "left": "left", "kanan": "right", "right": "right",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One row of the paper sheet.

    Attributes:
        number: Row of the sheet.
        sort: What the row puts on paper.
        page: Page type.
        line: Rows of a block with the same line stand side by side.
        groups: Boxes as printed, e.g. (6, 6, 4).
        chars: Alphabet or kind, see ``CHARS``, or ``barcode``; "" leaves it to the question.
        formats: The barcodes that the area takes.
        short: Label on paper, or the text of a print row.
        col: Column of the page in which a block stands.
        rows: (first, last) rows of a repeat on this page.
        same_as: Fields that say the same in part.
        x_mm: Override of the flow; so are ``y_mm``, ``w_mm`` and ``h_mm``.
    """

    number: int
    name: str
    sort: Literal["block", "repeat", "question", "paper_only", "print"]
    page: int
    line: str = ""
    groups: tuple[int, ...] = ()
    chars: str = ""
    formats: tuple[BarcodeFormat, ...] = ()
    short: str = ""
    col: Literal["", "left", "right"] = ""
    rows: tuple[int, int] | None = None
    same_as: tuple[str, ...] = ()
    w_mm: float | None = None
    h_mm: float | None = None
    x_mm: float | None = None
    y_mm: float | None = None


def read_paper(
    book: Workbook, questions: Sequence[Question]
) -> tuple[tuple[PaperRow, ...], list[Sentence]]:
    """The rows, and every cell that cannot be understood; see also ``paper_checks``."""
    known = {question.name: question for question in questions}
    rows: list[PaperRow] = []
    problems: list[Sentence] = []
    page = 1
    for row in book.rows("paper"):
        if not row.cells:
            continue
        said: list[Sentence] = []
        paper = _row(row, known, page, said)
        page = paper.page
        detail = f" ({paper.name or '?'})"
        problems += (at_row("paper", row.number, one, detail) for one in said)
        rows.append(paper)
    return tuple(rows), problems


def _row(row: SheetRow, known: Mapping[str, Question], page: int, said: list[Sentence]) -> PaperRow:
    name = row.get("name")
    chars, formats = _chars(row, said)
    col = row.get("col")
    if col and col not in _COLS:
        said.append(told("definition.paper_col", given=col))
    return PaperRow(
        number=row.number,
        name=name,
        sort=_sort(row, known, said),
        page=_page(row.get("page"), page, said),
        line=row.get("line"),
        groups=_groups(row.get("boxes"), said),
        chars=chars,
        formats=formats,
        short=row.get("short"),
        col=_COLS.get(col, ""),
        rows=_repeat_rows(row.get("rows"), said),
        same_as=tuple(row.get("same_as").split()),
        w_mm=_mm(row, "w_mm", said),
        h_mm=_mm(row, "h_mm", said) or (_BARCODE_MM if formats else None),
        x_mm=_mm(row, "x_mm", said),
        y_mm=_mm(row, "y_mm", said),
    )


def _chars(row: SheetRow, said: list[Sentence]) -> tuple[str, tuple[BarcodeFormat, ...]]:
    """Alphabet or kind of area, and the barcodes that may stand there."""
    chars = row.get("chars")
    parts = chars.split("+")
    if chars and all(part in BARCODES for part in parts):
        found = "barcode", tuple(dict.fromkeys(f for part in parts for f in BARCODES[part]))
    else:
        if chars and chars not in CHARS:
            names = ", ".join((*CHARS, *BARCODES))
            said.append(told("definition.paper_chars", given=chars, names=names))
        found = CHARS.get(chars, ""), ()
    if found[0] in AREAS and row.get("boxes"):
        said.append(told("definition.paper_free", given=chars))
    return found


def _sort(
    row: SheetRow, known: Mapping[str, Question], said: list[Sentence]
) -> Literal["block", "repeat", "question", "paper_only", "print"]:
    name = row.get("name")
    if name.startswith("@"):
        if name not in PRINT_ROWS:
            said.append(told("definition.paper_print", names=", ".join(PRINT_ROWS)))
        return "print"
    if name in known:
        kind = known[name].type
        return "block" if kind == "group" else "repeat" if kind == "repeat" else "question"
    if not _NAME.fullmatch(name):
        said.append(told("definition.paper_name"))
    elif not row.get("short") or not (row.get("boxes") or row.get("chars")):
        said.append(told("definition.paper_only", near=near(name, known)))
    return "paper_only"


def _page(text: str, before: int, said: list[Sentence]) -> int:
    if not text:
        return before
    if not text.isdecimal() or not 1 <= int(text) <= TAG_MAX_PAGES:
        said.append(told("definition.paper_page", given=text, most=TAG_MAX_PAGES))
        return before
    return int(text)


def _groups(text: str, said: list[Sentence]) -> tuple[int, ...]:
    if not text or text.lower().startswith("x"):
        return ()
    if not _BOXES.fullmatch(text):
        said.append(told("definition.paper_boxes", given=text))
        return ()
    groups = tuple(int(part) for part in text.split("+"))
    if sum(groups) > _MOST_BOXES:
        said.append(told("definition.paper_many_boxes", number=sum(groups), most=_MOST_BOXES))
        return ()
    return groups


def _repeat_rows(text: str, said: list[Sentence]) -> tuple[int, int] | None:
    if not text:
        return None
    found = _ROWS.fullmatch(text)
    if not found or int(found[1]) < 1 or int(found[2]) < int(found[1]):
        said.append(told("definition.paper_rows", given=text))
        return None
    if int(found[2]) - int(found[1]) >= _MOST_ROWS or int(found[2]) > 999:
        said.append(told("definition.paper_many_rows", given=text, most=_MOST_ROWS))
        return None
    return int(found[1]), int(found[2])


def _mm(row: SheetRow, column: str, said: list[Sentence]) -> float | None:
    text = row.get(column)
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 500:
        said.append(told("definition.paper_mm", column=column, given=text))
        return None
    return value
