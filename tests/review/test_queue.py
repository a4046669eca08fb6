from __future__ import annotations

import csv

import pytest

from formscan.batch import settle_batch
from formscan.export import write_outputs
from formscan.review.desk import Desk
from formscan.store import Ledger

NIK = "3301014508900001"


def order(office):
    return [(one.field, one.reason) for one in office.desk.waiting()]


def test_like_follows_like_doubts_first_worst_first(office):
    assert order(office) == [
        ("nama", "low_confidence"),
        ("nama", "low_confidence"),
        ("nik", "unreadable"),
        ("nik", "low_confidence"),
        ("tgl_lahir", "low_confidence"),
        ("jk", "low_confidence"),
        ("hubungan", "rule"),
    ]
    first, second = office.desk.waiting()[:2]
    assert first.order < second.order


def test_a_candidate_that_is_taken_is_accepted_and_kept(ani, office, item_of, value_of):
    item = item_of("jk", 1)
    assert value_of("jk", 1).status == "review"
    assert ani.decide(item, typed="2")["gone"] == [item]
    assert (value_of("jk", 1).value, value_of("jk", 1).reader) == ("2", "person")
    (kept,) = Ledger(office.store).decisions(office.desk.records()[0].key).values()
    assert [(one.raw, one.reviewer) for one in kept] == [("2", "Ani")]


def test_the_card_shows_crop_candidates_codes_and_who(ani, item_of):
    html = ani.get("/api/card", item=item_of("jk", 1)).json()["html"]
    assert "Perempuan" in html
    assert html.count("data:image/jpeg") == 2
    assert 'data-take="2" class="first"' in html
    assert 'data-take="1"' in html


def test_what_is_typed_blind_is_not_shown_before(ani, item_of, value_of):
    item = item_of("nik", 1)
    card = ani.get("/api/card", item=item).json()["html"]
    assert NIK not in card
    assert "data-take" not in card
    assert ani.decide(item, typed=NIK)["gone"] == [item]
    assert value_of("nik", 1).value == NIK


def test_typed_blind_and_read_differently_shows_both_and_keeps_nothing(ani, item_of, value_of):
    item, other = item_of("nik", 1), "3301014508900007"
    answer = ani.decide(item, typed=other)
    assert answer["differs"]
    assert other in answer["html"]
    assert NIK in answer["html"]
    assert value_of("nik", 1).status == "review"
    assert ani.decide(item, typed="3301014508900009", again=True)["differs"]
    assert ani.decide(item, typed="3301014508900009", again=True)["gone"] == [item]
    assert value_of("nik", 1).value == "3301014508900009"


def test_what_the_machine_read_in_part_is_shown_beside_what_was_typed(ani, item_of):
    """It cannot be chosen, but it tells at which character the two differ."""
    answer = ani.decide(item_of("nik", 4), typed="3301014508900991")
    assert answer["differs"]
    assert 'data-take="3301014508900991"' in answer["html"]
    assert "33010145089000?1" in answer["html"]
    assert 'data-take="33010145089000?1"' not in answer["html"]
    assert "mesin" in answer["html"]


def test_a_character_that_the_machine_could_not_read_agrees_with_any(ani, item_of, value_of):
    assert ani.decide(item_of("nik", 4), typed=NIK)["gone"]
    assert value_of("nik", 4).value == NIK


def test_blind_blank_against_a_reading_is_asked_again(ani, item_of):
    assert ani.decide(item_of("nik", 1), "blank")["differs"]


@pytest.mark.parametrize("written", ["05081990", "5-8-1990", "05/08/1990", "5 8 1990"])
def test_a_date_may_be_typed_with_separators(ani, item_of, value_of, written):
    assert ani.decide(item_of("tgl_lahir", 2), typed=written)["gone"]
    assert (value_of("tgl_lahir", 2).raw, value_of("tgl_lahir", 2).value) == (
        "05081990",
        "1990-08-05",
    )


@pytest.mark.parametrize(
    ("name", "serial", "typed", "word"),
    [
        ("jk", 1, "7", "daftar"),
        ("jk", 1, "22", "kotak"),
        ("tgl_lahir", 2, "31021990", "tidak mungkin"),
        ("nik", 1, "33O1", "tidak mungkin"),
        ("jk", 1, "  ", "Ketik"),
    ],
)
def test_what_cannot_be_is_refused_in_words(ani, item_of, name, serial, typed, word):
    answer = ani.decide(item_of(name, serial), typed=typed)
    assert word in answer["refused"]
    assert item_of(name, serial)


def test_an_unlisted_code_can_be_confirmed_as_written(ani, item_of, value_of):
    assert ani.decide(item_of("jk", 1), "confirmed", typed="7")["gone"]
    each = value_of("jk", 1)
    assert (each.raw, each.value, each.status) == ("7", "", "confirmed")


def test_a_broken_rule_is_one_item_with_all_that_it_compares(ani, item_of):
    html = ani.get("/api/card", item=item_of("hubungan", 3)).json()["html"]
    assert "Istri harus perempuan." in html
    assert 'data-targets="2"' in html
    assert html.count("data-go") == 2


