from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from formscan.errors import StoreError
from formscan.export import write_outputs
from formscan.export.columns import record_columns, roster_columns
from formscan.export.files import CsvFile, write_text
from formscan.page import Identity, PageRef
from formscan.reading import PageOutcome
from formscan.record import FieldValue, Problem, Record
from formscan.settle import ReviewItem, Settled, SettledPage

KEY = "uuid:11111111-2222-5333-8444-555555555555"


def value(name: str, text: str, status: str, row: int | None = None, **more) -> FieldValue:
    return FieldValue(
        name=name, row=row, repeat="anggota" if row else "", page=1, raw=text, value=text,
        confidence=0.9999, status=status, reader="mark-1", scan="scans/a.jpg", frame=1,
        box_px=(1, 2, 3, 4), **more,
    )  # fmt: skip


@pytest.fixture
def settled() -> Settled:
    values = (
        value("status", "2", "accepted"),
        value("jk", "1", "confirmed", 1),
        value("kawin", "3", "review", 1, problems=("R04",), reason="rule"),
        value("jk", "", "blank", 2),
        value("kawin", "", "blank", 2),
        value("jk", "", "review", 3),
        value("kawin", "", "blank", 3),
    )
    record = Record(
        key=KEY, form="mini", version="1", serial="00000012", print_run="ABC123", status="review",
        values=values, calculated=(("mulai", ""),),
        problems=(Problem("R04", "anggota[1].kawin"), Problem("required", "air")),
        scans=("scans/a.jpg#1", "scans/b.jpg#2"),
    )  # fmt: skip
    outcome = PageOutcome(
        ref=PageRef("/x/a.jpg", 1, "scans/a.jpg", "aa"), status="ok",
        identity=Identity("mini", "1", 1, "00000012", "ABC123"), skew_deg=-0.001,
        residual_mm=0.12345, dpi=199.96, sharpness=0.5, width_px=9,
    )  # fmt: skip
    lost = PageOutcome(PageRef('/x/,\n"q".jpg', 1, 'scans/,\n"q".jpg', "bb"), "rejected")
    return Settled(
        records=(record,),
        pages=(SettledPage(outcome, "ok", "", KEY), SettledPage(lost, "rejected", "damaged_file")),
        review_items=(
            ReviewItem(KEY, "kawin", 1, "3", "3", 0.9999, "rule", "scans/a.jpg", 1),
            ReviewItem("", "", None, "", "", 0.0, "damaged_file", 'scans/,\n"q".jpg', 1),
        ),
    )


def table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_columns_are_the_questions_in_form_order(mini):
    assert record_columns(mini) == (
        "KEY", "mulai", "sumber", "no_seri", "status", "air", "lantai", "atap", "lampu",
        "_status", "_problems", "_serial", "_print_run", "_template_version", "_scans",
    )  # fmt: skip
    assert roster_columns(mini, "anggota") == ("PARENT_KEY", "KEY", "_row", "jk", "kawin")


def test_an_imported_form_has_its_fields_as_columns(mini):
    bare = mini.model_copy(update={"questions": ()})
    assert record_columns(bare)[1:4] == ("status", "air", "lantai")
    assert roster_columns(bare, "anggota")[3:] == ("jk", "kawin")


def test_the_record_shows_only_what_is_settled(tmp_path, mini, settled):
    write_outputs(tmp_path, [mini], [settled])
    (row,) = table(tmp_path / "mini.csv")
    assert row == {
        "KEY": KEY, "mulai": "", "sumber": "formulir", "no_seri": "00000012", "status": "2",
        "air": "", "lantai": "", "atap": "", "lampu": "", "_status": "review",
        "_problems": "R04:anggota[1].kawin required:air",
        "_serial": "00000012", "_print_run": "ABC123", "_template_version": "1",
        "_scans": "scans/a.jpg#1|scans/b.jpg#2",
    }  # fmt: skip


def test_roster_rows_keep_their_printed_number_and_blank_ones_are_left_out(tmp_path, mini, settled):
    write_outputs(tmp_path, [mini], [settled])
    rows = table(tmp_path / "mini-anggota.csv")
    assert [(row["_row"], row["jk"], row["kawin"]) for row in rows] == [
        ("1", "1", ""),
        ("3", "", ""),
    ]
    assert {row["PARENT_KEY"] for row in rows} == {KEY}
    assert rows[1]["KEY"] == f"{KEY}/anggota[3]"


def test_fields_pages_and_review_have_their_columns(tmp_path, mini, settled):
    write_outputs(tmp_path, [mini], [settled])
    fields = table(tmp_path / "fields.csv")
    assert len(fields) == 7
    assert fields[2] == {
        "record": KEY, "form": "mini", "version": "1", "page": "1", "field": "kawin", "row": "1",
        "raw": "3", "value": "3", "confidence": "0.9999", "status": "review", "reader": "mark-1",
        "problems": "R04", "scan": "scans/a.jpg", "frame": "1", "x": "1", "y": "2", "width": "3",
        "height": "4",
    }  # fmt: skip
    lost, read = table(tmp_path / "pages.csv")
    assert (lost["scan"], lost["status"], lost["reason"]) == (
        'scans/,\n"q".jpg', "rejected", "damaged_file",
    )  # fmt: skip
    assert lost["dpi"] == lost["skew_deg"] == lost["record"] == ""
    assert (read["skew_deg"], read["residual_mm"], read["dpi"]) == ("0.00", "0.123", "200.0")
    assert (read["serial"], read["record"]) == ("00000012", KEY)
    item, page_item = table(tmp_path / "review.csv")
    assert (item["field"], item["row"], item["confidence"]) == ("kawin", "1", "0.9999")
    assert (page_item["field"], page_item["confidence"]) == ("", "")


