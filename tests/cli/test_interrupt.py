"""Runs that are interrupted or killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from formscan.store import open_store


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to a group")
def test_ctrl_c_is_exit_130_and_keeps_what_was_read(scan_page, mini_file, tmp_path):
    for serial in range(40):
        scan_page(tmp_path / "scans" / f"{serial:02d}.jpg", serial, 1)
    with _started(tmp_path, mini_file) as run:
        os.killpg(run.pid, signal.SIGINT)
        rest = run.stderr.read().decode()
        assert run.wait(60) == 130
    assert "Interrupted" in rest
    assert "Traceback" not in rest
    with open_store(tmp_path / "o") as store:
        assert len(list(store.outcomes())) >= 4


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="needs /proc")  # noqa: PTH112
def test_workers_end_when_the_run_is_killed(scan_page, mini_file, tmp_path):
    for serial in range(40):
        scan_page(tmp_path / "scans" / f"{serial:02d}.jpg", serial, 1)
    with _started(tmp_path, mini_file) as run:
        run.kill()
        run.wait()
        deadline = time.monotonic() + 20
        while _session(run.pid) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert _session(run.pid) == []


def _started(folder, form) -> subprocess.Popen[bytes]:
    """A run over ``folder/scans`` into ``folder/o`` that has read its first tenth."""
    command = [sys.executable, "-m", "formscan", "--lang", "en", "run", str(folder / "scans")]
    command += ["--out", str(folder / "o"), "--form", str(form), "--workers", "2"]
    run = subprocess.Popen(
        command, stderr=subprocess.PIPE, start_new_session=True, preexec_fn=_hear_ctrl_c
    )
    while b"pages read" not in (line := run.stderr.readline()):
        assert line, "ended early"
    return run


def _hear_ctrl_c() -> None:
    """As at a prompt: what a shell starts in the background is deaf to ctrl-C, and so its heirs."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _session(leader: int) -> list[int]:
    """Processes of a session that are still alive."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8") as stream:  # noqa: PTH123
                fields = stream.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(name))
    return found
