"""The fuzz targets on their seeds, and on everything that fuzzing ever found."""

from __future__ import annotations

from pathlib import Path

import pytest
from seeds import seeds
from targets import TARGETS

FOUND = Path(__file__).parent / "found"


@pytest.mark.parametrize("target", list(TARGETS))
def test_no_seed_breaks_a_target(target, tmp_path):
    for name, data in seeds(target).items():
        folder = tmp_path / name
        folder.mkdir()
        TARGETS[target](data, folder)


@pytest.mark.parametrize(
    "file", sorted(FOUND.glob("*/*")), ids=lambda file: f"{file.parent.name}-{file.name}"
)
def test_what_was_found_stays_mended(file, tmp_path):
    TARGETS[file.parent.name](file.read_bytes(), tmp_path)
