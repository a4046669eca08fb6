from __future__ import annotations

import csv

import pytest
from click.testing import CliRunner

from formscan.cli import main
from formscan.decision import Decision
from formscan.store import Ledger, open_store

AT = "2024-05-17T08:00:00.000+00:00"


def call(*line, **more):
    return CliRunner().invoke(main, ["--lang", "en", *(str(one) for one in line)], **more)


@pytest.fixture
def batch(tmp_path, mini_scans, mini_file):
    """A run of three families, with something decided about the first."""
    out = tmp_path / "out"
    done = call("run", mini_scans, "--out", out, "--form", mini_file, "--engine", "serial")
    assert done.exit_code == 0, done.output
    with open_store(out) as store:
        decision = Decision(keys(out)[0], "air", None, "value", "2", (), "rahasia", "Ani")
        Ledger(store).decide(decision, AT)
    return out


def rows(file):
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def keys(out):
    return [row["KEY"] for row in rows(out / "mini.csv")]


def test_an_erased_family_is_gone_from_every_table_and_stays_gone(batch, mini_scans, mini_file):
    first, *others = keys(batch)
    line = ("audit", "erase", batch, first, "--as", "Sri")
    refused = call(*line, input="n\n")
    assert (refused.exit_code, keys(batch)) == (1, [first, *others])
    (batch / "formscan-export.zip").write_bytes(b"tables of yesterday")
    before = {file.name for file in batch.rglob("originals/*/*")}
    done = call(*line, "--yes")
    assert (done.exit_code, "2 pages and 1 decision." in done.output) == (0, True)
    assert done.output.count("a scan outside the batch folder") == 2
    assert keys(batch) == others
    assert not (batch / "formscan-export.zip").exists()
    gone = before - {file.name for file in batch.rglob("originals/*/*")}
    assert len(gone) == 2
    pages = {row["scan"]: (row["status"], row["reason"]) for row in rows(batch / "pages.csv")}
    erased = [scan for scan, what in pages.items() if what == ("rejected", "erased")]
    assert len(erased) == 2
    again = call("run", mini_scans, "--out", batch, "--form", mini_file, "--engine", "serial")
    assert again.exit_code == 0
    assert keys(batch) == others
    assert call("audit", "verify", batch).exit_code == 0
    assert call(*line, "--yes").exit_code == 7


def test_the_daily_record_shows_who_did_what_and_the_head(batch):
    done = call("audit", "daily", batch, "--day", "2024-05-17")
    assert done.exit_code == 0, done.output
    page = (batch / "berita-acara.html").read_text(encoding="utf-8")
    with open_store(batch) as store:
        number, _, sha256 = Ledger(store).head().partition(":")
    assert f"{number}: {sha256[:8]} {sha256[8:16]}" in page
    assert "Ani" in page
    assert "rahasia" not in page
    other = call("audit", "daily", batch, "--day", "2024-05-19", "-o", batch / "x.html")
    assert other.exit_code == 0
    assert "Ani" not in (batch / "x.html").read_text(encoding="utf-8")
