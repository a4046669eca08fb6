"""Second looks at what counts already."""

from __future__ import annotations

import threading
import time

import pytest

from formscan.batch import settle_batch
from formscan.review.item import item_id
from formscan.review.sample import draw
from formscan.review.second import SecondLooks
from formscan.review.trust import Session
from formscan.store.looks import LOOKS, looks_of
from tests.review.quality import ALL, come_in, rates, reopened, stands, work


@pytest.fixture
def looked(office):
    """All that counts is looked at again."""
    return reopened(office, ALL)


def fields_of(template):
    printed = template.layout(1).fields
    return {("warga", "1"): {(one.name, one.row): one for one in printed}}


def test_the_sample_is_a_share_of_each_kind_and_the_same_each_time(office, form):
    records = office.desk.records()
    first = draw(records, fields_of(form), {}, (0.5, 0), "seed")
    assert first == draw(records, fields_of(form), {}, (0.5, 0), "seed")
    assert first != draw(records, fields_of(form), {}, (0.5, 0), "another seed")
    everything = draw(records, fields_of(form), {}, (1, 0), "seed")
    kinds = {"kode_kader", "hubungan", "jk"}  # codes, of which one breaks a rule
    codes = [one for one in everything if one.place[1] in kinds]
    assert len(codes) == 10
    half = [one for one in first if one.place[1] in kinds]
    assert len(half) == 5


def test_a_larger_batch_keeps_the_sample_that_it_had(office, form):
    records = office.desk.records()
    few = draw(records[:3], fields_of(form), {}, (0.3, 0), "seed")
    many = draw(records, fields_of(form), {}, (0.3, 0), "seed")
    assert len({one.place for one in few} & {one.place for one in many}) >= len(few) - 3


def test_second_looks_in_other_hands_leave_others_to_look_at(looked):
    ani, budi = come_in(looked, "Ani"), come_in(looked, "Budi")
    first = work(ani)
    second = budi.next()["id"]
    ahead = ani.next(after=first.id)["id"]
    assert len({first.id, second, ahead}) == 3
    assert {looked.desk.item(item).reason for item in (second, ahead)} == {"second"}


def test_what_is_new_among_second_looks_is_added_to_what_was_known(looked):
    ani = come_in(looked, "Ani")
    while (item := work(ani)) is not None:
        ani.decide(item.id, typed=stands(looked, item))
        notes = looked.desk.ledger.notes(*LOOKS)
        half = len(notes) // 2
        assert looks_of(notes[half:], looks_of(notes[:half])) == looks_of(notes)
    assert len(looks_of(notes)) > 3


def test_who_has_the_desk_never_waits_for_who_draws_a_sample(office):
    looks = SecondLooks(office.desk, office.store, ALL)
    drawing = threading.Thread(target=looks.left, args=("Ani",), daemon=True)
    taking = threading.Thread(
        target=looks.take_back, args=(Session("Budi", "id"), ("", "nama", 1)), daemon=True
    )
    with office.desk.alone():
        drawing.start()
        deadline = time.monotonic() + 60
        while looks._lock.acquire(blocking=False):  # until the drawer holds it, and waits
            looks._lock.release()
            assert time.monotonic() < deadline
        taking.start()
        taking.join(60)
        assert not taking.is_alive()
    drawing.join(60)
    assert not drawing.is_alive()


def test_a_second_look_is_blind_and_changes_nothing_where_both_agree(looked):
    ani = come_in(looked, "Ani")
    item = work(ani)
    assert item.reason == "second"
    card = ani.get("/api/card", item=item.id).json()["html"]
    assert "data-take" not in card
    assert "sudah berlaku" in card
    before = looked.desk.ledger.decisions()
    assert ani.decide(item.id, typed=stands(looked, item))["gone"] == [item.id]
    assert looked.desk.ledger.decisions() == before
    assert rates(looked)[""] == (0, 1, 0)
    assert looked.desk.ledger.verify() == ()


