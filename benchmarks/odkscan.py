"""Reads ODK Scan's crops of real marks and digits with the readers, style by style.

    python benchmarks/odkscan.py ../shared/data/odkscan

Crops of a marked style that their file name calls "empty" are told apart: on all 52 of them a
person sees ink in the box, so they are no truth for empty boxes.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from formscan.extract.comb import CombReader
from formscan.extract.mark import MarkReader
from formscan.geometry import BoxMm
from formscan.page import FieldCrop
from formscan.reading import FieldReading
from formscan.settle.accept import floored, is_accepted
from formscan.templates.model import Field, MarkBox, PageLayout, Template

BOX_PART = {
    "bubbles": 0.5,
    "checkboxes": 0.5,
    "prev_bubbles": 0.75,
    "prev_checkboxes": 0.8,
    "old_prev_checkboxes": 0.8,
    "square_checkboxes": 0.75,
}
"""Side of the printed outline as a part of the crop."""

BOX_MM = 4.5
APART_MM = 500.0
DIGIT_BOX = (13.0, 14.0, 52.0, 67.0)
TEMPLATE = Template(form="o", version="1", pages=(PageLayout(page=1, width_mm=9, height_mm=9),))


class Row(NamedTuple):
    set: str
    file: str
    mark_style: str
    truth: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--crops", type=Path, help="write wrong and doubtful crops here")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    with (options.folder / "expected_crops.csv").open(encoding="utf-8", newline="") as stream:
        rows = [Row(**row) for row in csv.DictReader(stream) if row["truth"]]
    pictures = options.folder / "assets" / "training_examples"
    wrong = accepted = total = accepted_wrong = 0
    print("set mark_style truth: crops, right, accepted, wrong among accepted")
    for name in BOX_PART:
        mine = [row for row in rows if row.set == name]
        tally: dict[tuple[str, str], np.ndarray] = defaultdict(lambda: np.zeros(4, int))
        for row, reading in zip(mine, _read_marks(mine, pictures), strict=True):
            contested = row.truth == "empty" and row.mark_style != "empty"
            right = (reading.raw == "1") == (row.truth != "empty")
            sure = is_accepted(floored(reading.confidence), "mark")
            key = (row.mark_style, "contested" if contested else row.truth)
            tally[key] += (1, right, sure, sure and not right)
            if options.crops and not contested and (not right or not sure):
                _keep(options.crops, row, reading, pictures)
        for (style, truth), counts in sorted(tally.items()):
            print(f"{name} {style} {truth}: {', '.join(str(count) for count in counts)}")
            if truth != "contested":
                total, wrong = total + counts[0], wrong + counts[0] - counts[1]
                accepted, accepted_wrong = accepted + counts[2], accepted_wrong + counts[3]
    print(
        f"marks: {total}, wrong {wrong} = {100 * wrong / total:.2f} %, accepted {accepted} = "
        f"{100 * accepted / total:.1f} %, wrong among accepted {accepted_wrong}"
    )
    _digits([row for row in rows if row.set == "numbers"], pictures)
    return 0


def _read_marks(rows: list[Row], pictures: Path) -> list[FieldReading]:
    """All crops of a set as one page whose boxes lie too far apart to help each other."""
    crops = []
    for number, row in enumerate(rows):
        bgr = cv2.imread(str(pictures / row.set / row.file))
        gray = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY)
        height, width = gray.shape
        part = BOX_PART[row.set]
        px_per_mm = width * part / BOX_MM
        size = (BOX_MM, height * part / px_per_mm)
        margin = (width * (1 - part) / 2 / px_per_mm, height * (1 - part) / 2 / px_per_mm)
        box = BoxMm(x=APART_MM * number, y=0, width=size[0], height=size[1])
        field = Field(
            name=f"{row.set}/{row.file}",
            kind="mark_group",
            box=box,
            marks=(MarkBox(value="1", box=box),),
            shape="circle" if "bubble" in row.set else "box",
            error_kind="mark",
        )
        paper = float(np.percentile(gray, 90))
        crops.append(
            FieldCrop(
                field=field,
                gray=gray,
                px_per_mm=px_per_mm,
                origin_mm=(box.x - margin[0] + 0.5 / px_per_mm, -margin[1] + 0.5 / px_per_mm),
                paper=paper,
                ink=0.35 * paper,
                scan_px_per_mm=px_per_mm,
            )
        )
    return MarkReader().read(crops, TEMPLATE)


def _keep(folder: Path, row: Row, reading: FieldReading, pictures: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    crop = cv2.imread(str(pictures / row.set / row.file))
    name = f"{row.set}_{row.mark_style}_{row.truth}_{reading.confidence:.4f}_{row.file}"
    cv2.imwrite(str(folder / Path(name).with_suffix(".png").name), crop)


def _digits(rows: list[Row], pictures: Path) -> None:
    reader = CombReader()
    crops = []
    for number, row in enumerate(rows):
        gray = cv2.imread(str(pictures / row.set / row.file), cv2.IMREAD_GRAYSCALE)
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
        f"digits: {right} of {len(rows)} = {100 * right / max(len(rows), 1):.1f} % right, "
        f"accepted {len(sure)}, wrong among accepted {len(sure) - sum(sure)}"
    )


if __name__ == "__main__":
    sys.exit(main())
