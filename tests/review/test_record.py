from __future__ import annotations

from formscan.review.item import item_id


def key_of(office, serial):
    return next(one.key for one in office.desk.records() if int(one.serial) == serial)


def test_a_record_shows_every_field_with_its_status_and_problems(ani, office):
    page = ani.get(f"/record/{key_of(office, 3)}").text
    assert page.count("<rect") == 6
    assert page.count('<rect class="is-review"') == 1
    assert "Istri harus perempuan." in page
    assert "Laki-laki" in page
    assert ani.client.get("/record/uuid:nobody").status_code == 404


def test_an_accepted_field_can_be_corrected_and_the_rules_are_asked_again(ani, office, value_of):
    key = key_of(office, 3)
    assert value_of("jk", 3).status == "accepted"
    sex = item_id(key, "jk", 1)
    assert ani.get("/api/card", item=sex).status_code == 409
    card = ani.get("/api/card", item=sex, record=key)
    assert card.json()["id"] == sex
    assert ani.decide(sex, typed="2", record=key)["gone"]
    assert (value_of("jk", 3).value, value_of("jk", 3).reader) == ("2", "person")
    page = ani.get(f"/record/{key}").text
    assert "Istri harus perempuan." not in page
    assert "oleh orang" in page
    assert ani.post("/api/undo").json()["id"] == sex
    assert value_of("jk", 3).value == "1"


def test_what_is_still_to_be_typed_blind_is_not_shown(ani, office):
    assert "0001" not in ani.get(f"/record/{key_of(office, 1)}").text.replace("00000001", "")
    assert "••••••••••••0001</a>" in ani.get(f"/record/{key_of(office, 2)}").text


def test_identifiers_are_masked_in_the_list(ani, office):
    assert "3301014508900001" not in ani.get(f"/record/{key_of(office, 2)}").text


def test_a_field_of_another_record_is_not_reached(ani, office):
    sex = item_id(key_of(office, 3), "jk", 1)
    assert ani.get("/api/card", item=sex, record=key_of(office, 2)).status_code == 409


def test_a_value_is_never_code_in_the_record(ani, office):
    page = ani.get(f"/record/{key_of(office, 4)}").text
    assert "&lt;B&gt;" in page
    assert "<B>" not in page
