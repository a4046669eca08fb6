"""The tables that a report reads: ``fields.csv`` and ``pages.csv`` of OUT, and the truth."""

from __future__ import annotations

import csv
import functools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from formscan.errors import SettingsError

__all__ = [
    "PageRow",
    "ReadRow",
    "TruthRow",
    "load_pages",
    "load_reads",
    "load_truth",
    "load_writers",
]

_TRUTH_COLUMNS = frozenset({"scan", "frame", "field", "row", "raw", "value"})


@dataclass(frozen=True, slots=True)
class TruthRow:
    """What one printed field truly says.

    Attributes:
        row: Printed row number of a repeat, else None.
        raw: As written, "" where the field is blank.
        value: Typed value, "" where the field is blank or says something impossible.
    """

    scan: str
    frame: int
    field: str
    row: int | None
    raw: str
    value: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One line of ``fields.csv``.

    Attributes:
        box_px: x, y, width, height in the scan, pixels after EXIF orientation.
    """

    record: str
    form: str
    version: str
    page: int
    field: str
    row: int | None
    raw: str
    value: str
    confidence: float
    status: str
    reader: str
    problems: tuple[str, ...]
    scan: str
    frame: int
    box_px: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PageRow:
    """One line of ``pages.csv``; numbers are NaN where the page was not registered.

    Attributes:
        sha256: Of the scan's bytes.
        record: KEY of the record whose page it is, also where another scan of it was read.
    """

    scan: str
    frame: int
    sha256: str
    form: str
    version: str
    page: int
    serial: str
    record: str
    status: str
    reason: str
    orientation_deg: int
    skew_deg: float
    residual_mm: float
    dpi: float
    sharpness: float


def load_reads(out: Path) -> tuple[ReadRow, ...]:
    """The rows of ``OUT/fields.csv``; SettingsError where there is none."""
    return tuple(_read_row(line) for line in _lines(_of_run(out, "fields.csv")))


def load_pages(out: Path) -> tuple[PageRow, ...]:
    """The rows of ``OUT/pages.csv``; SettingsError where there is none."""
    return tuple(_page_row(line) for line in _lines(_of_run(out, "pages.csv")))


def load_truth(path: Path) -> tuple[TruthRow, ...]:
    """The rows of a ``truth.csv``; SettingsError where it is missing or lacks a column."""
    if not path.is_file():
        raise SettingsError(f"{path}: no such file; give the truth.csv that came with the scans")
    rows = []
    for number, line in enumerate(_lines(path), start=2):
        missing = _TRUTH_COLUMNS - line.keys()
        if missing:
            names = ", ".join(sorted(missing))
            raise SettingsError(
                f"{path}: no column {names}; it needs scan,frame,field,row,raw,value"
            )
        try:
            rows.append(_truth_row(line))
        except ValueError:
            message = f"{path}, line {number}: frame and row must be whole numbers"
            raise SettingsError(message) from None
    return tuple(rows)


def load_writers(truth: Path) -> dict[str, str]:
    """Scan to writer from the ``writers.csv`` beside ``truth``; empty where there is none."""
    path = truth.with_name("writers.csv")
    return {line["scan"]: line["writer"] for line in _lines(path)} if path.is_file() else {}


def _of_run(out: Path, name: str) -> Path:
    path = out / name
    if not path.is_file():
        raise SettingsError(f"{path}: no such file; run `formscan run SCANS --out {out}` first")
    return path


def _lines(path: Path) -> Iterator[dict[str, str]]:
    """The lines, equal cells being one string: a large batch has the same few over and over."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for line in csv.DictReader(stream):
            yield {name: sys.intern(cell or "") for name, cell in line.items() if name}


def _truth_row(line: dict[str, str]) -> TruthRow:
    return TruthRow(
        scan=line["scan"],
        frame=int(line["frame"] or 1),
        field=line["field"],
        row=_whole(line["row"]),
        raw=line["raw"],
        value=line["value"],
    )


def _read_row(line: dict[str, str]) -> ReadRow:
    x, y, width, height = (_number(line[name], 0.0) for name in ("x", "y", "width", "height"))
    return ReadRow(
        record=line["record"],
        form=line["form"],
        version=line["version"],
        page=_whole(line["page"]) or 0,
        field=line["field"],
        row=_whole(line["row"]),
        raw=line["raw"],
        value=line["value"],
        confidence=_number(line["confidence"], 0.0),
        status=line["status"],
        reader=line["reader"],
        problems=_words(line["problems"]),
        scan=line["scan"],
        frame=_whole(line["frame"]) or 0,
        box_px=(x, y, width, height),
    )


def _page_row(line: dict[str, str]) -> PageRow:
    return PageRow(
        scan=line["scan"],
        frame=_whole(line["frame"]) or 0,
        sha256=line["sha256"],
        form=line["form"],
        version=line["version"],
        page=_whole(line["page"]) or 0,
        serial=line["serial"],
        record=line["record"],
        status=line["status"],
        reason=line["reason"],
        orientation_deg=_whole(line["orientation_deg"]) or 0,
        skew_deg=_number(line["skew_deg"]),
        residual_mm=_number(line["residual_mm"]),
        dpi=_number(line["dpi"]),
        sharpness=_number(line["sharpness"]),
    )


@functools.lru_cache(maxsize=1024)
def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _whole(text: str) -> int | None:
    return int(text) if text else None


@functools.lru_cache(maxsize=32_768)
def _number(text: str, empty: float = float("nan")) -> float:
    return float(text) if text else empty
