"""A real folder, watched by the real command; everything is waited for, nothing slept for."""

from __future__ import annotations

import csv
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from formscan.cli import main

GUARD_S = 120


def until(holds: Callable[[], object], run: subprocess.Popen | None = None) -> None:
    """Wait for a condition; a guard only ends what hangs."""
    end = time.monotonic() + GUARD_S
    while not holds():
        assert run is None or run.poll() is None, "the watch has ended"
        assert time.monotonic() < end, "waited for too long"
        time.sleep(0.02)


@contextmanager
def watching(folder: Path, out: Path, form: Path, *more: str) -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-m", "formscan", "--lang", "en", "watch", str(folder)]
    command += ["--out", str(out), "--form", str(form), "--engine", "serial"]
    with subprocess.Popen([*command, *more]) as run:
        try:
            yield run
            run.send_signal(signal.SIGTERM)
            assert run.wait(GUARD_S) == 130
        finally:
            run.kill()


def page(out: Path) -> str:
    file = out / "watch.html"
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def scans(out: Path) -> list[str]:
    """Names of the pages that stand in the tables."""
    file = out / "pages.csv"
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as stream:
        return [row["scan"] for row in csv.DictReader(stream)]


@pytest.mark.skipif(sys.platform == "win32", reason="ended by SIGTERM")
def test_scans_are_taken_as_they_come_and_no_restart_loses_or_doubles_one(
    mini_scans, mini_file, tmp_path
):
    folder, out = tmp_path / "scans", tmp_path / "out"
    folder.mkdir()
    whole = (mini_scans / "s1p1.jpg").read_bytes()
    with watching(folder, out, mini_file, "--still", "2") as run:
        until(lambda: "Waiting" in page(out), run)
        with (folder / "s1p1.jpg").open("wb") as growing:
            growing.write(whole[:5000])
            growing.flush()
            until(lambda: "s1p1.jpg" in page(out), run)
            assert scans(out) == []
            growing.write(whole[5000:])
        until(lambda: scans(out) == ["scans/s1p1.jpg"], run)
        until(lambda: "Waiting" in page(out) and "Still being" not in page(out), run)
    assert "Stopped" in page(out)
    assert 'http-equiv="refresh"' not in page(out)

    shutil.copy(mini_scans / "s1p2.jpg", folder)
    (folder / "zz.jpg").write_bytes(whole[:-2] + b"\xff\xd8\xff\xd9")
    with watching(folder, out, mini_file, "--still", "0.2", "--poll", "0.1") as run:
        until(lambda: len(scans(out)) == 3, run)
        folder.rename(tmp_path / "unplugged")
        until(lambda: "Folder gone" in page(out), run)
        (tmp_path / "unplugged").rename(folder)
        until(lambda: "Waiting" in page(out), run)
    assert re.search(r"<b>3</b>\s*pages", page(out))

    line = ["run", folder, "--out", tmp_path / "again", "--form", mini_file, "--engine", "serial"]
    assert CliRunner().invoke(main, [str(one) for one in line]).exit_code == 0
    for table in (tmp_path / "again").glob("*.csv"):
        assert (out / table.name).read_bytes() == table.read_bytes(), table.name


def test_a_folder_that_is_not_there_and_news_that_cannot_be_heard_are_told(
    mini_file, tmp_path, monkeypatch
):
    def watch(folder: Path) -> object:
        line = ["--lang", "en", "watch", str(folder), "--out", str(tmp_path / "out")]
        return CliRunner().invoke(main, line)

    assert watch(tmp_path / "none").exit_code == 3
    found = sys.modules["importlib.util"].find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == "watchfiles" else found(name)
    )
    told = watch(tmp_path)
    assert told.exit_code == 6
    assert 'pip install "formscan[watch]"' in told.output
    assert "--poll" in told.output
    assert not (tmp_path / "out").exists()
