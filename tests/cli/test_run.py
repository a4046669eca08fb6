from __future__ import annotations

import csv
import json

import pypdfium2
import pytest
from click.testing import CliRunner
from PIL import Image

from formscan.cli import main
from formscan.store import locked


def formscan(*arguments: object):
    return CliRunner().invoke(main, ["--lang", "en", *(str(one) for one in arguments)])


def table(file):
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def finished(mini_scans, mini_file, tmp_path_factory):
    out = tmp_path_factory.mktemp("cli") / "out"
    shown = formscan("run", mini_scans, "--out", out, "--form", mini_file, "--engine", "serial",
                     "--as-of", "2024-05-17", "--overlays")  # fmt: skip
    return out, shown


def test_a_run_ends_with_a_summary_and_all_files(finished):
    out, shown = finished
    assert shown.exit_code == 0, shown.output
    assert "7 pages found" in shown.stderr
    assert "7 of 7 pages read" in shown.stderr
    assert "blank 1, read 6" in shown.stdout
    assert "accepted 3" in shown.stdout
    assert str(out) in shown.stdout
    names = {file.name for file in out.iterdir()}
    assert {"mini.csv", "mini-anggota.csv", "mini.xlsx", "fields.csv", "pages.csv", "review.csv",
            "run.json", "report.html", "formscan.db", "originals", "overlays"} <= names  # fmt: skip
    assert len(list((out / "overlays").iterdir())) == 6


def test_run_json_holds_what_the_contract_says(finished, mini):
    document = json.loads((finished[0] / "run.json").read_text(encoding="utf-8"))
    assert document["as_of"] == "2024-05-17"
    assert document["counts"]["pages"] == {"blank": 1, "ok": 6}
    assert document["counts"]["records"] == {"accepted": 3}
    assert document["templates"] == [{"form": "mini", "version": "1", "sha256": mini.sha256()}]
    assert {"load", "identify", "register", "read"} <= document["speed"]["seconds_per_stage"].keys()
    assert document["speed"]["pages_per_second"] > 0
    assert document["versions"]["formscan"]


def test_json_is_the_only_thing_on_stdout(mini_scans, mini_file, tmp_path):
    shown = formscan("run", mini_scans / "s1p1.jpg", "--out", tmp_path, "--form", mini_file,
                     "--engine", "serial", "--json")  # fmt: skip
    assert json.loads(shown.stdout)["counts"]["pages"] == {"ok": 1}
    assert shown.stderr == ""
    assert table(tmp_path / "pages.csv")[0]["scan"] == "s1p1.jpg"


def test_max_error_reaches_the_acceptance_rule(mini_scans, mini_file, tmp_path):
    run = ("run", mini_scans, "--out", tmp_path, "--form", mini_file, "--engine", "serial")
    assert formscan(*run, "--max-error", "mark=0").exit_code == 0
    assert {row["status"] for row in table(tmp_path / "fields.csv")} == {"review"}
    shown = formscan(*run)
    assert shown.exit_code == 0
    assert {row["status"] for row in table(tmp_path / "fields.csv")} == {"accepted", "blank"}
    assert "max_error.mark is now 0.0001, was 0.0" in shown.stderr
    changes = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["changes"]
    assert changes == [{"name": "max_error.mark", "before": "0.0", "now": "0.0001"}]
    assert "is now" not in formscan(*run).stderr
    assert formscan(*run, "--max-error", "marks=0").exit_code == 3


def test_no_page_decoded_is_exit_5_with_the_tables_written(mini_file, tmp_path):
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "a.jpg").write_bytes(b"not a picture")
    shown = formscan("run", tmp_path / "scans", "--out", tmp_path / "o", "--form", mini_file)
    assert shown.exit_code == 5
    (row,) = table(tmp_path / "o" / "pages.csv")
    assert (row["status"], row["reason"]) == ("rejected", "not_a_picture")
    assert table(tmp_path / "o" / "mini.csv") == []
    empty = tmp_path / "empty"
    empty.mkdir()
    assert formscan("run", empty, "--out", tmp_path / "p", "--form", mini_file).exit_code == 5


def test_unknown_forms_and_changed_templates_are_exit_4(mini, mini_scans, mini_file, tmp_path):
    run = ("run", mini_scans, "--out", tmp_path / "o", "--engine", "serial", "--form")
    assert formscan(*run, "fk99").exit_code == 4
    assert formscan(*run, mini_file).exit_code == 0
    changed = tmp_path / "changed.json"
    template = mini.model_copy(update={"pages_per_record": 1})
    changed.write_text(template.model_dump_json(exclude_defaults=True))
    shown = formscan(*run, changed)
    assert shown.exit_code == 4
    assert "new version" in shown.stderr


