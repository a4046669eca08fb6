"""How well pages are found and aligned: FK23 pages, every disturbance, exact truth.

    python benchmarks/disturbances.py [-n 8] [--only NAME ...] [--csv FILE]

A page is *right* when every field lies within 1 mm of the truth, *refused* when identification
or registration says so, and *silently wrong* otherwise. Errors are distances in mm between
where a field's corners are and where the transform puts them.
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
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
from scenes import DISTURBANCES, Scene, take, write_on

from formscan.errors import PageError
from formscan.image.identify import identify
from formscan.image.register import register
from formscan.page import Page, PageRef
from formscan.templates.draw import draw_pages
from formscan.templates.load import load_template
from formscan.templates.model import PageLayout, Template
from formscan.templates.payload import PageCode

WRONG_MM = 1.0
HEAD = (
    f"{'disturbance':16} right refused wrong  median    p95    max mm resid sharp  ident  regist ms"
)


def flat_pages(template: Template) -> list[tuple[PageLayout, np.ndarray]]:
    """(layout, flat 300 dpi BGR) of the two main pages."""
    codes = [PageCode(template.form, template.version, n, "00012345", "ABC123") for n in (1, 2)]
    document = pdfium.PdfDocument(draw_pages(template, codes))
    found = []
    for index, code in enumerate(codes):
        flat = document[index].render(scale=300 / 72).to_numpy()[:, :, :3].copy()
        found.append((template.layout(code.page), flat))
    document.close()
    return found


def page_of(picture: np.ndarray) -> Page:
    ref = PageRef("x", 1, "x", "")
    if picture.ndim == 2:
        return Page(ref, picture)
    return Page(ref, cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), picture)


def judge(name: str, seed: int, template: Template, sheets: Sequence) -> dict[str, Any]:
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    layout, flat = sheets[seed % len(sheets)]
    scene = Scene(rng, layout)
    DISTURBANCES[name](scene)
    picture, truth = take(write_on(flat, layout, rng), scene)
    page = page_of(picture)
    result: dict[str, Any] = {"name": name, "seed": seed}
    start = time.perf_counter()
    try:
        sighting = identify(page, [template])
        middle = time.perf_counter()
        registered = register(page, sighting)
    except PageError as error:
        return result | {"verdict": "refused", "reason": error.reason, "detail": error.detail}
    end = time.perf_counter()
    points = np.concatenate([field.box.corners() for field in layout.fields])
    errors = np.linalg.norm(registered.px_from_mm.inverse(truth(points)) - points, axis=1)
    return result | {
        "verdict": "right" if errors.max() <= WRONG_MM else "wrong",
        "median": float(np.median(errors)),
        "p95": float(np.percentile(errors, 95)),
        "max": float(errors.max()),
        "residual": registered.residual_mm,
        "sharpness": registered.sharpness,
        "identify_ms": 1000 * (middle - start),
        "register_ms": 1000 * (end - middle),
    }


def summary(name: str, rows: Sequence[dict[str, Any]]) -> str:
    verdicts = [row["verdict"] for row in rows]
    counts = [verdicts.count(verdict) for verdict in ("right", "refused", "wrong")]
    done = [row for row in rows if "max" in row]

    def of(key: str, how: Callable[[list[float]], Any] = np.median) -> float:
        return float(how([row[key] for row in done])) if done else float("nan")

    reasons = " ".join(sorted({str(row["reason"]) for row in rows if "reason" in row}))
    errors = f"{of('median'):7.3f} {of('p95'):6.3f} {of('max', max):6.3f}"
    times = f"{of('identify_ms'):6.1f} {of('register_ms'):6.1f}"
    quality = f"{of('residual'):6.3f} {of('sharpness'):5.2f}"
    shares = f"{counts[0]:5} {counts[1]:7} {counts[2]:5}"
    return f"{name:16} {shares} {errors}   {quality} {times}  {reasons}"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("-n", type=int, default=8, help="pages per disturbance")
    parser.add_argument("--only", nargs="*", help="names of disturbances")
    parser.add_argument("--template", default="fk23")
    parser.add_argument("--csv", type=Path)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    template = load_template(options.template)
    sheets = flat_pages(template)
    rows: list[dict[str, Any]] = []
    print(HEAD)
    for name in options.only or DISTURBANCES:
        mine = [judge(name, seed, template, sheets) for seed in range(options.n)]
        rows += mine
        print(summary(name, mine), flush=True)
    if options.csv:
        with options.csv.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, sorted({key for row in rows for key in row}))
            writer.writeheader()
            writer.writerows(rows)
    verdicts = [row["verdict"] for row in rows]
    right, refused, wrong = (verdicts.count(word) for word in ("right", "refused", "wrong"))
    print(f"{len(rows)} pages: {right} right, {refused} refused, {wrong} silently wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
