from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from formscan.errors import SettingsError, StoreError
from formscan.report.evaluate import Evaluation, evaluate, to_json
from formscan.report.evaluation_page import evaluation_html, write_evaluation
from formscan.report.records import RecordFigures
from formscan.report.score import Score
from formscan.templates.model import Template


def kind(evaluation: Evaluation, name: str) -> Score:
    return next(score for score in evaluation.kinds if score.name == name)


def field(evaluation: Evaluation, name: str) -> Score:
    return next(score for score in evaluation.fields if score.name == name)


@pytest.fixture
def perturbed(rows: SimpleNamespace, template: Template, tmp_path: Path) -> Evaluation:
    """12 pages by 4 writers, with one page lost and every sort of error, each once."""
    pages = [rows.family(number) for number in range(12)]
    set_field(pages[0], "nik", read_raw="0000000010103728", read_value="0000000010103728")
    set_field(
        pages[1], "nik", read_raw="?0000000?0103723", read_value="", status="review", confidence=0.3
    )
    set_field(
        pages[2],
        "nama",
        read_raw="SITI AMINA",
        read_value="SITI AMINA",
        status="review",
        confidence=0.8,
    )
    set_field(pages[3], "agama", raw="", value="", read_raw="1", read_value="1")
    set_field(pages[4], "agama", raw="", value="")
    set_field(pages[5], "agama", read_raw="", read_value="")
    set_field(pages[6], "lahir", raw="32131990", value="", confidence=0.9999)
    set_field(pages[7], "jkn", raw="-", value="", read_raw="-", read_value="", status="blank")
    set_field(pages[8], "jkn", raw="-", value="", read_raw="1", read_value="1", status="review")
    set_field(pages[9], "ttd", raw="", read_raw="1")
    run = rows.write_run(tmp_path, pages, writers=[f"w{i % 4}" for i in range(12)], rejected=[11])
    return evaluate(run.out, run.truth, [template])


def set_field(page: list, name: str, **changes: object) -> None:
    index = next(i for i, item in enumerate(page) if item.field == name)
    page[index] = page[index].but(**changes)


def test_identifiers(perturbed: Evaluation) -> None:
    nik = field(perturbed, "nik")
    assert (nik.right.count, nik.right.n, nik.not_read) == (9, 12, 1)
    assert (nik.coverage.count, nik.coverage.n) == (10, 12)
    assert (nik.accepted_errors.count, nik.accepted_errors.n) == (1, 10)
    assert (nik.digits.count, nik.digits.n) == (16 * 12 - 1 - 2 - 16, 16 * 12)
    assert nik.letters.n == 0
    both = kind(perturbed, "id")
    assert (both.right.count, both.right.n) == (9 + 11, 24)


def test_names(perturbed: Evaluation) -> None:
    name = kind(perturbed, "name")
    assert (name.right.count, name.coverage.count, name.right.n) == (10, 10, 12)
    assert (name.letters.count, name.letters.n) == (10 * 12 - 1 - 10, 120)
    assert name.accepted_errors.count == 0


def test_phantoms_and_missed_blanks_are_accepted_errors(perturbed: Evaluation) -> None:
    code = kind(perturbed, "code")
    assert (code.right.n, code.right.count) == (10, 8)
    assert (code.blanks, code.blanks_settled, code.phantoms, code.missed) == (2, 1, 1, 1)
    assert (code.coverage.count, code.coverage.n) == (9, 10)
    assert (code.accepted_errors.count, code.accepted_errors.n) == (2, 10)


def test_an_impossible_value_is_compared_as_written(perturbed: Evaluation) -> None:
    date = kind(perturbed, "date")
    assert (date.right.count, date.right.n, date.accepted_errors.count) == (11, 12, 0)


def test_an_empty_value_is_blank(perturbed: Evaluation) -> None:
    mark = kind(perturbed, "mark")
    assert (mark.right.n, mark.blanks, mark.blanks_settled, mark.phantoms) == (10, 2, 1, 0)
    assert mark.characters.n == 0


def test_pictures_stand_apart(perturbed: Evaluation) -> None:
    assert (perturbed.images, perturbed.images_with_ink, perturbed.images_right) == (12, 11, 10)
    assert all(score.name != "ttd" for score in perturbed.fields)


