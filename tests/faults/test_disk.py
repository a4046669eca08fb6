"""Disks that are full, that only read, and a database that somebody holds."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from batches import finished, tables

CHAOS = "FORMSCAN_CHAOS" in os.environ
SIZES_KB = [int(size) for size in os.environ.get("FORMSCAN_CHAOS_KB", "600").split(",")]


@pytest.fixture(scope="module")
def undisturbed(mini_scans, mini_file, tmp_path_factory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("undisturbed")
    shutil.copytree(mini_scans, folder / "scans")
    assert finished(folder, mini_file)[0] == 0
    return tables(folder / "out")


@pytest.fixture
def small_disk(tmp_path, mini_scans) -> Iterator[Path]:
    """A folder with scans, and ``out`` on a disk of its own; skipped where none can be mounted."""
    shutil.copytree(mini_scans, tmp_path / "scans")
    out = tmp_path / "out"
    out.mkdir()
    if not _mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", str(out)):
        pytest.skip("no disk can be mounted here")
    try:
        yield tmp_path
    finally:
        subprocess.run(["umount", "-l", str(out)], check=True)


def _mount(*arguments: str) -> bool:
    if os.name == "nt" or os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("size_kb", SIZES_KB)
def test_a_full_disk_is_told_and_a_larger_one_goes_on(size_kb, small_disk, mini_file, undisturbed):
    out = small_disk / "out"
    assert _mount("-o", f"remount,size={size_kb}k", str(out))
    code, said = finished(small_disk, mini_file)
    assert code == 7
    assert "Make room on the disk" in said or "the disk is not full" in said
    assert _mount("-o", "remount,size=64m", str(out))
    assert finished(small_disk, mini_file)[0] == 0
    assert tables(out) == undisturbed


def test_a_folder_that_only_reads_is_told_and_keeps_what_it_has(small_disk, mini_file, undisturbed):
    out = small_disk / "out"
    assert finished(small_disk, mini_file)[0] == 0
    assert _mount("-o", "remount,ro", str(out))
    code, said = finished(small_disk, mini_file)
    assert (code, "Choose another folder" in said) == (7, True)
    assert _mount("-o", "remount,rw", str(out))
    assert tables(out) == undisturbed


LIMITED = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.argv[:] = ["formscan", *sys.argv[2:]]
runpy.run_module("formscan", run_name="__main__")
"""


@pytest.mark.skipif(os.name == "nt" or not (CHAOS or os.geteuid()), reason="disks are mounted")
def test_files_that_may_not_grow_are_told_and_the_next_run_goes_on(
    mini_scans, mini_file, tmp_path, undisturbed
):
    shutil.copytree(mini_scans, tmp_path / "scans")
    run = [sys.executable, "-c", LIMITED, "120000", "--lang", "en", "run", str(tmp_path / "scans")]
    run += ["--out", str(tmp_path / "out"), "--form", str(mini_file), "--as-of", "2024-05-17"]
    done = subprocess.run(
        [*run, "--engine", "serial"], capture_output=True, text=True, check=False, timeout=300
    )
    assert (done.returncode, "Traceback" in done.stderr) == (7, False), done.stderr
    assert finished(tmp_path, mini_file)[0] == 0
    assert tables(tmp_path / "out") == undisturbed


@pytest.mark.skipif(not CHAOS, reason="waits; make chaos")
def test_a_database_that_somebody_holds_for_a_moment_is_waited_for(
    mini_scans, mini_file, tmp_path, undisturbed
):
    shutil.copytree(mini_scans, tmp_path / "scans")
    assert finished(tmp_path, mini_file)[0] == 0
    holder = sqlite3.connect(tmp_path / "out/formscan.db", check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    threading.Timer(3.0, holder.rollback).start()
    code, _ = finished(tmp_path, mini_file)
    holder.close()
    assert code == 0
    assert tables(tmp_path / "out") == undisturbed


@pytest.mark.skipif(not CHAOS, reason="waits; make chaos")
def test_a_database_that_somebody_holds_for_good_is_told(mini_scans, mini_file, tmp_path):
    shutil.copytree(mini_scans, tmp_path / "scans")
    assert finished(tmp_path, mini_file)[0] == 0
    holder = sqlite3.connect(tmp_path / "out/formscan.db")
    holder.execute("BEGIN IMMEDIATE")
    code, said = finished(tmp_path, mini_file)
    holder.rollback()
    holder.close()
    assert (code, "no other program holds the file" in said) == (7, True)
