"""What is delivered: a wheel that is equal to the byte when built again, and holds all it needs."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def built(folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1735689600"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_the_wheel_is_reproducible_and_whole(tmp_path):
    first, second = built(tmp_path / "1"), built(tmp_path / "2")
    digests = {hashlib.sha256(one.read_bytes()).hexdigest() for one in (first, second)}
    assert len(digests) == 1
    names = set(zipfile.ZipFile(first).namelist())
    package = ROOT / "formscan"
    data = {
        path.relative_to(ROOT).as_posix()
        for pattern in ("**/*.py", "**/*.onnx", "**/*.toml", "**/*.html", "**/*.js", "**/*.ttf")
        for path in package.glob(pattern)
    }
    assert data <= names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"formscan"}
