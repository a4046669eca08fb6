"""Nothing is hard-wired: other forms go from definition to CSV by the same commands."""

from __future__ import annotations

import csv
from pathlib import Path

from click.testing import CliRunner

from formscan.cli import main


def call(*words: object) -> str:
    done = CliRunner().invoke(main, ["--lang", "en", *map(str, words)])
    assert done.exit_code == 0, done.output
    return done.output


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def run(folder: Path, *forms: object) -> Path:
    out = folder / "out"
    named = [word for form in forms for word in ("--form", form)]
    call("run", folder / "scans", "--out", out, "--as-of", "2025-01-01", "--engine", "serial",
         *named)  # fmt: skip
    return out


def test_a_register_becomes_one_record_with_a_row_per_child(tmp_path: Path) -> None:
    call("simulate", "posyandu", "-n", 1, "--seed", 3, "--severity", "clean", "-o", tmp_path)
    out = run(tmp_path)
    truth = {(row["field"], row["row"]): row["value"] for row in rows(tmp_path / "truth.csv")}
    filled = [row for name, row in truth if name == "no_kia" and truth[name, row]]
    assert 12 <= len(filled) <= 20
    children = rows(out / "posyandu-anak.csv")
    assert [child["_row"] for child in children] == sorted(filled, key=int)
    (record,) = rows(out / "posyandu.csv")
    assert record["tgl_buka"] == truth["tgl_buka", ""]
    assert record["_problems"] == "", "invented children break no rule"
    shown = 0
    for child in children:
        assert child["PARENT_KEY"] == record["KEY"]
        for name in ("jk", "tgl_lahir", "berat", "tinggi", "layanan"):
            assert child[name] in ("", truth[name, child["_row"]])
            shown += bool(child[name])
        assert child["nama"] == child["keterangan"] == ""
    assert shown > 2 * len(children)
    names = {file.name for file in out.iterdir()}
    assert {"posyandu.csv", "posyandu-anak.csv", "posyandu.xlsx"} <= names
    assert not any(name.startswith("fk23") for name in names), "no page of it came"
    _export(out, tmp_path / "export")


def _export(out: Path, folder: Path) -> None:
    (record,) = rows(out / "posyandu.csv")
    assert record["_status"] == "review"
    told = call("export", out, "--format", "odk", "-o", folder)
    assert "0 submissions" in told
    assert "1 records are not finished" in told
    assert not folder.exists()
    call("export", out, "--format", "xlsx", "-o", folder)
    assert [file.name for file in folder.iterdir()] == ["posyandu.xlsx"]