def test_whole(perturbed: Evaluation) -> None:
    assert perturbed.clustered_by == "writer"
    assert perturbed.clusters == 4
    assert perturbed.page_status == {"ok": 11, "rejected": 1}
    assert perturbed.truth_pages == 12
    assert perturbed.total.right.n == 12 * 6 - 4
    assert len(perturbed.errors) == perturbed.total.accepted_errors.count == 3
    assert {(error.field, error.truth, error.reading) for error in perturbed.errors} == {
        ("nik", "•" * 15 + "3", "•" * 15 + "8"),
        ("agama", "", "1"),
        ("agama", "1", ""),
    }
    assert ("3", "8", 1) in perturbed.confusions
    assert perturbed.extra == 0


def test_a_perfect_run_has_no_error_and_an_honest_bound(
    rows: SimpleNamespace, template: Template, tmp_path: Path
) -> None:
    pages = [rows.family(number) for number in range(40)]
    run = rows.write_run(tmp_path, pages, writers=[f"w{i % 20}" for i in range(40)])
    total = evaluate(run.out, run.truth, [template]).total
    assert (total.right.value, total.coverage.value, total.accepted_errors.count) == (1.0, 1.0, 0)
    assert total.accepted_errors.high == pytest.approx(3 / 20)
    assert total.right.low == pytest.approx(1 - 3 / 20)


def test_without_writers_records_are_resampled(
    rows: SimpleNamespace, template: Template, tmp_path: Path
) -> None:
    run = rows.write_run(tmp_path, [rows.family(1), rows.family(2)])
    evaluation = evaluate(run.out, run.truth, [template])
    assert (evaluation.clustered_by, evaluation.clusters) == ("record", 2)


def test_a_scan_that_the_run_never_saw_is_not_read(
    rows: SimpleNamespace, template: Template, tmp_path: Path
) -> None:
    run = rows.write_run(tmp_path, [rows.family(1), rows.family(2)])
    text = run.truth.read_text(encoding="utf-8")
    run.truth.write_text(text + "scans/9999.jpg,1,agama,1,2,2\n", encoding="utf-8")
    evaluation = evaluate(run.out, run.truth, [template])
    assert evaluation.unmatched_scans == ("scans/9999.jpg",)
    assert evaluation.page_status == {"missing": 1, "ok": 2}
    assert kind(evaluation, "code").not_read == 1


def _scanned_twice(rows: SimpleNamespace, folder: Path) -> Path:
    """The truth of a run in which two pictures of one sheet share the reading of its fields."""
    run = rows.write_run(folder, [rows.family(1), rows.family(1)])
    pages, fields = run.out / "pages.csv", run.out / "fields.csv"
    for file in (pages, fields):
        file.write_text(file.read_text().replace("uuid:0001", "uuid:0000"), encoding="utf-8")
    head, *lines = fields.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if (",no_kk," in line) == ("0001.jpg" in line)]
    fields.write_text("\n".join((head, *kept)) + "\n", encoding="utf-8")
    (run.out / "mini.csv").write_text("KEY,_status\nuuid:0000,accepted\n", encoding="utf-8")
    return run.truth


def test_a_sheet_that_was_scanned_twice_is_read_from_either_picture_and_counts_once(
    rows: SimpleNamespace, template: Template, tmp_path: Path
) -> None:
    truth = _scanned_twice(rows, tmp_path)
    both = evaluate(tmp_path / "out", truth, [template])
    assert (both.total.right.count, both.total.right.n, both.total.not_read) == (6, 6, 0)
    assert (both.truth_pages, both.page_status) == (2, {"ok": 2})
    assert (both.records.finished, both.records.fields) == (1, 6)
    assert both.extra == 0
    head, *lines = truth.read_text(encoding="utf-8").splitlines()
    one = [line for line in lines if line.startswith("scans/0001")]
    truth.write_text("\n".join((head, *one)) + "\n", encoding="utf-8")
    assert evaluate(tmp_path / "out", truth, [template]).total.not_read == 0


def test_two_truths_of_one_field_that_differ_are_both_held_against_it(
    rows: SimpleNamespace, template: Template, tmp_path: Path
) -> None:
    truth = _scanned_twice(rows, tmp_path)
    text = truth.read_text(encoding="utf-8")
    other = text.replace("scans/0001.jpg,1,agama,1,1,1", "scans/0001.jpg,1,agama,1,2,2")
    truth.write_text(other, encoding="utf-8")
    found = kind(evaluate(tmp_path / "out", truth, [template]), "code")
    assert (found.right.count, found.right.n, found.accepted_errors.count) == (1, 2, 1)


