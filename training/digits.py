"""Make ``formscan/extract/models/digits.json``: what the digits of all hands look like.

    python -m training.digits OUT TRUTH.csv [OUT TRUTH.csv ...]

Each OUT is a folder of ``formscan run`` over simulated pages of *training* writers: the mean of
the network's features, of length 1, for each digit that stands in a box.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import numpy as np

from formscan.extract.style import unpacked
from formscan.store import open_store

DIGITS = "0123456789"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="+", type=Path, help="OUT TRUTH [OUT TRUTH ...]")
    parser.add_argument("--out", type=Path, default=Path("formscan/extract/models/digits.json"))
    options = parser.parse_args()
    sums, counts = np.zeros((10, 128)), np.zeros(10)
    for out, truth_file in zip(options.pairs[::2], options.pairs[1::2], strict=True):
        with truth_file.open(encoding="utf-8", newline="") as handle:
            truth = {
                (Path(line["scan"]).name, line["field"], line["row"]): line["raw"]
                for line in csv.DictReader(handle)
            }
        with open_store(out, make=False) as store:
            for outcome in store.outcomes(glyphs=True):
                for reading in outcome.readings:
                    row = "" if reading.row is None else str(reading.row)
                    written = truth.get((Path(outcome.ref.scan).name, reading.name, row), "")
                    if len(written) != len(reading.cells):
                        continue
                    for cell, character in zip(reading.cells, written, strict=True):
                        if cell.embedding and character in DIGITS:
                            sums[int(character)] += unpacked(cell)
                            counts[int(character)] += 1
    means = (sums / counts[:, None]).round(4).tolist()
    document = {"schema": 1, "glyphs": counts.astype(int).tolist(), "means": means}
    options.out.write_text(json.dumps(document) + "\n", encoding="utf-8")
    print(f"{options.out}: {counts.astype(int).tolist()}")


if __name__ == "__main__":
    main()
