from __future__ import annotations

import csv
import shutil
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from broken import write_broken

from formscan.batch import BatchStarted, PageDone, load_setup, run_batch, settle_batch
from formscan.decision import Decision
from formscan.errors import SettingsError, UnreadableScanError
from formscan.export import write_outputs
from formscan.page import Page, PageRef
from formscan.settings import RunnerOptions, RunSettings
from formscan.store import Ledger, open_store

TODAY = date(2024, 5, 17)


def run(
    scans, out: Path, form: Path, *, engine: str = "serial", on_event=lambda event: None, **more
):
    """One whole run; returns the summary and the bytes of every table."""
    settings = RunSettings(
        scans=tuple(str(scan) for scan in scans), out=out, forms=(str(form),),
        runner=RunnerOptions(engine=engine, workers=2), **more,
    )  # fmt: skip
    with open_store(out) as store:
        summary = run_batch(settings, load_setup(settings.forms), store, TODAY, on_event)
        write_outputs(out, store.templates(), settle_batch(store))
    return summary, tables(out)


def tables(out: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(out.glob("*.[cx][sl]*"))}


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(content.decode().splitlines()))


@pytest.fixture(scope="module")
def undisturbed(mini_scans, mini_file, tmp_path_factory):
    out = tmp_path_factory.mktemp("batch") / "out"
    return run([mini_scans], out, mini_file)


def test_scans_become_rows(undisturbed, answers):
    _, files = undisturbed
    records = rows(files["mini.csv"])
    assert [row["no_seri"] for row in records] == ["00000001", "00000002", "00000003"]
    for row in records:
        assert (row["status"], row["air"], row["_status"]) == ("2", "3", "accepted")
        assert row["_scans"].count("|") == 1
    roster = rows(files["mini-anggota.csv"])
    assert [(row["_row"], row["jk"], row["kawin"]) for row in roster] == [
        ("1", "1", "2"),
        ("2", "2", "3"),
    ] * 3
    assert len(rows(files["fields.csv"])) == 3 * 11
    assert [row["status"] for row in rows(files["pages.csv"])] == ["blank"] + ["ok"] * 6
    assert rows(files["review.csv"]) == []


def test_a_gap_between_rows_is_asked_about_and_never_renumbered(
    scan_page, mini_file, tmp_path, answers
):
    moved = {(name, 3 if row == 2 else row): value for (name, row), value in answers.items()}
    scan_page(tmp_path / "scans" / "a.jpg", 1, 1, answers=moved)
    _, files = run([tmp_path / "scans"], tmp_path / "out", mini_file)
    assert [row["_row"] for row in rows(files["mini-anggota.csv"])] == ["1", "3"]
    assert "row_gap" in {row["reason"] for row in rows(files["review.csv"])}


def test_what_a_person_decided_is_in_the_tables_and_stays_there(mini_scans, mini_file, tmp_path):
    _, before = run([mini_scans], tmp_path, mini_file)
    key = rows(before["mini.csv"])[0]["KEY"]
    with open_store(tmp_path) as store:
        Ledger(store).decide(Decision(key, "air", None, "value", "1", reviewer="Ani"), "2024-05-17")
    _, after = run([mini_scans], tmp_path, mini_file)
    assert [row["air"] for row in rows(after["mini.csv"])] == ["1", "3", "3"]
    settled = [row for row in rows(after["fields.csv"]) if row["reader"] == "person"]
    assert [(row["record"], row["field"], row["raw"]) for row in settled] == [(key, "air", "1")]
    assert [row["reason"] for row in rows(after["review.csv"])] == ["conflict"]


def test_two_runs_are_byte_identical_on_every_engine(undisturbed, mini_scans, mini_file, tmp_path):
    _, files = undisturbed
    assert {
        "mini.csv",
        "mini-anggota.csv",
        "fields.csv",
        "pages.csv",
        "review.csv",
        "mini.xlsx",
    } == (files.keys())
    assert run([mini_scans], tmp_path / "again", mini_file)[1] == files
    assert run([mini_scans], tmp_path / "spread", mini_file, engine="processes")[1] == files


def test_running_again_reads_nothing_and_changes_nothing(mini_scans, mini_file, tmp_path):
    first, files = run([mini_scans], tmp_path, mini_file)
    second, same = run([mini_scans], tmp_path, mini_file)
    assert (first.pages_read, second.pages_read) == (7, 0)
    assert same == files


def test_pages_that_come_later_join_their_record(mini_scans, mini_file, tmp_path, undisturbed):
    scans = tmp_path / "scans"
    scans.mkdir()
    for file in mini_scans.glob("*p1.jpg"):
        shutil.copy(file, scans)
    _, files = run([scans], tmp_path / "out", mini_file)
    assert {row["_status"] for row in rows(files["mini.csv"])} == {"incomplete"}
    for file in mini_scans.iterdir():
        shutil.copy(file, scans)
    _, files = run([scans], tmp_path / "out", mini_file)
    assert files == undisturbed[1]


def test_the_folder_may_be_emptied_and_the_rows_stay(mini_scans, mini_file, tmp_path, undisturbed):
    scans = tmp_path / "scans"
    shutil.copytree(mini_scans, scans)
    run([scans], tmp_path / "out", mini_file)
    for file in scans.iterdir():
        file.unlink()
    summary, files = run([scans], tmp_path / "out", mini_file)
    assert (summary.pages, files) == (0, undisturbed[1])
    originals = [file for file in (tmp_path / "out" / "originals").rglob("*") if file.is_file()]
    assert len(originals) == 7


