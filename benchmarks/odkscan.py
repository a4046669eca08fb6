"""Reads ODK Scan's crops of real marks and digits with the readers, style by style.

    python -m benchmarks.odkscan ../shared/data/odkscan

Only the sheets that training held back say how well marks are read; the others are shown beside
them. Contested crops are told apart, see ``training/odk_crops.py``.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from benchmarks.tables import table
from formscan.extract.comb import CombReader
from formscan.extract.mark import MarkReader
from formscan.geometry import BoxMm
from formscan.page import FieldCrop
from formscan.settle.accept import floored, is_accepted
from formscan.templates.model import Field, PageLayout, Template
from training.odk_crops import BOX_PART, Row, load_rows, page_of

DIGIT_BOX = (13.0, 14.0, 52.0, 67.0)
TEMPLATE = Template(form="o", version="1", pages=(PageLayout(page=1, width_mm=9, height_mm=9),))
COVERAGES = (0.5, 0.8, 0.9, 0.95, 0.97, 1.0)


class Read(NamedTuple):
    row: Row
    right: bool
    confidence: float

    @property
    def sure(self) -> bool:
        return is_accepted(floored(self.confidence), "mark")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--crops", type=Path, help="write wrong and doubtful crops here")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    for held_back in (True, False):
        reads = list(read_marks(options.folder, held_back=held_back))
        print(f"\n{'held back' if held_back else 'seen in training'}\n\n{style_table(reads)}")
        print(f"\n{risk_table(reads)}")
        for read in reads if options.crops else ():
            if not read.row.contested and not (read.right and read.sure):
                _keep(options.crops, read, options.folder)
    _digits([row for row in load_rows(options.folder) if row.set == "numbers"], options.folder)
    return 0


def read_marks(folder: Path, *, held_back: bool) -> Iterator[Read]:
    """All marks of one half of the sheets, each set as a page of its own."""
    rows = [row for row in load_rows(folder) if row.held_back == held_back]
    for name in BOX_PART:
        mine = [row for row in rows if row.set == name]
        readings = MarkReader().read(page_of(mine, folder), TEMPLATE)
        for row, reading in zip(mine, readings, strict=True):
            right = (reading.raw == "1") == (row.truth != "empty")
            yield Read(row, right, reading.confidence)


def style_table(reads: list[Read]) -> str:
    """Markdown: crops, right, accepted and wrong among accepted per style."""
    tally: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(4, int))
    for read in reads:
        counts = (1, read.right, read.sure, read.sure and not read.right)
        if read.row.contested:
            tally["*contested*"] += counts
        else:
            tally[read.row.mark_style] += counts
            tally["**all**"] += counts
    rows = []
    for style in sorted(tally, key=lambda name: (name.startswith("*"), name)):
        count, right, sure, wrong = (int(value) for value in tally[style])
        share = f"{100 * right / count:.1f} %"
        rows.append([style, str(count), share, f"{100 * sure / count:.1f} %", str(wrong)])
    return table(["Style", "Crops", "Right", "Accepted", "Wrong among accepted"], rows)


def risk_table(reads: list[Read]) -> str:
    """Markdown: what is wrong among the surest share of the crops."""
    ranked = sorted(
        (read for read in reads if not read.row.contested), key=lambda read: -read.confidence
    )
    rows = [["Wrong"]]
    for coverage in COVERAGES:
        first = ranked[: round(coverage * len(ranked))]
        rows[0].append(f"{sum(not read.right for read in first)} of {len(first)}")
    return table(["Surest", *(f"{coverage:.0%}" for coverage in COVERAGES)], rows)


def _keep(target: Path, read: Read, folder: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    row = read.row
    crop = cv2.imread(str(folder / "assets/training_examples" / row.set / row.file))
    name = f"{row.set}_{row.mark_style}_{row.truth}_{read.confidence:.4f}_{row.file}"
    cv2.imwrite(str(target / Path(name).with_suffix(".png").name), crop)


def _digits(rows: list[Row], folder: Path) -> None:
    reader = CombReader()
    crops = []
    for number, row in enumerate(rows):
        file = folder / "assets/training_examples" / row.set / row.file
        gray = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
        left, top, right, bottom = DIGIT_BOX
        scan = (right - left) / 4.8
        wanted = reader.px_per_mm or scan
        gray = cv2.resize(gray, None, fx=wanted / scan, fy=wanted / scan, interpolation=2)
        box = BoxMm(x=0.0, y=0.0, width=(right - left) / scan, height=(bottom - top) / scan)
        field = Field(
            name=f"d{number}", kind="comb", box=box, cells=(box,), groups=(1,),
            alphabet="digits", value_type="integer", error_kind="code",
        )  # fmt: skip
        paper = float(np.percentile(gray, 90))
        origin = (-left / scan + 0.5 / wanted, -top / scan + 0.5 / wanted)
        crops.append(FieldCrop(field, gray, wanted, origin, None, paper, 0.35 * paper, scan))
    readings = reader.read(crops, TEMPLATE)
    right = sum(reading.raw == row.truth for row, reading in zip(rows, readings, strict=True))
    sure = [
        reading.raw == row.truth
        for row, reading in zip(rows, readings, strict=True)
        if is_accepted(floored(reading.confidence), "code")
    ]
    print(
        f"\ndigits: {right} of {len(rows)} = {100 * right / max(len(rows), 1):.1f} % right, "
        f"accepted {len(sure)}, wrong among accepted {len(sure) - sum(sure)}"
    )


if __name__ == "__main__":
    sys.exit(main())
