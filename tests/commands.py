"""The program as its users call it, and the tables that it leaves."""

from __future__ import annotations

import csv
from pathlib import Path

from click.testing import CliRunner

from formscan.cli import main


def call(*words: object) -> str:
    """What a command says in English; it must succeed."""
    done = CliRunner().invoke(main, ["--lang", "en", *map(str, words)])
    assert done.exit_code == 0, done.output
    return done.output


def rows(file: Path) -> list[dict[str, str]]:
    """The lines of a table."""
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
