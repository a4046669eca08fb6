"""A batch that cannot be written is read all the same: an archive, a disc, somebody else's."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing

import pytest
from click.testing import CliRunner

from formscan.cli import main
from formscan.decision import Decision
from formscan.errors import StoreError
from formscan.store import Ledger, open_store, read_store

AT = "2024-05-17T08:00:00+00:00"
WITHOUT_RIGHTS = (
    ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
    if os.name == "posix" and os.geteuid() == 0
    else []
)
"""Root may write anywhere; without these capabilities it may not."""


@pytest.fixture
def batch(tmp_path):
    with open_store(tmp_path / "out") as store:
        Ledger(store).decide(Decision("uuid:a", "jk", 1, "value", "2", reviewer="Ani"), AT)
    return tmp_path / "out"


def read_only(out):
    for path in (out, *out.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)


def writable_again(out):
    for path in (out, *out.rglob("*")):
        path.chmod(path.stat().st_mode | stat.S_IWUSR)


@pytest.fixture
def archived(batch):
    read_only(batch)
    yield batch
    writable_again(batch)


ALL = """
import json, sys
from click.testing import CliRunner
from formscan.cli import main
told = [CliRunner().invoke(main, ["--lang", "en", *line]) for line in json.load(sys.stdin)]
print(json.dumps([(one.exit_code, one.output) for one in told]))
"""


def call(*lines):
    """Exit code and output of commands, by somebody who cannot write."""
    if WITHOUT_RIGHTS and shutil.which(WITHOUT_RIGHTS[0]) is None:
        pytest.skip("setpriv is not installed")
    given = json.dumps([[str(word) for word in line] for line in lines])
    command = [*WITHOUT_RIGHTS, sys.executable, "-c", ALL]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.skipif(os.name != "posix", reason="rights of files are told otherwise")
def test_the_audit_of_an_archived_batch_is_verified(archived):
    before = {one.name: one.read_bytes() for one in archived.iterdir()}
    verified, erased = call(
        ("audit", "verify", archived), ("audit", "erase", archived, "uuid:a", "--yes")
    )
    assert (verified[0], "1 entr" in verified[1]) == (0, True), verified
    assert erased[0] == 7
    assert {one.name: one.read_bytes() for one in archived.iterdir()} == before


@pytest.mark.skipif(os.name != "posix", reason="rights of files are told otherwise")
def test_tables_report_and_gallery_of_an_archived_batch_go_elsewhere(
    mini_scans, mini_file, tmp_path
):
    out, to = tmp_path / "out", tmp_path / "to"
    to.mkdir()
    line = ["run", str(mini_scans), "--out", str(out), "--form", str(mini_file)]
    assert CliRunner().invoke(main, [*line, "--engine", "serial"]).exit_code == 0
    read_only(out)
    (to / "truth.csv").write_text("scan,frame,field,row,raw,value\n", encoding="utf-8")
    *done, refused = call(
        ("export", out, "-o", to / "csv"),
        ("export", out, "--format", "xlsx", "-o", to / "xlsx"),
        ("report", out, "-o", to / "report.html", "--with-pictures", "--overlays"),
        ("gallery", out, "-o", to / "gallery.html"),
        ("audit", "daily", out, "-o", to / "daily.html"),
        ("evaluate", out, "--truth", to / "truth.csv", "-o", to / "e"),
        ("report", out),
    )
    writable_again(out)
    assert [code for code, _ in done] == [0] * 6, done
    assert (refused[0], "report.html" in refused[1]) == (7, True)
    assert (to / "csv/mini.csv").read_bytes() == (out / "mini.csv").read_bytes()
    names = {one.name for one in to.iterdir()}
    assert {"report.html", "gallery.html", "overlays", "daily.html", "xlsx", "e"} <= names


def unwritable(monkeypatch):
    """Whoever asks cannot write."""

    def refuse(*given, **more):
        raise StoreError("cannot be written")

    monkeypatch.setattr("formscan.store.reading.open_store", refuse)


def test_what_was_written_last_is_read_from_a_wal_that_was_copied_along(
    batch, tmp_path, monkeypatch
):
    """A copy of a batch that is open: its last decisions are in no other file."""
    copy = tmp_path / "copy"
    with open_store(batch) as store:
        Ledger(store).decide(Decision("uuid:a", "jk", 2, "value", "1", reviewer="Ani"), AT)
        copy.mkdir()
        for name in ("formscan.db", "formscan.db-wal"):
            shutil.copyfile(batch / name, copy / name)
    unwritable(monkeypatch)
    with closing(sqlite3.connect(f"file:{copy}/formscan.db?immutable=1", uri=True)) as alone:
        assert alone.execute("SELECT count(*) FROM audit").fetchone() == (1,)
    with read_store(copy) as store:
        assert Ledger(store).head().startswith("2:")
        assert Ledger(store).verify() == ()


def test_who_looks_on_sees_what_others_write_and_writes_nothing(batch, monkeypatch):
    with open_store(batch) as writing:
        unwritable(monkeypatch)
        with read_store(batch) as reading:
            Ledger(writing).note("Ani", "login", {}, AT)
            assert Ledger(reading).head().startswith("2:")
            with pytest.raises(StoreError):
                Ledger(reading).note("Ani", "login", {}, AT)


@pytest.mark.parametrize(("version", "word"), [("1", "older"), ("99", "newer")])
def test_a_store_of_another_formscan_is_refused_with_the_remedy(batch, monkeypatch, version, word):
    with closing(sqlite3.connect(batch / "formscan.db")) as connection:
        connection.execute("UPDATE meta SET value=? WHERE name='schema'", (version,))
        connection.commit()
    unwritable(monkeypatch)
    with pytest.raises(StoreError, match=word):
        read_store(batch)
