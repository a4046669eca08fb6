"""Speed on FK23 pages as JPEG, JPEG inside PDF, and G4 TIFF at 300 dpi: ``make bench``.

Each format is read page by page in a fresh process of its own with one native thread, so that
stages and memory are those of one worker. Every page is measured in processor time against its
decoding alone, in the same run, so that a busy computer changes little. Then the same scans go
through ``formscan run`` with one and with two processes. ``--memory N`` reads N pages in one
process and tells what it holds after 10 and after N.
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
from typing import Any, TypeVar

from PIL import Image

from benchmarks.tables import table

FORMATS = ("jpeg", "pdf", "g4")
T = TypeVar("T")
_READER = "--read-folder"


def main() -> None:
    """Measure and print; ``--json`` writes the figures to a file as well."""
    if sys.argv[1:2] == [_READER]:
        read_folder(Path(sys.argv[2]), int(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.speed")
    parser.add_argument("--families", type=int, default=10)
    parser.add_argument("--severity", default="office")
    parser.add_argument("--memory", type=int, default=0, metavar="N")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if options.memory:
            print(memory_line(Path(scratch), options.families, options.severity, options.memory))
            return
        figures = measure(Path(scratch), options.families, options.severity)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(speed_table(figures))


def measure(scratch: Path, families: int, severity: str) -> dict[str, Any]:
    """Figures per format."""
    formscan = str(Path(sys.executable).with_name("formscan"))
    figures: dict[str, Any] = {"help_ms": _start_ms(formscan), "formats": {}}
    for name in FORMATS:
        folder = _scans(formscan, scratch, families, severity, name)
        one = _one_worker(folder) | _whole_run(formscan, folder, scratch)
        figures["formats"][name] = one
    return figures


def memory_line(scratch: Path, families: int, severity: str, pages: int) -> str:
    """What one process holds after 10 pages and after ``pages``."""
    formscan = str(Path(sys.executable).with_name("formscan"))
    folder = _scans(formscan, scratch, families, severity, "jpeg")
    found = _one_worker(folder, max(1, round(pages / len(list(folder.iterdir())))))
    held = f"{found['mb_10']:.0f} MB after 10 pages, {found['mb_last']:.0f} MB after"
    return f"{held} {len(found['rows'])}, peak {found['peak_mb']:.0f} MB"


def _scans(formscan: str, scratch: Path, families: int, severity: str, name: str) -> Path:
    """The same families in one format."""
    sheets = scratch / "sheets"
    if not sheets.exists():
        simulate = [formscan, "simulate", "fk23", "-n", str(families), "--seed", "7"]
        _quiet([*simulate, "--severity", severity, "-o", str(sheets)])
    folder = scratch / name
    folder.mkdir()
    for sheet in sorted(path for path in (sheets / "scans").iterdir() if path.is_file()):
        _CONVERT[name](sheet, folder)
    return folder


def read_folder(folder: Path, times: int) -> None:
    """Read every scan of a folder ``times`` times in this process; print the figures as JSON."""
    from formscan.threads import one_native_thread

    one_native_thread()
    from formscan.image.load import enumerate_pages, load
    from formscan.pipeline import PageSetup, read_page
    from formscan.stopwatch import peak_mb
    from formscan.templates.load import load_template

    setup = PageSetup(templates=(load_template("fk23"),))
    refs = enumerate_pages([str(folder)], None)
    read_page(refs[0], setup)  # models and caches
    rows: list[dict[str, Any]] = []
    held: list[float] = []
    for ref in refs * times:
        decode_ms = min(_cpu_ms(lambda ref=ref: load(ref))[0] for _ in range(2))
        cpu_ms, outcome = _cpu_ms(lambda ref=ref: read_page(ref, setup))
        page = outcome.identity.page if outcome.identity else 0
        rows.append(
            {
                "page": page,
                "ok": outcome.status == "ok",
                "decode_ms": decode_ms,
                "cpu_ms": cpu_ms,
                "stages_ms": {each.name: each.value for each in outcome.stage_ms},
            }
        )
        held.append(_held_mb())
    tenth = held[min(9, len(held) - 1)]
    print(json.dumps({"rows": rows, "peak_mb": peak_mb(), "mb_10": tenth, "mb_last": held[-1]}))


def _cpu_ms(work: Callable[[], T]) -> tuple[float, T]:
    start = time.process_time()
    result = work()
    return 1000 * (time.process_time() - start), result


def _held_mb() -> float:
    """Resident memory now, MB; 0 where the system does not tell."""
    status = Path("/proc/self/statm")
    if not status.exists():
        return 0.0
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _one_worker(folder: Path, times: int = 1) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.speed", _READER, str(folder), str(times)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def _whole_run(formscan: str, folder: Path, scratch: Path) -> dict[str, Any]:
    found = {}
    for workers in (1, 2):
        out = scratch / f"{folder.name}-{workers}"
        start = time.perf_counter()
        run = [formscan, "run", str(folder), "--out", str(out), "--as-of", "2023-07-31"]
        _quiet([*run, "--workers", str(workers)])
        whole_s = time.perf_counter() - start
        speed = json.loads((out / "run.json").read_text(encoding="utf-8"))["speed"]
        found[f"pages_per_second_{workers}"] = speed["pages_per_second"]
        found[f"around_s_{workers}"] = whole_s - speed["seconds"]
    return found


def _start_ms(formscan: str) -> float:
    """Of ``formscan --help``, the best of five."""
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        _quiet([formscan, "--help"])
        seconds.append(time.perf_counter() - start)
    return 1000 * min(seconds)


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
    """Markdown, one row per format and page of the form."""
    rows = []
    for name, one in figures["formats"].items():
        pages = sorted({row["page"] for row in one["rows"]})
        rows += [_row(name, page, one) for page in pages]
    head = ["Format", "Page", "Read", "decode, CPU ms", "all, CPU ms", "times decode"]
    head += ["stages, wall ms", "pages a second and core", "peak MB", "2 processes"]
    return f"{table(head, rows)}\n\n`formscan --help`: {figures['help_ms']:.0f} ms"


def _row(name: str, page: int, one: dict[str, Any]) -> list[str]:
    rows = [row for row in one["rows"] if row["page"] == page]
    decode, whole = (statistics.median(row[key] for row in rows) for key in ("decode_ms", "cpu_ms"))
    names = rows[0]["stages_ms"]
    stages = {
        key: statistics.median(row["stages_ms"].get(key, 0.0) for row in rows) for key in names
    }
    gain = one["pages_per_second_2"] / one["pages_per_second_1"]
    return [
        name,
        str(page or "-"),
        f"{sum(row['ok'] for row in rows)} of {len(rows)}",
        f"{decode:.0f}",
        f"{whole:.0f}",
        f"{whole / decode:.1f}",
        ", ".join(f"{key} {ms:.0f}" for key, ms in stages.items()),
        f"{1000 / whole:.2f}",
        f"{one['peak_mb']:.0f}",
        f"{gain:.2f} x",
    ]


if __name__ == "__main__":
    main()