def test_the_workbook_holds_the_same_cells_as_text(tmp_path, mini, settled):
    write_outputs(tmp_path, [mini], [settled])
    book = openpyxl.load_workbook(tmp_path / "mini.xlsx")
    assert book.sheetnames == ["mini", "anggota", "review"]
    files = {"mini": "mini.csv", "anggota": "mini-anggota.csv", "review": "review.csv"}
    for name, file in files.items():
        with (tmp_path / file).open(encoding="utf-8", newline="") as stream:
            expected = list(csv.reader(stream))
        shown = [[cell.value or "" for cell in row] for row in book[name].iter_rows()]
        assert shown == expected
        assert all(c.data_type in "sn" and not isinstance(c.value, float)
                   for row in book[name].iter_rows() for c in row)  # fmt: skip


def test_a_workbook_lists_what_waits_of_its_own_form(tmp_path, mini, settled):
    other = mini.model_copy(update={"form": "anggota"})
    (record,) = settled.records
    theirs = replace(record, key="uuid:2", form="anggota")
    items = [replace(one, record="uuid:2" * bool(one.record)) for one in settled.review_items]
    groups = [settled, Settled((theirs,), (), tuple(items[:1]))]
    write_outputs(tmp_path, [mini, other], groups)
    for form, key in (("mini", KEY), ("anggota", "uuid:2")):
        book = openpyxl.load_workbook(tmp_path / f"{form}.xlsx")
        assert {row[0].value for row in book["review"].iter_rows(min_row=2)} == {key, None}
    assert book.sheetnames == ["anggota", "anggota~2", "review"]


def test_a_cell_that_looks_like_a_formula_stays_text(tmp_path, mini, settled):
    (record,) = settled.records
    evil = FieldValue("status", None, "", 1, "=1+1", "=1+1", 1.0, "accepted")
    danger = Record(record.key, "mini", "1", "", "", "accepted", (evil,))
    write_outputs(tmp_path, [mini], [Settled((danger,), (), ())])
    sheet = openpyxl.load_workbook(tmp_path / "mini.xlsx")["mini"]
    assert sheet["E2"].value == "=1+1"
    assert sheet["E2"].data_type == "s"
    assert table(tmp_path / "mini.csv")[0]["status"] == "=1+1"


def test_writing_twice_gives_the_same_bytes_and_leaves_nothing_else(tmp_path, mini, settled):
    for name in ("one", "two"):
        write_outputs(tmp_path / name, [mini], [settled])
    files = sorted(file.name for file in (tmp_path / "one").iterdir())
    assert files == [
        "fields.csv", "mini-anggota.csv", "mini.csv", "mini.xlsx", "pages.csv", "review.csv",
    ]  # fmt: skip
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    assert b"\r" not in (tmp_path / "one" / "mini.csv").read_bytes()


def test_a_batch_without_records_has_all_files_with_their_heads(tmp_path, mini):
    written = write_outputs(tmp_path, [mini], [])
    assert written.counts.decoded == 0
    assert table(tmp_path / "mini.csv") == []
    assert (tmp_path / "mini.csv").read_text().startswith("KEY,mulai,")
    assert written.renamed == ()


def test_counts_say_what_stands_in_the_files(tmp_path, mini, settled):
    counts = write_outputs(tmp_path, [mini], [settled]).counts
    assert dict(counts.pages) == {"ok": 1, "rejected": 1}
    assert dict(counts.reasons) == {"damaged_file": 1}
    assert dict(counts.records) == {"review": 1}
    assert dict(counts.fields) == {"accepted": 1, "blank": 3, "confirmed": 1, "review": 2}
    assert (counts.review_items, counts.decoded) == (2, 1)


@pytest.fixture
def held_open(monkeypatch):
    """Names that another program holds, as Windows would tell."""
    held: set[str] = set()
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if Path(target).name in held:
            raise PermissionError(13, "held", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    return held


def test_nothing_in_a_cell_can_end_its_line(tmp_path):
    cells = ("a\rb", "c\nd", "e\r\nf", '"g"', "h,i", "plain")
    file = CsvFile(tmp_path / "a.csv", cells)
    file.write([cells])
    file.finish()
    written = (tmp_path / "a.csv").read_bytes()
    assert written.count(b"plain\n") == 2
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as stream:
        assert list(csv.reader(stream)) == [list(cells)] * 2


def test_a_file_held_open_gets_another_name_and_is_announced(tmp_path, mini, settled, held_open):
    held_open |= {"mini.csv", "mini (2).csv", "mini.xlsx"}
    written = write_outputs(tmp_path, [mini], [settled])
    assert [(wanted.name, got.name) for wanted, got in written.renamed] == [
        ("mini.csv", "mini (3).csv"),
        ("mini.xlsx", "mini (2).xlsx"),
    ]
    assert len(table(tmp_path / "mini (3).csv")) == 1


def test_a_folder_that_refuses_every_name_is_an_error_with_a_remedy(tmp_path, held_open):
    held_open |= {"run.json", *(f"run ({n}).json" for n in range(2, 40))}
    with pytest.raises(StoreError, match="Close the programs"):
        write_text(tmp_path / "run.json", "{}")


def test_an_unfinished_file_never_shows_under_its_name(tmp_path):
    (tmp_path / "a.csv").write_text("old")
    file = CsvFile(tmp_path / "a.csv", ("x",))
    file.write([("1",)])
    assert (tmp_path / "a.csv").read_text() == "old"
    file.discard()
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]
