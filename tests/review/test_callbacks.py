from __future__ import annotations

import csv

from formscan.batch import settle_batch
from formscan.decision import Decision
from formscan.export import write_outputs
from formscan.report.masking import short_name
from tests.review.browser import violations

ASKED = "Siapa yang benar: <i>istri</i>?"


def lane(office, name="callback"):
    return [(one.field, one.reason) for one in office.desk.waiting(lane=name)]


def test_what_only_the_family_knows_leaves_the_queue_and_waits_on_the_list(ani, office, item_of):
    item = item_of("hubungan", 3)
    assert ani.decide(item, "callback")["gone"] == [item]
    assert lane(office) == [("hubungan", "callback")]
    assert item not in [one.id for one in office.desk.waiting()]
    assert "lane=callback" in ani.get("/callbacks").text
    assert ani.next(lane="callback")["id"] == item


def test_the_list_tells_the_enumerator_what_to_ask_and_of_whom(ani, item_of):
    ani.decide(item_of("hubungan", 3), "callback", comment=ASKED)
    ani.decide(item_of("nik", 1), "callback")
    page = ani.get("/callbacks").text
    assert "Kader 640732" in page
    assert "Istri harus perempuan." in page
    assert "Siapa yang benar: &lt;i&gt;istri&lt;/i&gt;?" in page
    assert "SITI A." in page
    assert "SITI AMINAH" not in page
    assert "3301014508900001" not in page
    assert "••••••••••••0001" in page
    assert page.index("00000001") < page.index("00000003")


def test_an_enumerator_who_is_not_settled_has_a_list_too(ani, office, item_of):
    key = next(one.key for one in office.desk.records() if int(one.serial) == 3)
    office.desk.decide(Decision(key, "kode_kader", None, "again"), "2024-05-17T00:00:00+00:00")
    ani.decide(item_of("hubungan", 3), "callback")
    assert "Kader belum pasti" in ani.get("/callbacks").text


def test_the_answer_of_the_family_settles_the_field(ani, office, item_of, value_of):
    item = item_of("hubungan", 3)
    ani.decide(item, "callback")
    card = ani.next(lane="callback")
    assert "Istri harus perempuan." in card["html"]
    assert ani.decide(card["id"], typed="3")["gone"] == [item]
    assert (value_of("hubungan", 3).value, lane(office)) == ("3", [])
    assert ani.post("/api/undo").json()["id"] == item
    assert lane(office) == [("hubungan", "callback")]


def test_what_a_person_said_before_asking_is_offered_again(ani, item_of):
    item = item_of("jk", 1)
    ani.decide(item, typed="1")  # breaks a rule at another field
    rule = item_of("hubungan", 1)
    ani.decide(rule, typed="2", target=0)
    assert ani.decide(rule, "callback")["gone"] == [rule]
    assert 'data-take="2"' in ani.next(lane="callback")["html"]


def test_the_tables_say_that_the_family_must_be_asked(ani, office, item_of, tmp_path):
    ani.decide(item_of("hubungan", 3), "callback")
    write_outputs(tmp_path / "tables", office.store.templates(), settle_batch(office.store))
    with (tmp_path / "tables/review.csv").open(encoding="utf-8") as file:
        reasons = {row["field"]: row["reason"] for row in csv.DictReader(file)}
    assert reasons["hubungan"] == "callback"


def test_a_short_name_keeps_its_first_word():
    assert short_name("SITI NUR AMINAH") == "SITI N. A."
    assert short_name("SUPARMAN") == "SUPARMAN"
    assert short_name("") == ""


def test_the_list_is_made_by_keyboard_and_fits_on_paper(person, served, tmp_path):
    ani = person(viewport={"width": 1366, "height": 768})
    ani.page.goto(served.address + "/queue?field=hubungan")
    ani.page.wait_for_selector("[data-item]")
    ani.press("Control+k")
    ani.type("Istri atau anak?")
    ani.press("Enter")
    ani.page.wait_for_selector(".done")
    ani.page.goto(served.address + "/")
    ani.page.focus("a[href='/callbacks']")
    ani.press("Enter")
    ani.page.wait_for_selector(".calls")
    assert violations(ani.page) == []
    ani.page.emulate_media(media="print")
    assert not ani.page.is_visible("header")
    assert ani.page.is_visible(".sign")
    wide = ani.page.evaluate("document.querySelector('.calls').scrollWidth")
    assert wide <= ani.page.evaluate("document.documentElement.clientWidth")
    ani.page.emulate_media(media="screen")
    ani.page.click("[data-language]")
    ani.page.wait_for_selector("html[lang=en] .calls")
    assert "A wife must be female." in ani.page.inner_text(".calls")
    ani.page.click(".calls a")
    ani.page.wait_for_selector("[data-item]")
    ani.type("3")
    ani.press("Enter")
    ani.page.wait_for_url("**/record/**")
