"""Runs that are killed at random moments, and what a later run makes of what is left.

A handful of moments here; ``make chaos`` takes ``FORMSCAN_CHAOS`` of them.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from batches import command, finished, tables

from formscan.batch import settle_batch
from formscan.decision import Decision
from formscan.store import Ledger, open_store

MOMENTS = int(os.environ.get("FORMSCAN_CHAOS", "2"))
RECORDS = 4
WAL_HEAD, WAL_FRAME = 32, 24 + 4096

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")


@pytest.fixture(scope="module")
def begun(scan_page, mini_file, tmp_path_factory) -> Path:
    """A batch of which one record was read and decided about before the other scans came."""
    folder = tmp_path_factory.mktemp("killed")
    _scans(scan_page, folder, 1)
    assert finished(folder, mini_file)[0] == 0
    with open_store(folder / "out") as store:
        key = next(iter(settle_batch(store))).records[0].key
        for value in ("1", "3"):
            told = Decision(key, "air", None, "value", value, reviewer="Ani")
            Ledger(store).decide(told, "2024-05-18T08:00:00+00:00")
    for serial in range(2, RECORDS + 1):
        _scans(scan_page, folder, serial)
    return folder


@pytest.fixture(scope="module")
def undisturbed(begun, mini_file, tmp_path_factory) -> tuple[dict[str, bytes], str, float]:
    """Tables, head of the audit and seconds of a run that nobody disturbs."""
    folder = _copy(begun, tmp_path_factory.mktemp("undisturbed"))
    start = time.perf_counter()
    assert finished(folder, mini_file)[0] == 0
    return tables(folder / "out"), _audit(folder), time.perf_counter() - start


def _scans(scan_page, folder: Path, serial: int) -> None:
    for page in (1, 2):
        scan_page(folder / "scans" / f"s{serial}p{page}.jpg", serial, page)


def _copy(begun: Path, folder: Path) -> Path:
    shutil.copytree(begun, folder, dirs_exist_ok=True)
    return folder


def _audit(folder: Path) -> str:
    with open_store(folder / "out") as store:
        assert Ledger(store).verify() == ()
        return Ledger(store).head()


def test_kills_at_random_moments_cost_no_page_and_no_decision(
    begun, undisturbed, mini_file, tmp_path
):
    expected, head, seconds = undisturbed
    chance = random.Random(20240517)
    killed, folder = 0, _copy(begun, tmp_path / "0")
    while killed < MOMENTS:
        run = subprocess.Popen(
            command(folder, mini_file, "--workers", "2"),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        whom = chance.choice(["run", "run", "worker"])
        _wait(run, chance.uniform(0.2, 1.5 * seconds))
        killed += 1
        if whom == "worker" and _kill_worker(run.pid, chance):
            assert run.wait(timeout=300) == 0
        else:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait(timeout=300)
        if chance.random() < 0.2 or killed == MOMENTS:
            assert finished(folder, mini_file)[0] == 0
            assert tables(folder / "out") == expected
            assert _audit(folder) == head
            folder = _copy(begun, tmp_path / str(killed))


def _wait(run: subprocess.Popen[bytes], seconds: float) -> None:
    try:
        run.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return


def _kill_worker(leader: int, chance: random.Random) -> bool:
    """Kill one of the processes that read pages; False where there is none (any more)."""
    workers = [pid for pid in _session(leader) if b"spawn_main" in _command_line(pid)]
    if not workers:
        return False
    try:
        os.kill(chance.choice(workers), signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _session(leader: int) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and os.getsid(int(folder.name)) == leader:
                found.append(int(folder.name))
        except ProcessLookupError:
            continue
    return sorted(found)


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


HALF = """
import os, signal, sys
from datetime import date
from pathlib import Path
from formscan.batch import PageDone, load_setup, run_batch
from formscan.settings import RunnerOptions, RunSettings
from formscan.store import open_store

def kill(event):
    if isinstance(event, PageDone) and event.done == 6:
        os.kill(os.getpid(), signal.SIGKILL)

folder, form = Path(sys.argv[1]), sys.argv[2]
settings = RunSettings(scans=(str(folder / "scans"),), out=folder / "out", forms=(form,),
                       runner=RunnerOptions(engine="serial"))
with open_store(settings.out) as store:
    run_batch(settings, load_setup(settings.forms), store, date(2024, 5, 17), kill)
"""


@pytest.fixture(scope="module")
def cut_off(begun, mini_file, tmp_path_factory) -> Path:
    """The batch as it lies on the disk when the power goes: the last pages are in the WAL."""
    folder = _copy(begun, tmp_path_factory.mktemp("power"))
    run = [sys.executable, "-c", HALF, str(folder), str(mini_file)]
    assert subprocess.run(run, check=False).returncode == -signal.SIGKILL
    assert (folder / "out/formscan.db-wal").stat().st_size > WAL_HEAD + 4 * WAL_FRAME
    return folder


@pytest.mark.parametrize("number", range(max(1, MOMENTS // 4)))
def test_frames_lost_at_the_end_of_the_wal_cost_no_page_and_no_decision(
    number, cut_off, undisturbed, mini_file, tmp_path
):
    expected, head, _ = undisturbed
    folder = _copy(cut_off, tmp_path)
    wal = folder / "out/formscan.db-wal"
    chance = random.Random(number)
    with wal.open("r+b") as file:
        file.truncate(chance.randrange(WAL_FRAME, wal.stat().st_size))
    assert finished(folder, mini_file)[0] == 0
    assert tables(folder / "out") == expected
    assert _audit(folder) == head


def test_two_runs_on_one_folder_never_mix(begun, undisturbed, mini_file, tmp_path):
    folder = _copy(begun, tmp_path)
    runs = [
        subprocess.Popen(
            command(folder, mini_file),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    ended = [(run.communicate(timeout=300)[1], run.returncode) for run in runs]
    assert sorted(code for _, code in ended) in ([0, 7], [0, 0])
    for said, code in ended:
        assert code == 0 or "another formscan run is writing here. Wait until" in said
    assert tables(folder / "out") == undisturbed[0]
