"""The worst errors as a picture: what was read wrongly and most surely.

    python -m benchmarks.worst out/accuracy/office [out/accuracy/field ...] -o worst.jpg

Takes folders that ``benchmarks.accuracy`` made (``out`` and ``sheets`` in each). Wrong fields are
sorted by the confidence of what was read; of each is shown what is written, what was read (alike
characters as dots) and whether a person would have seen it. Accepted errors stand first.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from formscan.page import Picture
from formscan.report.judge import Judged, judge
from formscan.report.masking import differing
from formscan.report.match import pair_scans
from formscan.report.natures import find_natures, find_templates
from formscan.report.rows import (
    PageRow,
    ReadRow,
    load_pages,
    load_reads,
    load_truth,
    load_writers,
)
from formscan.report.scans import find_scan, page_picture, turn_upright
from formscan.report.stored import linked_scans, stored_templates

CELL_WIDTH, CELL_HEIGHT = 640, 92
CROP_HEIGHT = 52
MARGIN = 0.25


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong field, and where it stands.

    Attributes:
        folder: Batch that it comes from.
        judged: What is written, and what was read.
        read: Its row in ``fields.csv``.
    """

    folder: Path
    judged: Judged
    read: ReadRow

    @property
    def says(self) -> str:
        """The caption: where, what, how sure."""
        where = f"{self.judged.field}" + (f"[{self.judged.row}]" if self.judged.row else "")
        written, reading = self.judged.truth, self.judged.reading
        if max(len(written), len(reading)) > 2:
            written, reading = differing(written, reading)
        seen = "ACCEPTED" if self.judged.accepted_error else "review"
        sure = f"{self.judged.confidence:.4f}"
        told = f"{written or '(blank)'} -> {reading or '(blank)'}".replace("•", ".")
        return f"{where}  {told}  {sure} {seen}"


def main() -> None:
    """Draw the picture, and count the kinds of mistakes."""
    options = _options()
    mistakes = [mistake for folder in options.folders for mistake in mistakes_of(folder)]
    mistakes.sort(key=lambda one: (not one.judged.accepted_error, -one.judged.confidence))
    worst = mistakes[: options.number]
    options.output.parent.mkdir(parents=True, exist_ok=True)
    draw(worst).save(options.output, quality=82)
    for kind, count in Counter(one.judged.kind for one in worst).most_common():
        print(f"{count:3d} {kind}")
    print(f"{options.output}: {len(worst)} of {len(mistakes)} wrong fields")


def mistakes_of(folder: Path) -> list[Mistake]:
    """Every written field of one measured batch that was read wrongly."""
    out, truth = folder / "out", folder / "sheets/truth.csv"
    reads, pages, rows = load_reads(out), load_pages(out), load_truth(truth)
    natures = find_natures(reads, find_templates(reads, stored_templates(out)))
    pairs = pair_scans((row.scan for row in rows), pages, truth.parent)
    place_of = {(one.scan, one.frame, one.field, one.row): one for one in reads}
    found = []
    for judged in judge(rows, reads, pages, natures, load_writers(truth), pairs).fields:
        wrong = judged.phantom or (judged.filled and judged.read and not judged.right)
        scan = pairs.get(judged.scan, judged.scan)
        read = place_of.get((scan, judged.frame, judged.field, judged.row))
        if wrong and read and judged.kind != "image":
            found.append(Mistake(folder, judged, read))
    return found


def draw(mistakes: Sequence[Mistake]) -> Image.Image:
    """A sheet of two columns, the worst first."""
    rows = -(-len(mistakes) // 2)
    sheet = Image.new("RGB", (2 * CELL_WIDTH, max(1, rows) * CELL_HEIGHT), "white")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(15)
    crops = _crops(mistakes)
    for at, mistake in enumerate(mistakes):
        left, top = (at // rows) * CELL_WIDTH + 8, (at % rows) * CELL_HEIGHT
        colour = "#b00020" if mistake.judged.accepted_error else "#333333"
        pen.text((left, top + 4), f"{at + 1}. {mistake.says}", fill=colour, font=font)
        sheet.paste(Image.fromarray(crops[at][:, :, ::-1]), (left, top + 28))
    return sheet


def _crops(mistakes: Sequence[Mistake]) -> list[Picture]:
    """The fields' pictures in order; each page is decoded once."""
    crops: dict[int, Picture] = {}
    for folder in {one.folder for one in mistakes}:
        out = folder / "out"
        linked = linked_scans(out)
        for page in load_pages(out):
            here = [
                at
                for at, one in enumerate(mistakes)
                if one.folder == folder and (one.read.scan, one.read.frame) == _key(page)
            ]
            path = find_scan(out, page, linked) if here else None
            picture = page_picture(path, page) if path else None
            for at in here:
                crops[at] = _crop(picture, page, mistakes[at].read)
    return [crops[at] for at in range(len(mistakes))]


def _key(page: PageRow) -> tuple[str, int]:
    return page.scan, page.frame


def _crop(picture: Picture | None, page: PageRow, read: ReadRow) -> Picture:
    if picture is None:
        return np.full((CROP_HEIGHT, CROP_HEIGHT, 3), 220, np.uint8)
    x, y, width, height = read.box_px
    margin = MARGIN * min(width, height)
    top, left = max(0, round(y - margin)), max(0, round(x - margin))
    cut = picture[top : round(y + height + margin), left : round(x + width + margin)]
    cut = turn_upright(cut, page.orientation_deg)
    scale = min(CROP_HEIGHT / cut.shape[0], (CELL_WIDTH - 20) / cut.shape[1])
    return cv2.resize(cut, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.worst")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("-n", "--number", type=int, default=50)
    parser.add_argument("-o", "--output", type=Path, default=Path("docs/pictures/worst.jpg"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
