"""A page that a person named: read at once, kept by later runs, joined like others."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from PIL import Image, ImageDraw

from formscan.batch import load_setup, read_again, run_batch, settle_batch
from formscan.decision import Decision
from formscan.errors import UnreadableScanError
from formscan.export import write_outputs
from formscan.page import ByHand, Identity
from formscan.page_decision import identified, page_subject
from formscan.settings import RunnerOptions, RunSettings
from formscan.store import Ledger, open_store

DPI = 200
AT = "2024-05-17"


@pytest.fixture
def batch(scan_page, mini, mini_file, tmp_path):
    """Two pages of one family, the second without its page code; a run of it."""
    scans = tmp_path / "scans"
    scan_page(scans / "a.jpg", 1, 1)
    second = scan_page(scans / "b.jpg", 1, 2)
    with Image.open(second) as picture:
        box = mini.layout(2).qr_box.grow(1)
        edges = [edge * DPI / 25.4 for edge in (box.x, box.y, box.right, box.bottom)]
        ImageDraw.Draw(picture).rectangle(edges, fill="white")
        picture.save(second, quality=95)
    settings = RunSettings(
        scans=(str(scans),), out=tmp_path / "out", forms=(str(mini_file),),
        runner=RunnerOptions(engine="serial"),
    )  # fmt: skip

    def run():
        with open_store(settings.out) as store:
            summary = run_batch(settings, load_setup(settings.forms), store, date(2024, 5, 17))
            write_outputs(settings.out, store.templates(), settle_batch(store), xlsx=False)
        files = {file.name: file.read_bytes() for file in sorted(settings.out.glob("*.csv"))}
        return summary.pages_read, files

    return settings.out, run


def rows(content):
    return list(csv.DictReader(content.decode().splitlines()))


def stopped(store):
    return next(one.ref for one in store.outcomes() if one.status == "rejected")


def tell(store, ref):
    told = ByHand(Identity("mini", "1", 2, "00000001", "ABC123", "person"))
    Ledger(store).decide(identified(ref, told, "Ani"), AT)


def test_a_page_without_code_joins_its_record_and_a_later_run_changes_nothing(batch):
    out, run = batch
    _, before = run()
    assert rows(before["mini.csv"])[0]["_status"] == "incomplete"
    with open_store(out) as store:
        ref = stopped(store)
        tell(store, ref)
        outcome = read_again(out, store, ref, Ledger(store).decisions())
        assert (outcome.status, outcome.ref) == ("ok", ref)
    pages_read, after = run()
    assert pages_read == 0
    (record,) = rows(after["mini.csv"])
    assert (record["_status"], record["air"], record["_scans"].count("#")) == ("accepted", "3", 2)
    assert run() == (0, after)


def test_a_run_reads_what_the_desk_could_not_read_any_more(batch):
    """The server was killed between the decision and the reading; and it is undone in a run."""
    out, run = batch
    _, before = run()
    with open_store(out) as store:
        ref = stopped(store)
        tell(store, ref)
    pages_read, after = run()
    assert (pages_read, rows(after["mini.csv"])[0]["_status"]) == (1, "accepted")
    with open_store(out) as store:
        Ledger(store).decide(Decision(page_subject(ref), "", None, "undo", reviewer="Ani"), AT)
    assert run() == (1, before)


def test_a_scan_that_was_changed_is_not_read_again(batch):
    out, run = batch
    run()
    with open_store(out) as store:
        ref = stopped(store)
        for file in [*(out / "originals").rglob("*.jpg"), *(out.parent / "scans").iterdir()]:
            file.write_bytes(file.read_bytes() + b"x")
        tell(store, ref)
        with pytest.raises(UnreadableScanError):
            read_again(out, store, ref, Ledger(store).decisions())
        assert stopped(store) == ref
