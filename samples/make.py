"""Makes the twelve sample scans and their truth: ``python samples/make.py``.

All persons are invented; the built-in alphabet writes. Equal versions give equal bytes.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
from pathlib import Path

from formscan.simulate import SimulateOptions, simulate
from formscan.templates.load import load_template

HERE = Path(__file__).parent
SETS = {
    "kantor-jpg": SimulateOptions(1, seed=101, severity="office", dpi=150),
    "kantor-pdf": SimulateOptions(1, seed=102, severity="office", dpi=150, formats=("pdf",)),
    "kantor-tiff": SimulateOptions(2, seed=103, severity="office", formats=("tiff",)),
    "lapangan": SimulateOptions(1, seed=104, severity="field", dpi=170),
    "ponsel": SimulateOptions(1, seed=105, severity="phone", dpi=140),
}


def main() -> None:
    scans = HERE / "scans"
    shutil.rmtree(scans, ignore_errors=True)
    template = load_template("fk23")
    tables: dict[str, list[list[str]]] = {"truth.csv": [], "writers.csv": []}
    for name, options in SETS.items():
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder)
            simulate(template, options, out)
            shutil.copytree(out / "scans", scans / name)
            for table, rows in tables.items():
                rows += _rows(out / table, name, first=not rows)
    for table, rows in tables.items():
        with (HERE / table).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


def _rows(path: Path, name: str, *, first: bool) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    moved = [[row[0].replace("scans/", f"scans/{name}/", 1), *row[1:]] for row in rows]
    return [header, *moved] if first else moved


if __name__ == "__main__":
    main()