def test_the_same_bytes_twice_are_read_once_and_counted_as_duplicate(
    scan_page, mini_file, tmp_path
):
    first = scan_page(tmp_path / "scans" / "a.jpg", 1, 1)
    shutil.copy(first, tmp_path / "scans" / "b.jpg")
    summary, files = run([tmp_path / "scans"], tmp_path / "out", mini_file)
    assert summary.pages_read == 1
    pages = rows(files["pages.csv"])
    assert [(row["scan"], row["status"]) for row in pages] == [
        ("scans/a.jpg", "ok"),
        ("scans/b.jpg", "duplicate"),
    ]
    assert len(rows(files["mini.csv"])) == 1


def test_two_different_pictures_of_one_page_wait_for_a_person(
    scan_page, mini_file, tmp_path, answers
):
    scan_page(tmp_path / "scans" / "a.jpg", 1, 1)
    scan_page(tmp_path / "scans" / "b.jpg", 1, 1, answers={**answers, ("status", None): "1"})
    _, files = run([tmp_path / "scans"], tmp_path / "out", mini_file)
    pages = rows(files["pages.csv"])
    assert [(row["status"], row["reason"]) for row in pages] == [("review", "serial_reused")] * 2
    assert {row["status"] for row in rows(files["mini.csv"])} == {""}


def test_twelve_kinds_of_broken_files_harm_no_good_one(
    mini_scans, mini_file, tmp_path, undisturbed
):
    scans = tmp_path / "scans"
    shutil.copytree(mini_scans, scans)
    reasons = write_broken(scans / "broken", 3)
    _, files = run([scans], tmp_path / "out", mini_file, engine="processes")
    pages = {row["scan"]: row for row in rows(files["pages.csv"])}
    assert len(pages) == len(rows(files["pages.csv"])) == 7 + 12
    found = {name: pages[f"scans/broken/{name}"]["reason"] for name in reasons}
    assert found == reasons
    for table in ("mini.csv", "mini-anggota.csv", "fields.csv"):
        assert files[table] == undisturbed[1][table]


KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from formscan.batch import PageDone, load_setup, run_batch
from formscan.settings import RunnerOptions, RunSettings
from formscan.store import Ledger, open_store

def kill(event):
    if isinstance(event, PageDone) and event.done == 3:
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    scans, out, form, engine = sys.argv[1:]
    settings = RunSettings(scans=(scans,), out=Path(out), forms=(form,),
                           runner=RunnerOptions(engine=engine, workers=2))
    with open_store(settings.out) as store:
        run_batch(settings, load_setup(settings.forms), store, date(2024, 5, 17), kill)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.parametrize("engine", ["serial", "processes"])
def test_a_run_killed_in_the_middle_and_repeated_equals_an_undisturbed_one(
    engine, mini_scans, mini_file, tmp_path, undisturbed
):
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    out = tmp_path / "out"
    command = [sys.executable, str(script), str(mini_scans), str(out), str(mini_file), engine]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    with open_store(out) as store:
        assert len(list(store.outcomes())) == 3
    summary, files = run([mini_scans], out, mini_file)
    assert summary.pages_read == 4
    assert files == undisturbed[1]
    assert not list(out.rglob("*.part"))


def test_events_count_up_to_the_last_page(mini_scans, mini_file, tmp_path):
    events = []
    run([mini_scans], tmp_path, mini_file, on_event=events.append)
    assert isinstance(events[0], BatchStarted)
    assert (events[0].pages, events[0].known) == (7, 0)
    assert events[0].bytes_needed > sum(file.stat().st_size for file in mini_scans.iterdir())
    assert [event.done for event in events[1:] if isinstance(event, PageDone)] == list(range(1, 8))


def test_as_of_is_fixed_when_the_folder_is_made(mini_scans, mini_file, tmp_path):
    run([mini_scans], tmp_path, mini_file)
    with open_store(tmp_path) as store:
        assert store.meta("as_of") == TODAY.isoformat()
    with pytest.raises(SettingsError, match=TODAY.isoformat()):
        run([mini_scans], tmp_path, mini_file, as_of=date(2025, 1, 1))


def test_a_mistyped_folder_fixes_nothing(mini_scans, mini_file, tmp_path):
    with pytest.raises(SettingsError):
        run([mini_scans / "typo"], tmp_path, mini_file)
    run([mini_scans / "s1p1.jpg"], tmp_path, mini_file, as_of=date(2025, 1, 1))


def test_a_drive_that_failed_once_costs_no_page(
    mini_scans, mini_file, tmp_path, undisturbed, monkeypatch
):
    def fail(ref: PageRef) -> Page:
        raise UnreadableScanError("unreadable_file", "Input/output error")

    with monkeypatch.context() as drive:
        drive.setattr("formscan.pipeline.load", fail)
        _, files = run([mini_scans], tmp_path / "o", mini_file)
        assert {row["reason"] for row in rows(files["pages.csv"])} == {"unreadable_file"}
    assert run([mini_scans], tmp_path / "o", mini_file)[1] == undisturbed[1]
