from __future__ import annotations

import csv
import io
import zipfile

import pytest

from formscan.batch import settle_batch
from formscan.export import write_outputs
from formscan.report.measured import HIDDEN, measured
from formscan.report.run_report import write_report
from formscan.report.stored import measured_errors
from formscan.review.pace import hours_left, paces
from formscan.store import Note
from formscan.store.looks import LOOK


def decided(person, *seconds):
    return [(person, f"2024-05-17T08:{at // 60:02d}:{at % 60:02d}+00:00") for at in seconds]


def test_a_pace_leaves_pauses_out():
    (ani,) = paces(decided("Ani", 0, 4, 8, 13, 17, 21, 2400, 2404))
    assert (ani.decisions, ani.median_s) == (8, 4.0)


def test_no_pace_is_told_from_a_handful():
    (ani,) = paces(decided("Ani", 0, 4, 8))
    assert ani.median_s is None
    assert hours_left(100, [ani]) is None


def test_the_forecast_weighs_everybody_by_what_they_did():
    found = paces([*decided("Ani", *range(0, 60, 6)), *decided("Budi", *range(0, 360, 12))])
    assert hours_left(900, found) == pytest.approx(900 * (10 * 6 + 30 * 12) / 40 / 3600)


def note(entry, person, action, **told):
    return Note(entry, person, action, "2024-05-17T08:00:00+00:00", told)


def test_nobody_is_wrong_before_the_supervisor_has_spoken():
    place = {"record": "uuid:1", "field": "nama", "row": 1, "illegible": [False, False]}
    looks = [
        note(1, "Ani", LOOK, **place, first="", agrees=True),
        note(2, "Ani", LOOK, **{**place, "row": 2}, first="", agrees=False),
        note(3, "Ani", HIDDEN, missed=True),
    ]
    machine, ani = measured(looks)
    assert (machine.reader, machine.looks, machine.wrong, machine.open) == ("", 1, 0, 1)
    assert machine.high > 0.5
    assert (ani.looks, ani.hidden, ani.missed, ani.high) == (0, 1, 1, 1.0)


def test_the_first_page_tells_pace_and_what_is_stuck(ani, item_of):
    ani.decide(item_of("jk", 1), "supervisor", comment="?")
    for _ in range(6):
        found = ani.next()
        ani.decide(found["id"], "illegible")
    page = ani.get("/").text
    assert "Yang macet" in page
    assert "Kecepatan" in page
    assert "jam kerja" in page


def test_the_tables_are_written_and_fetched(ani, office, item_of):
    assert ani.get("/formscan-export.zip").status_code == 404
    ani.decide(item_of("jk", 1), typed="2")
    assert ani.post("/api/export").status_code == 200
    assert ani.get("/api/export").json() == {"ready": True}
    answer = ani.get("/formscan-export.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        rows = list(csv.DictReader(io.TextIOWrapper(archive.open("warga-anggota.csv"), "utf-8")))
    assert [row["jk"] for row in rows] == ["2", "2", "1", "2"]
    actions = {one.action for one in office.desk.ledger.notes("export", "export_fetched")}
    assert actions == {"export", "export_fetched"}


def test_the_report_tells_the_measured_errors(office, form, tmp_path):
    place = {"record": "uuid:1", "field": "nama", "row": 1, "illegible": [False, False]}
    office.desk.ledger.note("Ani", LOOK, {**place, "first": "", "agrees": True}, "2024-05-17")
    (machine,) = measured_errors(office.out)
    assert (machine.reader, machine.looks, machine.wrong) == ("", 1, 0)
    write_outputs(office.out, [form], settle_batch(office.store), xlsx=False)
    (office.out / "run.json").write_text("{}", encoding="utf-8")
    page = write_report(office.out, language="en").read_text(encoding="utf-8")
    assert "Measured errors" in page
    assert "0 / 1" in page
