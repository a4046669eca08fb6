"""Print runs: which serials were printed when, for where, and with which random run.

Every ``form print`` draws a new run of six base32 characters, so that two computers that both
start at serial 1 never print the same identity. The ledger is a text file, one JSON object a
line, only appended.
"""

from __future__ import annotations

import dataclasses
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import platformdirs

from formscan.errors import StoreError, told
from formscan.templates.model import PageLayout, Template
from formscan.templates.payload import BASE32, PageCode

__all__ = [
    "SERIALS",
    "PrintRun",
    "append_run",
    "ledger_path",
    "new_print_run",
    "next_serial",
    "read_ledger",
    "run_codes",
    "sheets_of",
]

SERIALS = 100_000_000
"""Serials have eight digits."""

_RUN_LENGTH = 6


@dataclass(frozen=True, slots=True)
class PrintRun:
    """One call of ``form print``.

    Attributes:
        sheets: Sheets of paper per serial.
        area: Region code, "" where none was given.
        printed_at: ISO time with zone.
    """

    print_run: str
    form: str
    version: str
    template_sha256: str
    first: str
    last: str
    sheets: int
    area: str
    printed_at: str


def ledger_path() -> Path:
    """Where this computer keeps its print ledger."""
    return platformdirs.user_data_path("formscan", appauthor=False) / "print-runs.jsonl"


def new_print_run() -> str:
    """Six characters of Crockford's base32 from the system's random source."""
    return "".join(secrets.choice(BASE32) for _ in range(_RUN_LENGTH))


def read_ledger(path: Path) -> tuple[PrintRun, ...]:
    """Every run in the ledger; lines that are not one are skipped.

    Raises:
        StoreError: The file is there and cannot be read.
    """
    if not path.exists():
        return ()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(told("form.ledger_unreadable", file=path, why=error)) from error
    return tuple(run for line in lines if (run := _parse(line)) is not None)


def append_run(path: Path, run: PrintRun) -> None:
    """Add a run.

    Raises:
        StoreError: The folder cannot be written.
    """
    line = json.dumps(dataclasses.asdict(run), ensure_ascii=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(f"{line}\n")
    except OSError as error:
        raise StoreError(told("store.no_file", file=path, why=error)) from error


def next_serial(ledger: tuple[PrintRun, ...], form: str) -> int:
    """The serial after the highest that this computer printed of ``form``; 1 at first."""
    return max((int(run.last) for run in ledger if run.form == form), default=0) + 1


def sheets_of(template: Template) -> list[list[PageLayout]]:
    """The page types by sheet of paper, front and back: first the main pages."""
    pages = [
        *(page for page in template.pages if not page.continuation),
        *(page for page in template.pages if page.continuation),
    ]
    main = sum(not page.continuation for page in template.pages)
    starts = [*range(0, main, 2), *range(main, len(pages), 2)]
    return [pages[at : min(at + 2, main) if at < main else at + 2] for at in starts]


def run_codes(
    template: Template, print_run: str, first: int, copies: int, sheets: int
) -> list[list[PageCode]]:
    """The codes of every sheet of paper, front and back, serial by serial, in printing order.

    Args:
        template: The form.
        print_run: See ``new_print_run``.
        first: First serial.
        copies: How many serials.
        sheets: Sheets of paper per serial; the main pages come always.
    """
    every = sheets_of(template)
    fewest = sum(not sheet[0].continuation for sheet in every)
    return [
        [
            PageCode(template.form, template.version, p.page, f"{serial:08d}", print_run)
            for p in sheet
        ]
        for serial in range(first, first + copies)
        for sheet in every[: max(sheets, fewest)]
    ]


def now() -> str:
    """Local time with its zone, for the ledger."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _parse(line: str) -> PrintRun | None:
    try:
        found = json.loads(line)
        return PrintRun(**found)
    except (json.JSONDecodeError, TypeError):
        return None
