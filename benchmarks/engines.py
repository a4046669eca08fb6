"""Every engine on the same pages: pages per second, and the same bytes though workers are killed.

``python -m benchmarks.engines [--pages N] [--workers N] [--kills N]`` reads N copies of the sample
scans with each engine, kills N workers at random moments of each run, and compares all tables
with those of ``serial``.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psutil

from formscan.threads import one_native_thread

SAMPLES = Path(__file__).parents[1] / "samples" / "scans"
TODAY = date(2026, 11, 24)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=96)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    one_native_thread()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        copies(home / "scans", told.pages)
        reference = None
        for engine in ("serial", "processes", "dask"):
            kills = told.kills if engine != "serial" else 0
            with killing(kills, told.seed) as killed:
                seconds, tables = read(home / "scans", home / engine, engine, told.workers)
            reference = reference or tables
            same = "the same bytes" if tables == reference else "OTHER BYTES"
            rate = told.pages / seconds
            print(f"{engine:10} {rate:6.2f} pages/s  {len(killed)} workers killed  {same}")


def copies(folder: Path, pages: int) -> None:
    """So many scans that differ by a byte behind their end, which no reader looks at."""
    folder.mkdir()
    originals = sorted(SAMPLES.rglob("*.jpg"))
    for number in range(pages):
        target = folder / f"{number:05d}.jpg"
        shutil.copy(originals[number % len(originals)], target)
        with target.open("ab") as stream:
            stream.write(str(number).encode())


def read(scans: Path, out: Path, engine: str, workers: int) -> tuple[float, dict[str, bytes]]:
    """Seconds until all is read, and the tables."""
    from formscan.batch import load_setup, run_batch, settle_batch
    from formscan.export import write_outputs
    from formscan.settings import RunnerOptions, RunSettings
    from formscan.store import open_store

    runner = RunnerOptions(engine=engine, workers=workers)  # type: ignore[arg-type]
    settings = RunSettings((str(scans),), out, runner=runner)
    with open_store(out) as store:
        summary = run_batch(settings, load_setup(()), store, TODAY)
        write_outputs(out, store.templates(), settle_batch(store))
    return summary.seconds, {file.name: file.read_bytes() for file in sorted(out.glob("*.csv"))}


@contextmanager
def killing(kills: int, seed: int) -> Iterator[list[int]]:
    """So many workers of this process are ended by SIGKILL, each a few seconds after the last."""
    chance, killed, over = random.Random(seed), [], threading.Event()

    def kill() -> None:
        while len(killed) < kills and not over.wait(chance.uniform(1, 6)):
            workers = reading()
            if workers:
                victim = chance.choice(workers)
                victim.kill()
                killed.append(victim.pid)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


def reading() -> list[psutil.Process]:
    """Worker processes that have read something: those that still start are no test of a page."""
    found = []
    for one in psutil.Process().children(recursive=True):
        try:
            if "spawn_main" in " ".join(one.cmdline()) and one.cpu_times().user > 1:
                found.append(one)
        except psutil.Error:
            continue
    return found


if __name__ == "__main__":
    start = time.perf_counter()
    main()
    print(f"{time.perf_counter() - start:.0f} s in all")
