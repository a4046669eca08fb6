from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import pytest

from formscan.batch import settle_batch
from formscan.export import write_outputs
from formscan.record import FieldValue
from formscan.report.measured import HIDDEN, measured
from formscan.report.run_report import write_report
from formscan.report.stored import measured_errors
from formscan.review.html import render
from formscan.review.overview import overview_of
from formscan.review.pace import hours_left, paces
from formscan.review.progress import Line
from formscan.review.trust import Session
from formscan.review.whose import village_of
from formscan.store import Note
from formscan.store.looks import LOOK
from formscan.templates.question import Check, Question


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


def coded(**answers):
    """A record that is in a village, as far as its code is settled."""
    values = [
        FieldValue(name, None, "", 1, code, code, 1.0, "accepted" if code else "review", "t-1")
        for name, code in answers.items()
    ]
    return SimpleNamespace(values=values)


def test_villages_of_one_number_in_two_districts_are_two_villages(form):
    check = Check(name="in_area", fields=("kec",))
    asked = Question(name="kode_desa", path="/data/kode_desa", type="text", checks=(check,))
    by_rule = form.model_copy(update={"questions": (asked,)})
    assert village_of(coded(kec="640201", kode_desa="2001"), by_rule) == "6402012001"
    assert village_of(coded(kec="640202", kode_desa="2001"), by_rule) == "6402022001"
    assert village_of(coded(kec="", kode_desa="2001"), by_rule) == ""
    assert village_of(coded(kode_desa="6402012001"), form) == "6402012001"
    assert village_of(coded(nama="A"), form) is None


def test_a_long_table_is_folded_after_its_first_lines(office, ani):
    lines = [Line(f"{n:06d}", "", 1, 0, 30 - n) for n in range(14)]
    overview = replace(overview_of(office.desk), again=(("Ani", "2024-05-17", 3),))
    progress = replace(overview.progress, hands=tuple(lines))
    who = Session("Ani", "en", "reviewer")
    page = render("start.html", who, labels={}, overview=overview, progress=progress, second=0)
    assert "Others: 4" in page
    assert page.index("000009") < page.index("<summary>") < page.index("000010")
    assert "3 of your fields were queued again" in page
    assert "fields of Ani" not in page


def test_tables_that_cannot_be_written_are_told(ani, office, monkeypatch):
    def full(*given):
        raise OSError(28, "no space left")

    monkeypatch.setattr("formscan.review.tables.write_outputs", full)
    with pytest.raises(OSError, match="no space"):
        ani.post("/api/export")
    assert "Tabel tidak dapat ditulis" in ani.get("/api/export").json()["refused"]


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
