from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from formscan.geometry import BoxMm
from formscan.templates.model import Field, MarkBox, PageLayout, Template

FIELD_COLUMNS = (
    *("record", "form", "version", "page", "field", "row", "raw", "value", "confidence"),
    *("status", "reader", "problems", "scan", "frame", "x", "y", "width", "height"),
)
PAGE_COLUMNS = (
    *("scan", "frame", "sha256", "form", "version", "page", "serial", "record", "status"),
    *("reason", "orientation_deg", "skew_deg", "residual_mm", "dpi", "sharpness"),
)
TRUTH_COLUMNS = ("scan", "frame", "field", "row", "raw", "value")


@dataclass(frozen=True)
class Written:
    """One field: what it says and what a run made of it."""

    field: str
    raw: str
    value: str
    row: int | None = None
    read_raw: str | None = None
    read_value: str | None = None
    confidence: float = 0.9995
    status: str = ""
    problems: str = ""
    reader: str = "comb-1"

    def but(self, **changes: object) -> Written:
        return replace(self, **changes)


@dataclass(frozen=True)
class Run:
    """A run's folder and its truth, written to disk."""

    out: Path
    truth: Path


def box(index: int) -> BoxMm:
    return BoxMm(x=10 + 12 * index, y=10, width=10, height=6)


@pytest.fixture(scope="session")
def template() -> Template:
    fields = (
        Field(name="no_kk", kind="comb", box=box(0), cells=(box(0),), error_kind="id"),
        Field(name="nik", row=1, repeat="a", kind="comb", box=box(1), error_kind="id"),
        Field(name="nama", row=1, repeat="a", kind="comb", box=box(2), error_kind="name"),
        Field(name="agama", row=1, repeat="a", kind="comb", box=box(3), error_kind="code"),
        Field(name="lahir", row=1, repeat="a", kind="comb", box=box(4), error_kind="date"),
        Field(
            name="jkn",
            kind="mark_group",
            box=box(5),
            marks=(MarkBox(value="1", box=box(5)),),
            error_kind="mark",
            empty_value="-",
        ),
        Field(name="ttd", kind="signature", box=box(6), value_type="image"),
    )
    return Template(
        form="mini",
        version="1",
        pages=(PageLayout(page=1, width_mm=210, height_mm=297, fields=fields),),
    )


def family(number: int) -> list[Written]:
    """One page, rightly read."""
    kk = f"32730101{number:08d}"
    return [
        Written("no_kk", kk, kk),
        Written("nik", kk[::-1], kk[::-1], row=1),
        Written("nama", "SITI AMINAH", "SITI AMINAH", row=1, confidence=0.996),
        Written("agama", "1", "1", row=1),
        Written("lahir", "17081990", "1990-08-17", row=1),
        Written("jkn", "1", "1", reader="mark-1", confidence=0.99995),
        Written("ttd", "1", "", reader="picture-1", confidence=0.0),
    ]


def write_run(
    folder: Path,
    pages: Sequence[Sequence[Written]],
    *,
    writers: Sequence[str] = (),
    rejected: Iterable[int] = (),
    run_prefix: str = "batch/scans",
) -> Run:
    """fields.csv, pages.csv, truth.csv (and writers.csv); page i is ``scans/{i:04d}.jpg``."""
    out, rejected = folder / "out", set(rejected)
    out.mkdir(parents=True)
    truth, reads, page_rows = [], [], []
    for index, written in enumerate(pages):
        name, record = f"{index:04d}.jpg", f"uuid:{index:04d}"
        here = {"scan": f"{run_prefix}/{name}", "frame": 1, "record": record, "page": 1}
        here |= {"form": "mini", "version": "1"}
        bad = index in rejected
        state = {"status": "rejected", "reason": "anchors_not_found"} if bad else {"status": "ok"}
        place = {} if bad else {"residual_mm": "0.1", "dpi": "300", "sharpness": "0.8"}
        page_rows.append({**here, "sha256": f"{index:064x}", **state, **place})
        for order, item in enumerate(written):
            truth.append((f"scans/{name}", 1, item.field, item.row or "", item.raw, item.value))
            if index not in rejected:
                reads.append({**here, **_read(item), "x": 10 + 60 * order, "y": 20})
    _write(out / "fields.csv", FIELD_COLUMNS, reads)
    _write(out / "pages.csv", PAGE_COLUMNS, page_rows)
    truth_path = folder / "truth.csv"
    _write(truth_path, TRUTH_COLUMNS, [dict(zip(TRUTH_COLUMNS, row, strict=True)) for row in truth])
    if writers:
        rows = [{"scan": f"scans/{i:04d}.jpg", "writer": w} for i, w in enumerate(writers)]
        _write(folder / "writers.csv", ("scan", "writer"), rows)
    return Run(out, truth_path)


def _read(item: Written) -> dict[str, object]:
    raw = item.raw if item.read_raw is None else item.read_raw
    value = item.value if item.read_value is None else item.read_value
    status = item.status or ("image" if item.field == "ttd" else "accepted" if raw else "blank")
    return {
        "field": item.field,
        "row": item.row or "",
        "raw": raw,
        "value": value,
        "confidence": f"{item.confidence:.4f}",
        "status": status,
        "reader": item.reader,
        "problems": item.problems,
        "width": 50,
        "height": 24,
    }


def _write(path: Path, columns: Sequence[str], rows: Iterable[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="session")
def rows() -> SimpleNamespace:
    """The makers of this file (tests are no package, so they cannot import it)."""
    return SimpleNamespace(family=family, write_run=write_run, Written=Written)
