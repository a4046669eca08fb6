"""Nothing is hard-wired: other forms go from definition to CSV by the same commands."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from formscan.cli import main


def call(*words: object) -> str:
    done = CliRunner().invoke(main, ["--lang", "en", *map(str, words)])
    assert done.exit_code == 0, done.output
    return done.output


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One register page, simulated and run beside the rest of the library."""
    folder = tmp_path_factory.mktemp("register")
    call("simulate", "posyandu", "-n", 1, "--seed", 3, "--severity", "clean", "-o", folder)
    call("run", folder / "scans", "--out", folder / "out", "--as-of", "2025-01-01",
         "--engine", "serial")  # fmt: skip
    return folder


def test_a_register_becomes_one_record_with_a_row_per_child(register: Path) -> None:
    truth = {(row["field"], row["row"]): row["value"] for row in rows(register / "truth.csv")}
    filled = [row for name, row in truth if name == "no_kia" and truth[name, row]]
    assert 12 <= len(filled) <= 20
    children = rows(register / "out" / "posyandu-anak.csv")
    assert [child["_row"] for child in children] == sorted(filled, key=int)
    (record,) = rows(register / "out" / "posyandu.csv")
    assert record["tgl_buka"] == truth["tgl_buka", ""]
    shown = 0
    for child in children:
        assert child["PARENT_KEY"] == record["KEY"]
        for name in ("jk", "tgl_lahir", "berat", "tinggi", "layanan"):
            assert child[name] in ("", truth[name, child["_row"]])
            shown += bool(child[name])
        assert child["nama"] == child["keterangan"] == ""
    assert shown > 2 * len(children)


def test_invented_children_break_no_rule(register: Path) -> None:
    (record,) = rows(register / "out" / "posyandu.csv")
    assert record["_problems"] == ""


def test_a_form_of_which_no_page_came_gets_no_files(register: Path) -> None:
    names = {file.name for file in (register / "out").iterdir()}
    assert {"posyandu.csv", "posyandu-anak.csv", "posyandu.xlsx"} <= names
    assert not any(name.startswith("fk23") for name in names)


def test_export_writes_what_is_finished_and_says_what_is_not(
    register: Path, tmp_path: Path
) -> None:
    out = register / "out"
    (record,) = rows(out / "posyandu.csv")
    assert record["_status"] == "review"
    told = call("export", out, "--format", "odk", "-o", tmp_path)
    assert "0 submissions" in told
    assert "1 records are not finished" in told
    assert list(tmp_path.iterdir()) == []
    call("export", out, "--format", "xlsx", "-o", tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["posyandu.xlsx"]
