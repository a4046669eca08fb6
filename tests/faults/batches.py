"""Runs of the real command over scans of the small form, and what must be equal after them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

TIMEOUT_S = 300


def command(folder: Path, form: Path, *more: str, scans: str = "") -> list[str]:
    """``formscan run folder/scans --out folder/out``, or of scans under an address."""
    run = [sys.executable, "-m", "formscan", "--lang", "en", "run", scans or str(folder / "scans")]
    run += ["--out", str(folder / "out"), "--form", str(form), "--as-of", "2024-05-17"]
    return [*run, *(more or ("--engine", "serial"))]


def finished(
    folder: Path, form: Path, *more: str, scans: str = "", **extra: Any
) -> tuple[int, str]:
    """Exit code, and what was said, of a run that is left to end."""
    run = command(folder, form, *more, scans=scans)
    done = subprocess.run(
        run, capture_output=True, text=True, timeout=TIMEOUT_S, check=False, **extra
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout + done.stderr


def tables(out: Path) -> dict[str, bytes]:
    """What must be equal, byte for byte; nothing unfinished may lie about."""
    assert not [str(left) for left in out.rglob("*.part")]
    assert (out / "report.html").stat().st_size > 1000
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["counts"]
    files = [*out.glob("*.csv"), *out.glob("*.xlsx")]
    return {file.name: file.read_bytes() for file in sorted(files)}