def origins(office):
    """Whose word the fields are in the tables, by field and serial."""
    settled = [record for one in settle_batch(office.store) for record in one.records]
    return {
        (value.name, int(record.serial)): value.reader
        for record in settled
        for value in record.values
    }


def test_the_tables_tell_whose_word_a_field_is(office, item_of):
    ani, budi = office.come_in("Ani"), office.come_in("Budi")
    ani.decide(item_of("jk", 1), typed="2")
    ani.decide(item_of("nama", 2), typed="SITI AMINAH")
    asked = item_of("tgl_lahir", 2)
    ani.decide(asked, "supervisor", comment="?")
    assert origins(office)["tgl_lahir", 2] == "t-1"
    budi.decide(asked, typed="05081990")
    looked = reopened(office, ALL)
    second = come_in(looked, "Budi")
    while (item := work(second)) is not None:
        second.decide(item.id, typed=stands(looked, item))
    told = origins(office)
    assert told["tgl_lahir", 2] == "supervisor"
    assert told["nama", 2] == told["jk", 1] == "person+second"
    assert told["nama", 1] == "t-1+second"
    again = item_id(office.desk.records()[0].key, "jk", 1)
    ani.decide(again, typed="2", record=office.desk.records()[0].key)
    assert origins(office)["jk", 1] == "person"


def test_nobody_looks_at_their_own_work_again(looked):
    work(come_in(looked, "Ani"))
    looks = SecondLooks(looked.desk, looked.store, ALL)
    assert looks.left("Budi") - looks.left("Ani") == 7


def differing(looked):
    """Ani is shown a field that counts and types something else."""
    ani = come_in(looked, "Ani")
    item = work(ani)
    while item.field != "nama":
        ani.decide(item.id, typed=stands(looked, item))
        item = work(ani)
    assert ani.decide(item.id, typed="SITI AMINAN")["gone"] == [item.id]
    return ani, item


def test_a_difference_goes_to_the_supervisor_who_tells_who_was_wrong(looked):
    _, item = differing(looked)
    assert rates(looked)[""][2] == 1
    budi = come_in(looked, "Budi")
    asked = budi.next(lane="supervisor")
    assert asked["id"] == item.id
    assert "mesin: SITI AMINAH. Ani: SITI AMINAN" in asked["html"]
    wrong, looks, _ = rates(looked)[""]
    assert budi.decide(item.id, typed="SITI AMINAN")["gone"] == [item.id]
    assert rates(looked)[""] == (wrong + 1, looks + 1, 0)
    notes = looked.desk.ledger.notes(*LOOKS)
    assert all("SITI" not in str(one.told) for one in notes)  # what people typed is sealed


def test_the_supervisor_may_side_with_the_first_of_two_people(office, item_of):
    office.come_in("Ani").decide(item_of("jk", 1), typed="2")
    looked = reopened(office, ALL)
    budi = come_in(looked, "Budi")
    mine = item_id(office.desk.records()[0].key, "jk", 1)
    while (item := work(budi)).id != mine:
        budi.decide(item.id, typed=stands(looked, item))
    budi.decide(item.id, typed="1")
    assert looked.desk.waiting(lane="supervisor")
    come_in(looked, "Ani").decide(item.id, typed="2")
    notes = looked.desk.ledger.notes(*LOOKS)
    assert notes[-1].told["wrong"] == ["Budi"]
    assert rates(looked)["Ani"] == (0, 1, 0)


def test_a_difference_can_be_taken_back(looked):
    ani, item = differing(looked)
    again = ani.post("/api/undo").json()
    assert again["id"] == item.id
    assert rates(looked)[""][2] == 0
    assert looked.desk.waiting(lane="supervisor") == []
    assert ani.decide(item.id, typed="SITI AMINAH")["gone"] == [item.id]
    assert ani.post("/api/undo").json()["id"] == item.id
