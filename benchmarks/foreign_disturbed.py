"""The real sheets of OMRChecker's samples, disturbed: do the fields still say the same?

    python -m benchmarks.foreign_disturbed ../shared/data/omrchecker [--only NAME ...] [--report]

Each sheet is read as it is, then disturbed. *Agree* is the share of fields of sheets that were
not refused which read the same; *silently wrong* a reading that counts by itself (confidence
>= 0.9999) and differs from an undisturbed one that counted too.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from benchmarks.omrchecker import SHEETS, TEMPLATES
from benchmarks.tables import put_between_markers, table
from formscan.image.enumerate import enumerate_pages
from formscan.page import PageRef
from formscan.pipeline import PageSetup, read_page
from formscan.reading import PageOutcome
from formscan.settle.accept import floored, is_accepted
from formscan.templates.importers.omrchecker import import_template
from formscan.templates.model import Template

DOCS = Path(__file__).resolve().parent.parent / "docs" / "accuracy.md"
Change = Callable[[np.ndarray], np.ndarray]


def turned(degrees: float) -> Change:
    """About the middle, in a canvas that still shows all of it, edges continued."""

    def change(picture: np.ndarray) -> np.ndarray:
        height, width = picture.shape[:2]
        cos, sin = abs(np.cos(np.radians(degrees))), abs(np.sin(np.radians(degrees)))
        wide, high = round(width * cos + height * sin), round(height * cos + width * sin)
        matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, 1.0)
        matrix[:, 2] += ((wide - width) / 2, (high - height) / 2)
        return cv2.warpAffine(picture, matrix, (wide, high), borderMode=cv2.BORDER_REPLICATE)

    return change


def quarter(code: int) -> Change:
    return lambda picture: cv2.rotate(picture, code)


def half_size(picture: np.ndarray) -> np.ndarray:
    return cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)


def shifted(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    matrix = np.array([[1, 0, 0.01 * width], [0, 1, 0.01 * height]])
    return cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)


def side_shadow(picture: np.ndarray) -> np.ndarray:
    light = np.linspace(0.45, 1.0, picture.shape[1], dtype=np.float32)[None, :, None]
    return (picture * light).astype(np.uint8)


def wavy(picture: np.ndarray) -> np.ndarray:
    """0.6 % of the width, two waves over the page."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    amount = np.float32(0.006 * width)
    return cv2.remap(
        picture,
        x + amount * np.sin(4 * np.pi * y / height).astype(np.float32),
        y + amount * np.sin(4 * np.pi * x / width).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )


def noisy(picture: np.ndarray) -> np.ndarray:
    grain = np.random.default_rng(0).normal(0, 25, picture.shape)
    return (picture + grain).clip(0, 255).astype(np.uint8)


def blurred(picture: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(picture, (0, 0), 3)


def jpeg(picture: np.ndarray) -> np.ndarray:
    data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 20])[1]
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


CHANGES: dict[str, tuple[Change, str]] = {
    "+1 degree": (turned(1), "91.9 %"),
    "+3 degrees": (turned(3), "71.6 %"),
    "+8 degrees": (turned(8), "39.6 %"),
    "-5 degrees": (turned(-5), "-"),
    "90 degrees": (quarter(cv2.ROTATE_90_CLOCKWISE), "-"),
    "180 degrees": (quarter(cv2.ROTATE_180), "16.9 %"),
    "270 degrees": (quarter(cv2.ROTATE_90_COUNTERCLOCKWISE), "-"),
    "half size": (half_size, "89.3 %"),
    "shift 1 %": (shifted, "86.7 %"),
    "side shadow": (side_shadow, "87.4 %"),
    "wavy, 0.6 % of the width": (wavy, "74.0 %"),
    "noise, sigma 25": (noisy, "93.3 %"),
    "JPEG quality 20": (jpeg, "-"),
    "blur, sigma 3 px": (blurred, "71.3 %"),
}
"""Each with the share of all fields that OMRChecker still reads the same (measured apart)."""


class Sheet(NamedTuple):
    path: Path
    template: Template
    before: PageOutcome


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", help="names of disturbances")
    parser.add_argument("--report", action="store_true", help="write docs/accuracy.md")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    sheets = list(_sheets(options.folder))
    rows, silent = [], 0
    with tempfile.TemporaryDirectory() as work:
        for name in options.only or CHANGES:
            row, wrong = _measure(name, sheets, Path(work))
            print(" | ".join(row), flush=True)
            rows.append(row)
            silent += wrong
    if options.report:
        head = ["Disturbance", "Sheets read", "Refused", "Fields", "Agree, of sheets read",
                "Agree, of all", "OMRChecker, of all", "Silently wrong"]  # fmt: skip
        put_between_markers(DOCS, table(head, rows), "foreign-disturbed")
    return int(silent > 0)


def _sheets(folder: Path) -> list[Sheet]:
    """Every sheet that is read undisturbed; the blank reference is none."""
    found = []
    for name, scans in SHEETS.items():
        template = import_template(folder / name / TEMPLATES.get(name, ""))
        for ref in enumerate_pages([str(folder / name / scans)]):
            if Path(ref.path).stem in {"omr_marker", "reference"}:
                continue
            before = read_page(ref, PageSetup((template,), forced=template))
            if before.status == "ok":
                found.append(Sheet(Path(ref.path), template, before))
            else:
                print("not read undisturbed:", ref.path, before.detail)
    return found


def _measure(name: str, sheets: list[Sheet], work: Path) -> tuple[list[str], int]:
    change, theirs = CHANGES[name]
    read = fields = of_read = same = silent = 0
    for index, sheet in enumerate(sheets):
        file = work / f"{index}.png"
        cv2.imwrite(str(file), change(cv2.imread(str(sheet.path), cv2.IMREAD_COLOR)))
        ref = PageRef(str(file), 1, file.name, "")
        after = read_page(ref, PageSetup((sheet.template,), forced=sheet.template))
        fields += len(sheet.before.readings)
        if after.status != "ok":
            print(f"  {sheet.path.name}: {after.reason} {after.detail}")
            continue
        read, of_read = read + 1, of_read + len(sheet.before.readings)
        equal, wrong = _compared(sheet.before, after)
        if wrong or equal < len(after.readings):
            print(f"  {sheet.path.name}: {equal} of {len(after.readings)}, silent {wrong}")
        same, silent = same + equal, silent + wrong
    shares = [f"{100 * same / max(total, 1):.1f} %" for total in (of_read, fields)]
    row = [name, str(read), str(len(sheets) - read), str(fields), *shares, theirs, str(silent)]
    return row, silent


def _compared(before: PageOutcome, after: PageOutcome) -> tuple[int, int]:
    """(fields that read the same, fields that differ and count by themselves)."""
    now = {reading.name: reading for reading in after.readings}
    equal = silent = 0
    for was in before.readings:
        reading = now[was.name]
        if reading.raw == was.raw:
            equal += 1
        elif all(is_accepted(floored(one.confidence), "mark") for one in (was, reading)):
            silent += 1
    return equal, silent


if __name__ == "__main__":
    sys.exit(main())
