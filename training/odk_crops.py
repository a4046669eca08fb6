"""ODK Scan's crops of real marks as pages of the mark reader, sheet by sheet.

Crops of a marked style that their file name calls "empty" are told apart as contested: on all
52 of them a person sees ink in the box, so they are no truth for empty boxes.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import cv2
import numpy as np

from formscan.geometry import BoxMm
from formscan.page import FieldCrop
from formscan.templates.model import Field, MarkBox

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
_SHEET = re.compile(
    r"(cb\d+|b\d+)_(?:partial_|cb1_)?(?:filled|empty)|(clarice|mitch)|([a-z]+)_?\d*$"
)


class Row(NamedTuple):
    set: str
    file: str
    mark_style: str
    truth: str

    @property
    def contested(self) -> bool:
        return self.truth == "empty" and self.mark_style != "empty"

    @property
    def sheet(self) -> str:
        """The sheet of paper as far as the file name tells: its number, its writer, its look."""
        name = Path(self.file).stem.removesuffix("_image_0").removeprefix(self.mark_style)
        found = _SHEET.search(re.sub(r"_(cb|bub)\d+$", "", name))
        return f"{self.set}/{next(filter(None, found.groups()), '') if found else ''}"

    @property
    def held_back(self) -> bool:
        """Whether training leaves the sheet out; two sheets in five."""
        return crc32(self.sheet.encode()) % 5 < 2


def load_rows(folder: Path) -> list[Row]:
    """All crops with a truth, digits too."""
    with (folder / "expected_crops.csv").open(encoding="utf-8", newline="") as stream:
        return [Row(**row) for row in csv.DictReader(stream) if row["truth"]]


def page_of(rows: Sequence[Row], folder: Path) -> list[FieldCrop]:
    """Crops of one set as one page whose boxes lie too far apart to help each other."""
    crops = []
    pictures = folder / "assets" / "training_examples"
    for number, row in enumerate(rows):
        gray = cv2.imread(str(pictures / row.set / row.file), cv2.IMREAD_GRAYSCALE)
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
    return crops
