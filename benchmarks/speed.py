"""Speed on FK23 pages as JPEG, JPEG inside PDF, and G4 TIFF: ``make bench``.

Each format is read page by page in a fresh process of its own with one native thread, so that
stages and memory are those of one worker; then the same scans go through ``formscan run`` with
every processor.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from benchmarks.tables import table

FORMATS = ("jpeg", "pdf", "g4")
_READER = "--read-folder"


def main() -> None:
    """Measure and print; ``--json`` writes the figures to a file as well."""
    if sys.argv[1:2] == [_READER]:
        read_folder(Path(sys.argv[2]))
        return
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.speed")
    parser.add_argument("--families", type=int, default=10)
    parser.add_argument("--severity", default="office")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        figures = measure(Path(scratch), options.families, options.severity)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(speed_table(figures))


def measure(scratch: Path, families: int, severity: str) -> dict[str, Any]:
    """Figures per format."""
    formscan = str(Path(sys.executable).with_name("formscan"))
    simulate = [formscan, "simulate", "fk23", "-n", str(families), "--seed", "7"]
    _quiet([*simulate, "--severity", severity, "-o", str(scratch / "sheets")])
    sheets = sorted(path for path in (scratch / "sheets/scans").iterdir() if path.is_file())
    figures: dict[str, Any] = {}
    for name in FORMATS:
        folder = scratch / name
        folder.mkdir()
        for sheet in sheets:
            _CONVERT[name](sheet, folder)
        figures[name] = _one_worker(folder) | _whole_run(formscan, folder, scratch / f"{name}-out")
    return figures


def read_folder(folder: Path) -> None:
    """Read every scan of a folder in this process; print the figures as JSON."""
    from formscan.threads import one_native_thread

    one_native_thread()
    from formscan.image.load import enumerate_pages
    from formscan.pipeline import PageSetup, read_page
    from formscan.templates.load import load_template

    setup = PageSetup(templates=(load_template("fk23"),))
    refs = enumerate_pages([str(folder)], None)
    read_page(refs[0], setup)  # models and caches
    stages: dict[str, list[float]] = {}
    totals, statuses, peak_mb = [], [], 0.0
    busy = time.process_time()
    for ref in refs:
        start = time.perf_counter()
        outcome = read_page(ref, setup)
        totals.append(1000 * (time.perf_counter() - start))
        statuses.append(outcome.status)
        peak_mb = max(peak_mb, outcome.peak_mb)
        for measure_ in outcome.stage_ms:
            stages.setdefault(measure_.name, []).append(measure_.value)
    print(
        json.dumps(
            {
                "pages": len(refs),
                "cpu_ms_mean": 1000 * (time.process_time() - busy) / len(refs),
                "ok": statuses.count("ok"),
                "ms_median": statistics.median(totals),
                "ms_p95": sorted(totals)[int(0.95 * (len(totals) - 1))],
                "stages_ms": {name: statistics.mean(values) for name, values in stages.items()},
                "peak_mb": peak_mb,
            }
        )
    )


def _one_worker(folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.speed", _READER, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def _whole_run(formscan: str, folder: Path, out: Path) -> dict[str, Any]:
    _quiet([formscan, "run", str(folder), "--out", str(out), "--as-of", "2023-07-31"])
    speed = json.loads((out / "run.json").read_text(encoding="utf-8"))["speed"]
    return {"pages_per_second": speed["pages_per_second"]}


def _quiet(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _as_jpeg(sheet: Path, folder: Path) -> None:
    if sheet.suffix.lower() in (".jpg", ".jpeg"):
        (folder / sheet.name).write_bytes(sheet.read_bytes())
    else:
        Image.open(sheet).convert("RGB").save(folder / f"{sheet.stem}.jpg", quality=85)


def _as_pdf(sheet: Path, folder: Path) -> None:
    picture = Image.open(sheet)
    dpi = float(picture.info.get("dpi", (300, 300))[0])
    picture.convert("RGB").save(folder / f"{sheet.stem}.pdf", resolution=dpi, quality=85)


def _as_g4(sheet: Path, folder: Path) -> None:
    picture = Image.open(sheet)
    dpi = picture.info.get("dpi", (300, 300))
    mono = picture.convert("L").point(lambda level: 255 * (level > 150)).convert("1")
    mono.save(folder / f"{sheet.stem}.tif", compression="group4", dpi=dpi)


_CONVERT: dict[str, Callable[[Path, Path], None]] = {
    "jpeg": _as_jpeg,
    "pdf": _as_pdf,
    "g4": _as_g4,
}


def speed_table(figures: dict[str, Any]) -> str:
    """Markdown, one row per format."""
    rows = []
    for name, one in figures.items():
        split = ", ".join(f"{stage} {ms:.0f}" for stage, ms in one["stages_ms"].items())
        rows.append(
            [
                name,
                f"{one['ok']} of {one['pages']}",
                f"{one['ms_median']:.0f}",
                f"{one['ms_p95']:.0f}",
                f"{one['cpu_ms_mean']:.0f}",
                split,
                f"{one['peak_mb']:.0f}",
                f"{one['pages_per_second']:.2f}",
            ]
        )
    head = ["Format", "Pages read", "ms a page, median", "p95", "of CPU", "stages, mean ms"]
    pace = f"pages a second, {os.cpu_count()} processors"
    return table([*head, "peak MB", pace], rows)


if __name__ == "__main__":
    main()