def test_a_locked_output_folder_is_exit_7(mini_scans, mini_file, tmp_path):
    with locked(tmp_path):
        shown = formscan("run", mini_scans, "--out", tmp_path, "--form", mini_file)
    assert shown.exit_code == 7
    assert "another formscan run" in shown.stderr


def test_linked_scans_are_not_copied(mini_scans, mini_file, tmp_path):
    shown = formscan("run", mini_scans / "s1p1.jpg", "--out", tmp_path, "--form", mini_file,
                     "--engine", "serial", "--link-scans", "--overlays")  # fmt: skip
    assert shown.exit_code == 0
    assert not (tmp_path / "originals").exists()
    assert len(list((tmp_path / "overlays").iterdir())) == 1


def test_a_bad_place_is_warned_about_before_page_one(mini_scans, mini_file, tmp_path):
    out = tmp_path / "OneDrive - Dinas" / "o"
    shown = formscan("run", mini_scans / "s1p1.jpg", "--out", out, "--form", mini_file,
                     "--engine", "serial")  # fmt: skip
    lines = shown.stderr.splitlines()
    assert "synchronised" in lines[0]
    assert "GB" in lines[1]
    assert "1 page found" in lines[2]
    assert shown.exit_code == 0


def test_a_file_that_a_spreadsheet_holds_open_is_announced(
    mini_scans, mini_file, tmp_path, monkeypatch
):
    from pathlib import Path

    replace = Path.replace

    def refuse(self, target):
        if Path(target).name == "mini.xlsx":
            raise PermissionError(13, "held", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    shown = formscan("run", mini_scans / "s1p1.jpg", "--out", tmp_path, "--form", mini_file,
                     "--engine", "serial")  # fmt: skip
    assert shown.exit_code == 0
    assert "mini (2).xlsx" in shown.stdout


def test_export_gives_the_same_tables_once_more(finished, tmp_path):
    out, _ = finished
    assert formscan("export", out, "-o", tmp_path / "csv").exit_code == 0
    for file in (tmp_path / "csv").iterdir():
        assert file.read_bytes() == (out / file.name).read_bytes()
    assert formscan("export", out, "--format", "xlsx", "-o", tmp_path / "x").exit_code == 0
    assert [file.name for file in (tmp_path / "x").iterdir()] == ["mini.xlsx"]
    assert (tmp_path / "x" / "mini.xlsx").read_bytes() == (out / "mini.xlsx").read_bytes()
    assert formscan("export", tmp_path / "nothing", "-o", tmp_path / "y").exit_code == 3


def test_fk23_from_simulate_to_rows(tmp_path):
    made = formscan("simulate", "fk23", "-n", 1, "--seed", 7, "--severity", "clean", "-o", tmp_path)
    assert made.exit_code == 0, made.output
    shown = formscan("run", tmp_path / "scans", "--out", tmp_path / "o", "--as-of", "2024-05-17")
    assert shown.exit_code == 0, shown.output
    pages = table(tmp_path / "o" / "pages.csv")
    assert {row["status"] for row in pages} == {"ok"}
    (record,) = table(tmp_path / "o" / "fk23.csv")
    assert record["no_seri"] == pages[0]["serial"]
    assert table(tmp_path / "o" / "fk23-anggota.csv")
    truth = {(row["scan"], row["field"], row["row"]): row for row in table(tmp_path / "truth.csv")}
    read = table(tmp_path / "o" / "fields.csv")
    assert len(read) == len(truth)
    marks = [row for row in read if row["reader"].startswith("mark")]
    assert len(marks) > 0
    wrong = [row for row in marks
             if row["raw"] != truth[row["scan"], row["field"], row["row"]]["raw"]]  # fmt: skip
    assert wrong == []


def test_a_batch_that_was_run_before_is_said_to_be(finished, mini_scans, mini_file, tmp_path):
    run = ("run", mini_scans, "--form", mini_file, "--engine", "serial", "--against")
    shown = formscan(*run, finished[0], "--out", tmp_path)
    assert shown.exit_code == 0, shown.output
    assert "3 records stand in an earlier batch" in shown.stdout
    counts = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["counts"]
    assert (counts["waiting"], counts["records"]) == ({"seen_before": 3}, {"review": 3})
    assert [row["_problems"] for row in table(tmp_path / "mini.csv")] == ["seen_before:_serial"] * 3
    itself = formscan(*run, tmp_path, "--out", tmp_path)
    assert itself.exit_code == 3
    assert "folder of this run" in itself.stderr


@pytest.mark.parametrize("place", ["nowhere", "holiday"])
@pytest.mark.parametrize(
    "line",
    ["run . --out o --against {}", "report {}", "gallery {}", "review {}", "export {} -o e",
     "audit verify {}", "audit daily {}", "evaluate {} --truth truth.csv", "doctor --scan {}"],
)  # fmt: skip
def test_what_is_not_there_ends_every_command_alike(line, place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "holiday").mkdir()
    (tmp_path / "truth.csv").write_text("scan,frame,field,row,raw,value\n", encoding="utf-8")
    shown = formscan(*line.format(place).split())
    assert (shown.exit_code, place in shown.output) == (3, True), shown.output
    assert sorted(found.name for found in tmp_path.iterdir()) == ["holiday", "truth.csv"]


def test_a_mistyped_scan_folder_makes_nothing(mini_file, tmp_path):
    shown = formscan("run", tmp_path / "scnas", "--out", tmp_path / "out", "--form", mini_file)
    assert shown.exit_code == 3
    assert "scnas" in shown.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_of_other_things_is_not_taken_as_output(mini_scans, mini_file, tmp_path):
    (tmp_path / "surat.docx").write_bytes(b"x")
    shown = formscan("run", mini_scans, "--out", tmp_path, "--form", mini_file)
    assert shown.exit_code == 7
    assert "--out" in shown.stderr
    assert [found.name for found in tmp_path.iterdir()] == ["surat.docx"]


def test_a_cover_counts_the_sheets_behind_it_in_its_own_file(scan_page, mini_file, tmp_path):
    printed = formscan(
        "form", "print-cover", "--sheets", 2, "--area", "6402012001", "-o", tmp_path / "cover.pdf"
    )
    assert printed.exit_code == 0, printed.output
    top = pypdfium2.PdfDocument(tmp_path / "cover.pdf")[0].render(scale=150 / 72).to_pil()
    behind = [
        Image.open(scan_page(tmp_path / f"s{serial}p{page}.jpg", serial, page))
        for serial in (1, 2)
        for page in (1, 2)
    ]
    scans = tmp_path / "scans"
    scans.mkdir()
    settings = {"save_all": True, "resolution": 200}
    top.convert("RGB").save(scans / "a.pdf", append_images=behind, **settings)
    top.convert("RGB").save(scans / "b.pdf", append_images=behind[:2], **settings)
    shown = formscan("run", scans, "--out", tmp_path / "o", "--form", mini_file, "--json")
    assert shown.exit_code == 0, shown.output
    bundles = json.loads((tmp_path / "o" / "run.json").read_text())["bundles"]
    assert [(one["scan"], one["area"], one["sheets"], one["found"]) for one in bundles] == [
        ("scans/a.pdf", "6402012001", 2, 2), ("scans/b.pdf", "6402012001", 2, 1),
    ]  # fmt: skip
    assert [one["complete"] for one in bundles] == [True, False]
    covers = [row for row in table(tmp_path / "o" / "pages.csv") if row["status"] == "cover"]
    assert [row["reason"] for row in covers] == ["", "sheet_count_differs"]
    waiting = [row["reason"] for row in table(tmp_path / "o" / "review.csv")]
    assert waiting == ["sheet_count_differs"]
    refused = formscan(
        "form", "print-cover", "--sheets", 2, "--kader", "A-1", "-o", tmp_path / "x.pdf"
    )
    assert refused.exit_code == 3


def test_only_broken_files_end_with_5_though_earlier_pages_were_good(
    mini_scans, mini_file, tmp_path
):
    out = tmp_path / "o"
    first = formscan("run", mini_scans / "s1p1.jpg", "--out", out, "--form", mini_file)
    assert first.exit_code == 0
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 broken")
    second = formscan("run", tmp_path / "broken.jpg", "--out", out, "--form", mini_file)
    assert second.exit_code == 5
    assert [row["status"] for row in table(out / "pages.csv")] == ["rejected", "ok"]
    assert (
        formscan("run", mini_scans / "s1p1.jpg", "--out", out, "--form", mini_file).exit_code == 0
    )