def test_scans_beside_the_truth_are_known_by_their_bytes(
    rows: SimpleNamespace, template: Template, tmp_path: Path
) -> None:
    run = rows.write_run(tmp_path, [rows.family(1), rows.family(2)], run_prefix="mix/office")
    pages, fields = run.out / "pages.csv", run.out / "fields.csv"
    (tmp_path / "scans").mkdir()
    for at in (0, 1):
        (tmp_path / "scans" / f"{at:04d}.jpg").write_bytes(bytes([at]))
        sha256 = hashlib.sha256(bytes([at])).hexdigest()
        pages.write_text(pages.read_text().replace(f"{at:064x}", sha256), encoding="utf-8")
    for file in (pages, fields):  # names say the opposite of what the bytes say
        text = file.read_text().replace("mix/office/0000.jpg", "mix/phone/0002.jpg")
        text = text.replace("mix/office/0001.jpg", "mix/phone/0000.jpg")
        file.write_text(text.replace("0002.jpg", "0001.jpg"), encoding="utf-8")
    evaluation = evaluate(run.out, run.truth, [template])
    assert evaluation.unmatched_scans == ()
    assert evaluation.total.right.count == evaluation.total.right.n == 12


def test_a_folder_that_cannot_be_written_is_told(perturbed: Evaluation, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be written"):
        write_evaluation(perturbed, tmp_path / "file" / "there")


def test_accepted_fields_that_the_truth_does_not_mention_are_told(
    rows: SimpleNamespace, template: Template, tmp_path: Path
) -> None:
    run = rows.write_run(tmp_path, [rows.family(1), rows.family(2)])
    lines = run.truth.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if ",agama," not in line]
    run.truth.write_text("\n".join(kept) + "\n", encoding="utf-8")
    assert evaluate(run.out, run.truth, [template]).extra == 2


def test_json_is_the_same_each_time_and_names_no_person(
    perturbed: Evaluation, rows: SimpleNamespace, template: Template, tmp_path: Path
) -> None:
    text = to_json(perturbed)
    document = json.loads(text)
    assert document["total"]["accepted_errors"]["count"] == 3
    assert document["kinds"][0]["name"] == "mark"
    assert text == to_json(perturbed)
    assert "SITI" not in text
    assert "3273010" not in text


@pytest.mark.parametrize("language", ["id", "en"])
def test_page_is_self_contained_and_escaped(
    perturbed: Evaluation, tmp_path: Path, language: str
) -> None:
    page = evaluation_html(perturbed, language)
    assert "<script" not in page
    assert "http" not in page
    assert page.count("<svg") == 2 * (len(perturbed.kinds) + 1)
    assert "SITI" not in page
    figures, html = write_evaluation(perturbed, tmp_path / "e", language)
    assert figures.exists()
    assert html.read_text(encoding="utf-8") == page


def test_missing_tables_are_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="formscan run"):
        evaluate(tmp_path, tmp_path / "truth.csv")


def test_a_truth_without_its_columns_is_refused(
    rows: SimpleNamespace, template: Template, tmp_path: Path
) -> None:
    run = rows.write_run(tmp_path, [rows.family(1)])
    run.truth.write_text("scan,frame,field\na,1,b\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="raw, row, value"):
        evaluate(run.out, run.truth, [template])


def test_records_that_nobody_looks_at_are_held_against_the_truth(
    rows: SimpleNamespace, template: Template, tmp_path: Path
) -> None:
    pages = [rows.family(number) for number in range(5)]
    set_field(pages[0], "agama", read_raw="2", read_value="2")
    set_field(pages[0], "jkn", raw="-", value="", read_raw="1", read_value="1")
    set_field(pages[2], "agama", read_raw="2", read_value="2")
    run = rows.write_run(tmp_path, pages)
    statuses = ("accepted", "accepted", "review", "confirmed", "incomplete")
    lines = [f"uuid:{number:04d},{status}" for number, status in enumerate(statuses)]
    (run.out / "mini.csv").write_text("\n".join(["KEY,_status", *lines]), encoding="utf-8")
    found = evaluate(run.out, run.truth, [template])
    assert found.records == RecordFigures(
        status={"accepted": 2, "confirmed": 1, "incomplete": 1, "review": 1},
        finished=3, finished_wrong=1, fields=18, fields_wrong=2,
    )  # fmt: skip
    assert json.loads(to_json(found))["records"]["finished_wrong"] == 1
    assert "1 dari 3 rekaman selesai berisi isian salah (2 isian)" in evaluation_html(found, "id")