def test_correcting_the_other_field_of_a_rule_closes_it(ani, item_of, value_of):
    item = item_of("hubungan", 3)
    assert ani.decide(item, typed="2", target=1)["gone"] == [item]
    assert (value_of("jk", 3).value, value_of("hubungan", 3).status) == ("2", "accepted")


def test_a_rule_is_confirmed_only_on_purpose(ani, office, item_of, value_of):
    item = item_of("hubungan", 3)
    card = ani.get("/api/card", item=item).json()["html"]
    assert 'data-first=""' in card
    assert ani.decide(item, "confirmed")["gone"] == [item]
    assert value_of("hubungan", 3).problems == ("R03:confirmed",)
    assert [one.status for one in office.desk.records()][2] == "confirmed"


def test_a_value_that_breaks_a_rule_comes_back_at_once(ani, item_of):
    answer = ani.decide(item_of("jk", 1), typed="1")
    assert "1 lagi muncul" in answer["note"]
    assert item_of("hubungan", 1)


def test_undo_takes_back_one_after_the_other(ani, item_of, value_of):
    jk, nama = item_of("jk", 1), item_of("nama", 2)
    ani.decide(jk, typed="2")
    ani.decide(nama, "illegible")
    assert value_of("nama", 2).status == "confirmed"
    assert ani.post("/api/undo").json()["id"] == nama
    assert value_of("nama", 2).status == "review"
    assert ani.post("/api/undo").json()["id"] == jk
    assert ani.post("/api/undo").status_code == 409
    assert ani.decide(jk, typed="2")["gone"]


def test_a_question_goes_to_the_supervisor_with_its_comment(ani, budi, item_of):
    item = item_of("jk", 1)
    assert "supervisor" in ani.decide(item, "supervisor", comment=" ")["refused"]
    comment = "'; DROP TABLE decisions; -- <i>?"
    assert ani.decide(item, "supervisor", comment=comment)["gone"] == [item]
    assert item not in {ani.next(after="")["id"] for _ in range(8)}
    asked = budi.next(lane="supervisor")
    assert asked["id"] == item
    assert "DROP TABLE decisions; -- &lt;i&gt;?" in asked["html"]
    assert budi.decide(item, typed="2")["gone"] == [item]


def test_nothing_is_handed_to_two_people(ani, budi, office):
    mine, theirs = [], []
    last = {"ani": "", "budi": ""}
    for _ in range(4):
        for who, taken, key in ((ani, mine, "ani"), (budi, theirs, "budi")):
            found = who.next(after=last[key])["id"]
            if found and found not in taken:
                taken.append(found)
                last[key] = found
    assert not set(mine) & set(theirs)
    assert budi.decide(mine[0], typed="X")["refused"]


def test_an_item_that_is_put_off_comes_last(ani):
    first = ani.next()["id"]
    ani.post("/api/pass", item=first)
    second = ani.next(after=first)["id"]
    assert second != first


def test_a_killed_server_loses_nothing(ani, office, item_of, form):
    ani.decide(item_of("jk", 1), typed="2")
    again = Desk(office.store)
    again.open()
    assert [(one.field, one.reason) for one in again.waiting()] == order(office)
    assert len(again.waiting()) == 6


def test_the_whole_queue_can_be_worked_off_and_exported(ani, office, form, tmp_path):
    answers = {"nama": "SITI AMINAH", "nik": NIK, "tgl_lahir": "05081990", "jk": "2"}
    for _ in range(20):
        found = ani.next()
        if not found["id"]:
            break
        item = office.desk.item(found["id"])
        if item.reason == "rule":
            ani.decide(item.id, "confirmed")
        else:
            ani.decide(item.id, typed=answers[item.field])
    assert office.desk.waiting() == []
    write_outputs(tmp_path / "tables", [form], settle_batch(office.store), xlsx=False)
    with (tmp_path / "tables" / "warga-anggota.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["nama"] for row in rows] == ["SITI AMINAH"] * 4
    assert [row["jk"] for row in rows] == ["2", "2", "1", "2"]
    with (tmp_path / "tables" / "warga.csv").open(encoding="utf-8") as file:
        assert [row["_status"] for row in csv.DictReader(file)] == [
            "accepted",
            "accepted",
            "confirmed",
            "accepted",
        ]


def test_the_language_switches_for_one_person(ani, budi):
    assert ani.post("/api/language", to="en").status_code == 200
    assert "Begin: 7 fields wait" in ani.get("/").text
    assert "Mulai: 7 isian menunggu" in budi.get("/").text


def test_progress_is_counted_by_enumerator(ani):
    page = ani.get("/").text
    assert "640732" in page
    assert "Menurut kader" in page


def test_the_supervisor_sees_the_broken_rule_and_can_let_it_stand(ani, budi, item_of, value_of):
    item = item_of("hubungan", 3)
    ani.decide(item, "supervisor", comment="?")
    asked = budi.next(lane="supervisor")
    assert "Istri harus perempuan." in asked["html"]
    assert 'data-targets="2"' in asked["html"]
    assert budi.decide(item, "confirmed")["gone"] == [item]
    assert value_of("hubungan", 3).problems == ("R03:confirmed",)
