"""What becomes of characters that a writer took back.

    python -m benchmarks.corrected --unipen FILE [--split test]

Fields of one and of four digits by the hands of a split, written, scanned and cut as in training;
in each one box is corrected in one way. Told is which share is accepted unseen, and which share
with a value that is not the one meant. Struck boxes mean nothing: any value is wrong there.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.tables import put_between_markers
from formscan.extract.comb import CombReader
from formscan.page import FieldCrop
from formscan.settle.accept import floored, is_accepted
from formscan.simulate.unipen import Split, StrokeFile, load_strokes
from formscan.templates.model import Field, PageLayout, Template
from training.comb_paper import Hand, Paper, field_of, place, write
from training.taken_back_data import BoxPx, Canvas, strike, write_over

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("clean", "written over", "struck once", "struck twice", "two in one box", "scribbled")
LENGTHS = (1, 4)
SEED = 77


@dataclass(frozen=True, slots=True)
class Written:
    """One field: its picture, what it means ("" = nothing), and how it was corrected."""

    crop: FieldCrop
    meant: str
    kind: str


def main() -> None:
    """Measure, and write down what was measured."""
    options = _options()
    file = load_strokes(options.unipen)
    reader, template = CombReader(), _template()
    counts: dict[tuple[int, str], NDArray[np.int64]] = defaultdict(lambda: np.zeros(3, np.int64))
    hands = 0
    for page in pages(file, options.split):
        hands += 1
        readings = reader.read([one.crop for one in page], template)
        for one, reading in zip(page, readings, strict=True):
            accepted = is_accepted(floored(reading.confidence), "code") and reading.raw != ""
            wrong = reading.raw != one.meant
            row = (1, accepted, accepted and wrong)
            counts[len(one.crop.field.cells), one.kind] += np.array(row, np.int64)
    text = _table(counts, hands, options.split)
    put_between_markers(options.docs, text, "corrected")
    print(text)


def pages(file: StrokeFile, split: Split) -> Iterator[list[Written]]:
    """For each person, every kind of correction in fields of each length."""
    rng = np.random.default_rng(SEED)
    items = file.select(split)
    digits = items[file.labels[items] < 10]
    for person in np.unique(file.writers[digits]):
        mine = digits[file.writers[digits] == person]
        if len(np.unique(file.labels[mine])) < 8:
            continue
        hand, paper = Hand.drawn(rng, 0.05), Paper.drawn(rng, office=True)
        yield [
            _written(file, mine, length, kind, hand, paper, rng)
            for length in LENGTHS
            for kind in KINDS
            for _ in range(4 if kind != "clean" else 12)
        ]


def _written(
    file: StrokeFile,
    mine: NDArray[np.int64],
    length: int,
    kind: str,
    hand: Hand,
    paper: Paper,
    rng: np.random.Generator,
) -> Written:
    chosen = rng.choice(mine, length).tolist()
    at = int(rng.integers(length))
    others = mine[file.labels[mine] != file.labels[chosen[at]]]
    other = int(rng.choice(others))
    meant = [str(int(file.labels[item])) for item in chosen]

    def afterwards(canvas: Canvas, box: int, cell: BoxPx) -> None:
        if box != at:
            return
        glyph = file.strokes(other), int(file.labels[other])
        if kind == "written over":
            write_over(canvas, cell, glyph, hand, rng)
        elif kind == "two in one box":
            left, top, right, bottom = cell
            half = ((left + right) / 2, top, right, bottom)
            place(canvas, half, glyph, hand, rng)
        elif kind == "scribbled":
            for _ in range(6):
                strike(canvas, cell, hand, rng, 2)
        elif kind.startswith("struck"):
            strike(canvas, cell, hand, rng, 1 + kind.endswith("twice"))

    glyphs = [(file.strokes(item), int(file.labels[item])) for item in chosen]
    crop = write(_field(length), glyphs, hand, paper, rng, afterwards)
    if kind == "written over":
        meant[at] = str(int(file.labels[other]))
    means = kind in ("clean", "written over")
    return Written(crop, "".join(meant) if means else "", kind)


def _field(length: int) -> Field:
    return field_of(length, "digits").model_copy(
        update={"name": f"f{length}", "error_kind": "code"}
    )


def _template() -> Template:
    fields = tuple(map(_field, LENGTHS))
    layout = PageLayout(page=1, width_mm=297, height_mm=210, fields=fields)
    return Template(form="t", version="1", pages=(layout,))


def _table(counts: dict[tuple[int, str], NDArray[np.int64]], hands: int, split: str) -> str:
    head = "| What was done to one box | " + " | ".join(
        f"{length} box{'es' * (length > 1)}: fields | accepted | accepted wrongly"
        for length in LENGTHS
    )
    lines = [head + " |", "| --- |" + " --- | --- | --- |" * len(LENGTHS)]
    for kind in KINDS:
        cells = []
        for length in LENGTHS:
            fields, accepted, wrong = counts[length, kind].tolist()
            cells += [
                str(fields),
                f"{100 * accepted / fields:.1f} %",
                f"{100 * wrong / fields:.1f} %",
            ]
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return f"{hands} hands of the {split} split, office scans.\n\n" + "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.corrected")
    parser.add_argument("--unipen", type=Path, required=True)
    parser.add_argument("--split", default="test", choices=["validation", "test"])
    parser.add_argument("--docs", type=Path, default=ROOT / "docs/accuracy.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
