"""How well pages are found and aligned, with exact truth (``make bench-registration``).

    python -m benchmarks.registration [-n 18] [--only NAME ...] [--work FOLDER] [--report]

A page is *right* when it is not refused and every field that is not sent to review lies within
1 mm of the truth, *refused* when identification or registration says so, *wrong* otherwise,
and when it is taken for another form, page or serial. Errors are distances on the sheet, mm.

Resumable: each page is a line of ``pages.csv`` in ``--work``; what stands there is not done again.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import csv
import sys
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import pypdfium2 as pdfium

from benchmarks.disturbances import DISTURBANCES
from benchmarks.registration_report import write_report
from benchmarks.scenes import Scene, take, write_on
from formscan.errors import PageError
from formscan.geometry import Points
from formscan.image.identify import identify
from formscan.image.pixels import from_array
from formscan.image.register import register
from formscan.page import Page, PageRef, RegisteredPage
from formscan.simulate.bend import ScanMap
from formscan.templates.draw import draw_pages
from formscan.templates.load import load_template
from formscan.templates.model import PageLayout, Template
from formscan.templates.payload import PageCode

WRONG_MM = 1.0
SERIAL, PRINT_RUN = "00012345", "ABC123"
COLUMNS = (
    "disturbance", "strength", "seed", "page", "verdict", "reason", "detail", "median_mm",
    "p95_mm", "max_mm", "corner_mm", "in_review", "residual_mm", "sharpness", "identify_ms",
    "register_ms",
)  # fmt: skip


class Sheet(NamedTuple):
    """A printed page type and its flat 300 dpi BGR picture."""

    layout: PageLayout
    flat: np.ndarray


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("-n", type=int, default=18, help="pages per disturbance and strength")
    parser.add_argument("--only", nargs="*", help="names of disturbances")
    parser.add_argument("--form", default="fk23")
    parser.add_argument("--work", type=Path, default=Path("out/registration"))
    parser.add_argument("--report", action="store_true", help="write docs/accuracy.md and plot")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    options.work.mkdir(parents=True, exist_ok=True)
    rows = measure(options.work / "pages.csv", options.form, options.n, options.only)
    wrong = [row for row in rows if row["verdict"] == "wrong"]
    for row in wrong:
        print("wrong:", {key: value for key, value in row.items() if value})
    print(write_report(rows, options.report))
    return 1 if wrong else 0


def measure(
    file: Path, form: str, count: int, only: Sequence[str] | None = None
) -> list[dict[str, str]]:
    """All pages asked for, from the file or made and judged now."""
    template = load_template(form)
    sheets = flat_pages(template)
    done = _done(file)
    fresh = not file.exists()
    asked = [
        (name, strength, seed)
        for seed in range(count)
        for name in only or DISTURBANCES
        for strength in range(3)
    ]
    with file.open("a", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        if fresh:
            writer.writeheader()
        for key in asked:
            if key not in done:
                row = judge(*key, template, sheets)
                writer.writerow(row)
                stream.flush()
                done[key] = {name: str(row.get(name, "")) for name in COLUMNS}
    return [done[key] for key in asked]


def _done(file: Path) -> dict[tuple[str, int, int], dict[str, str]]:
    if not file.exists():
        return {}
    with file.open(newline="", encoding="utf-8") as stream:
        return {
            (row["disturbance"], int(row["strength"]), int(row["seed"])): row
            for row in csv.DictReader(stream)
        }


def flat_pages(template: Template) -> list[Sheet]:
    """The two main pages."""
    codes = [PageCode(template.form, template.version, n, SERIAL, PRINT_RUN) for n in (1, 2)]
    document = pdfium.PdfDocument(draw_pages(template, codes))
    found = []
    for index, code in enumerate(codes):
        flat = document[index].render(scale=300 / 72).to_numpy()[:, :, :3].copy()
        found.append(Sheet(template.layout(code.page), flat))
    document.close()
    return found


def picture_of(
    name: str, strength: int, seed: int, sheets: Sequence[Sheet]
) -> tuple[np.ndarray, ScanMap, PageLayout]:
    """The disturbed picture, where it shows each millimetre, and which page it is of."""
    rng = np.random.default_rng([seed, strength, zlib.crc32(name.encode())])
    layout, flat = sheets[seed % len(sheets)]
    scene = Scene(rng, layout, sheets[(seed + 1) % len(sheets)].flat)
    DISTURBANCES[name].steps[strength](scene)
    picture, truth = take(write_on(flat, layout, rng), scene)
    return picture, truth, layout


def page_of(picture: np.ndarray) -> Page:
    pixels = from_array(np.ascontiguousarray(picture), None)
    return Page(PageRef("x", 1, "x", ""), pixels.gray, pixels.bgr)


def judge(
    name: str, strength: int, seed: int, template: Template, sheets: Sequence[Sheet]
) -> dict[str, Any]:
    """Make one page, register it, and hold it against the truth."""
    picture, truth, layout = picture_of(name, strength, seed, sheets)
    page = page_of(picture)
    result: dict[str, Any] = {"disturbance": name, "strength": strength, "seed": seed}
    result["page"] = layout.page
    start = time.perf_counter()
    try:
        sighting = identify(page, [template])
        middle = time.perf_counter()
        registered = register(page, sighting)
    except PageError as error:
        return result | {"verdict": "refused", "reason": error.reason, "detail": error.detail}
    end = time.perf_counter()
    told = sighting.identity
    known = (told.page, told.serial, told.print_run) == (layout.page, SERIAL, PRINT_RUN)
    return (
        result
        | _errors(registered, truth, known and DISTURBANCES[name].expected != "refused")
        | {
            "residual_mm": round(registered.residual_mm, 4),
            "sharpness": round(registered.sharpness, 3),
            "identify_ms": round(1000 * (middle - start), 1),
            "register_ms": round(1000 * (end - middle), 1),
        }
    )


def _errors(registered: RegisteredPage, truth: ScanMap, known: bool) -> dict[str, Any]:
    layout = registered.layout
    boxes = [field.box for field in layout.fields]
    by_field = _off_mm(registered, truth, np.concatenate([box.corners() for box in boxes]))
    by_field = by_field.reshape(-1, 4)
    review = np.array([registered.is_doubtful(box) for box in boxes])
    sheet = np.array([(0.0, 0.0), (1, 0), (1, 1), (0, 1)]) * (layout.width_mm, layout.height_mm)
    unseen = by_field[~review].max(initial=0.0)
    return {
        "verdict": "right" if known and unseen <= WRONG_MM else "wrong",
        "median_mm": round(float(np.median(by_field)), 4),
        "p95_mm": round(float(np.percentile(by_field, 95)), 4),
        "max_mm": round(float(by_field.max()), 4),
        "corner_mm": round(float(_off_mm(registered, truth, sheet).max()), 4),
        "in_review": int(review.sum()),
    }


def _off_mm(registered: RegisteredPage, truth: ScanMap, points_mm: Points) -> Points:
    back = registered.px_from_mm.inverse(truth(points_mm))
    return np.asarray(np.linalg.norm(back - points_mm, axis=1), np.float64)


if __name__ == "__main__":
    sys.exit(main())
