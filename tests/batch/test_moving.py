"""Input that does not hold still: files appear, grow, are replaced and vanish during a run."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from PIL import Image

from formscan.batch import PageDone, load_setup, run_batch, settle_batch
from formscan.decision import Decision
from formscan.export import write_outputs
from formscan.settings import RunnerOptions, RunSettings
from formscan.store import Ledger, open_store

TODAY = date(2024, 5, 17)


@pytest.fixture
def run(tmp_path, mini_file):
    """``run(on_page, today, **settings)``: one run over ``scans``; returns scan → page row."""

    def once(on_page=lambda done: None, today=TODAY, **more) -> dict[tuple[str, str], dict]:
        out = tmp_path / "out"
        settings = RunSettings(
            scans=(str(tmp_path / "scans"),), out=out, forms=(str(mini_file),),
            runner=RunnerOptions(engine="serial"), **more,
        )  # fmt: skip
        with open_store(out) as store:
            run_batch(settings, load_setup(settings.forms), store, today, _pages(on_page))
            write_outputs(out, store.templates(), settle_batch(store), xlsx=False)
        with (out / "pages.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        found = {(row["scan"], row["frame"]): row for row in rows}
        assert len(found) == len(rows)
        return found

    return once


def _pages(told):
    return lambda event: told(event.done) if isinstance(event, PageDone) else None


def said(rows):
    return [(scan, row["status"], row["reason"]) for (scan, _), row in sorted(rows.items())]


LOST = ("rejected", "unreadable_file")


def test_a_scan_that_vanishes_is_a_row_and_can_come_back(scan_page, run, tmp_path):
    scan_page(tmp_path / "scans/a.jpg", 1, 1)
    gone = scan_page(tmp_path / "scans/b.jpg", 2, 1)
    rows = run(lambda done: done == 1 and gone.rename(tmp_path / "b.jpg"))
    assert said(rows) == [("scans/a.jpg", "ok", ""), ("scans/b.jpg", *LOST)]
    (tmp_path / "b.jpg").rename(gone)
    assert said(run()) == [("scans/a.jpg", "ok", ""), ("scans/b.jpg", "ok", "")]


@pytest.mark.parametrize("link_scans", [False, True])
def test_a_scan_that_still_grows_is_read_when_it_is_whole(link_scans, scan_page, run, tmp_path):
    scan_page(tmp_path / "scans/a.jpg", 1, 1)
    growing = scan_page(tmp_path / "scans/b.jpg", 2, 1)
    whole = growing.read_bytes()
    growing.write_bytes(whole[:-500])
    rows = run(lambda done: done == 1 and growing.write_bytes(whole), link_scans=link_scans)
    assert said(rows) == [("scans/a.jpg", "ok", ""), ("scans/b.jpg", *LOST)]
    rows = run(link_scans=link_scans)
    assert said(rows) == [("scans/a.jpg", "ok", ""), ("scans/b.jpg", "ok", "")]


def test_a_scanner_that_starts_again_under_the_name_never_mixes_two_files(scan_page, run, tmp_path):
    pages = [
        Image.open(scan_page(tmp_path / f"{serial}.jpg", serial, 1)) for serial in (1, 2, 3, 4)
    ]
    file = tmp_path / "scans/SCAN.tif"
    file.parent.mkdir()
    pages[0].save(file, save_all=True, append_images=[pages[1]], compression="jpeg")

    def start_again(done: int) -> None:
        if done == 1:
            pages[2].save(file, save_all=True, append_images=[pages[3]], compression="jpeg")

    first = run(start_again)
    assert [row["serial"] for row in first.values()] == ["00000001", ""]
    assert first["scans/SCAN.tif", "2"]["reason"] == "unreadable_file"
    second = run()
    assert second["scans~2/SCAN.tif", "1"]["serial"] == "00000003"
    assert second["scans~2/SCAN.tif", "2"]["serial"] == "00000004"
    assert second["scans/SCAN.tif", "1"]["serial"] == "00000001"


def test_a_scan_that_appears_during_a_run_is_read_by_the_next(scan_page, run, tmp_path):
    scan_page(tmp_path / "scans/b.jpg", 1, 1)
    rows = run(lambda done: scan_page(tmp_path / "scans/a.jpg", 2, 1))
    assert said(rows) == [("scans/b.jpg", "ok", "")]
    assert said(run()) == [("scans/a.jpg", "ok", ""), ("scans/b.jpg", "ok", "")]


def test_a_clock_that_is_moved_changes_nothing(scan_page, run, tmp_path):
    scan_page(tmp_path / "scans/a.jpg", 1, 1)
    run()
    with open_store(tmp_path / "out") as store:
        key = next(iter(settle_batch(store))).records[0].key
        air = Decision(key, "status", None, "value", "1", reviewer="Ani")
        Ledger(store).decide(air, "2024-05-18T08:00:00+00:00")
    run()
    before = {file.name: file.read_bytes() for file in (tmp_path / "out").glob("*.csv")}
    for today in (date(1980, 1, 1), date(2099, 12, 31)):
        run(today=today)
        after = {file.name: file.read_bytes() for file in (tmp_path / "out").glob("*.csv")}
        assert after == before
    with open_store(tmp_path / "out") as store:
        assert Ledger(store).verify() == ()
