"""Nothing is hard-wired: other forms go from definition to CSV by the same commands."""

from __future__ import annotations

from pathlib import Path

from tests.commands import call, rows


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
    """A register whose boxes are all sure leaves at once; nobody need look at it."""
    (record,) = rows(out / "posyandu.csv")
    assert record["_status"] == "accepted"
    told = call("export", out, "--format", "odk", "-o", folder)
    assert "1 submission" in told
    assert len([*folder.rglob("*.xml")]) == 1
    call("export", out, "--format", "xlsx", "-o", folder)
    assert (folder / "posyandu.xlsx").is_file()


FK23 = Path(__file__).parents[1] / "formscan/templates/library/fk23/fk23.md"
OTHER_YEAR = (("2023070101", "2024070101"), ("| | agama | 1 |", "| | agama | 8 |"))


def test_two_years_of_one_form_in_one_batch(tmp_path: Path) -> None:
    """Families on both years' paper: each sheet is judged by its own code lists."""
    text = FK23.read_text(encoding="utf-8")
    for old, new in OTHER_YEAR:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "fk24.md").write_text(text, encoding="utf-8")
    call("form", "build", tmp_path / "fk24.md", "-o", tmp_path / "fk24")
    later = tmp_path / "fk24" / "template.json"
    for seed, (form, name) in enumerate((("fk23", "a"), (later, "b")), 1):
        folder = tmp_path / name
        call("simulate", form, "-n", 1, "--seed", seed, "--severity", "clean", "-o", folder)
        for scan in (folder / "scans").iterdir():
            target = tmp_path / "scans" / f"{name}{scan.name}"
            target.parent.mkdir(exist_ok=True)
            scan.rename(target)
    out = run(tmp_path, "fk23", later)
    records = {row["_template_version"]: row for row in rows(out / "fk23.csv")}
    assert list(records) == ["2023070101", "2024070101"]
    assert len({record["KEY"] for record in records.values()}) == 2
    for version, value in (("2023070101", "1"), ("2024070101", "")):
        (key,) = (row["KEY"] for row in records.values() if row["_template_version"] == version)
        written = [
            row for row in rows(out / "fields.csv")
            if row["record"] == key and row["field"] == "agama" and row["raw"] == "1"
        ]  # fmt: skip
        assert len(written) >= 2
        assert {row["version"] for row in written} == {version}
        assert {row["value"] for row in written} == {value}
        assert value or {row["status"] for row in written} == {"review"}
