from __future__ import annotations

import random
import threading
import time
from dataclasses import replace

import pytest

from formscan.batch import settle_batch
from formscan.report.measured import HIDDEN, measured
from formscan.review.app import make_app
from formscan.review.errands import Errands
from formscan.review.hidden import HiddenItems, Limits
from formscan.review.item import item_id
from formscan.review.sample import draw
from formscan.review.second import SecondLooks, Shares
from formscan.review.trust import Door, Session
from formscan.store.looks import LOOKS, looks_of
from tests.review.conftest import HOST, UNCHECKED
from tests.review.families import NIK

ALL = Shares(1, 0)
ANSWERS = {"kode_kader": "640732", "nama": "SITI AMINAH", "nik": NIK, "tgl_lahir": "05081990"}
ANSWERS |= {"jk": "2", "hubungan": "2"}


def reopened(office, shares=UNCHECKED[0], limits=UNCHECKED[1]):
    """The same batch behind a door with other checks."""
    app = make_app(
        office.out, office.store, office.desk, office.sessions, Door(frozenset({HOST})), Errands(),
        shares, limits,
    )  # fmt: skip
    return replace(office, app=app)


def work(who, until="second"):
    """Type the truth until nothing waits, or something of that reason comes."""
    for _ in range(100):
        found = who.next()
        item = who.desk.item(found["id"]) if found["id"] else None
        if item is None or item.reason == until:
            return item
        kind = "confirmed" if item.reason == "rule" else "value"
        assert "refused" not in who.decide(item.id, kind, typed=ANSWERS[item.field])
    raise AssertionError("the queue does not end")


def come_in(office, name):
    somebody = office.come_in(name)
    somebody.desk = office.desk
    return somebody


def rates(office):
    found = measured(office.desk.ledger.notes(*LOOKS, HIDDEN))
    return {one.reader: (one.wrong, one.looks, one.open) for one in found}


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


def stands(looked, item):
    """What the field says by now."""
    return looked.desk.case(item.record).values[item.field, item.row].raw


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


def sure(office, name):
    """Ids of fields of that name whose answer is known."""
    return {item_id(one.key, name, 1) for one in office.desk.records()}


def test_a_known_item_looks_like_the_others_and_its_first_choice_is_wrong(office):
    shown = reopened(office, limits=Limits(1.0))
    ani = come_in(shown, "Ani")
    found = ani.get("/api/next", field="jk").json()
    item = shown.desk.item(found["id"])
    assert item.known
    assert (item.field, item.reason) == ("jk", "low_confidence")
    wrong, right = item.offered
    assert (right, {wrong, right}) == (stands(shown, item), {"1", "2"})
    assert "Mesin tidak yakin" in found["html"]
    before = shown.desk.ledger.decisions()
    assert ani.decide(item.id, typed=wrong)["gone"] == [item.id]
    assert shown.desk.ledger.decisions() == before
    (note,) = shown.desk.ledger.notes(HIDDEN)
    assert note.told == {"missed": True}


def test_a_known_number_is_typed_blind_and_a_slip_may_be_mended(office):
    shown = reopened(office, limits=Limits(1.0))
    ani = come_in(shown, "Ani")
    item = shown.desk.item(ani.get("/api/next", field="nik").json()["id"])
    assert item.known
    assert ani.decide(item.id, typed=NIK[:-1] + "7")["differs"]
    assert ani.decide(item.id, typed=NIK, again=True)["gone"] == [item.id]
    (note,) = shown.desk.ledger.notes(HIDDEN)
    assert note.told == {"missed": False}


def hidden(office, limits):
    return HiddenItems(office.desk, limits, Errands(), random.Random(1))


def test_who_misses_too_many_has_that_work_queued_again(office, item_of, value_of):
    ani = office.come_in("Ani")
    items = hidden(office, Limits(0.02, window=4, most_missed=1))
    kept = item_of("nama", 2)
    ani.decide(kept, typed="SITI AMINAH")
    for missed in (True, False, False, False, False):
        items.saw("Ani", missed)  # the first is out of the window by the end
    jk = item_of("jk", 1)
    ani.decide(jk, typed="2")
    items.saw("Ani", missed=True)
    assert value_of("jk", 1).status == "accepted"
    items.saw("Ani", missed=True)
    again = value_of("jk", 1)
    assert (again.status, again.reason) == ("review", "again")
    assert value_of("nama", 2).status == "accepted"
    assert office.desk.ledger.verify() == ()
    budi = office.come_in("Budi")
    assert budi.decide(jk, typed="2")["gone"] == [jk]
    assert value_of("jk", 1).status == "accepted"
    items.saw("Ani", missed=True)
    assert value_of("jk", 1).status == "accepted"


def test_who_missed_too_many_is_told_on_the_card_and_on_the_first_page(office, item_of):
    shown = reopened(office, limits=Limits(1.0, window=4, most_missed=0))
    ani = come_in(shown, "Ani")
    ani.decide(item_of("nama", 2), typed="SITI AMINAH")
    item = shown.desk.item(ani.get("/api/next", field="jk").json()["id"])
    wrong, _ = item.offered
    ani.decide(item.id, typed=wrong)
    assert "1 isian Anda menunggu lagi" in ani.next()["news"]
    assert "news" not in ani.next()
    assert "1 isian Anda diantrekan lagi" in ani.get("/").text
    assert "1 isian Ani diantrekan lagi" in come_in(shown, "Budi").get("/").text


def test_what_a_kill_left_to_be_queued_is_queued_at_the_next_start(office, item_of, value_of):
    office.come_in("Ani").decide(item_of("jk", 1), typed="2")
    office.desk.ledger.note("Ani", HIDDEN, {"missed": True}, "2024-05-17T00:00:00+00:00")
    reopened(office, limits=Limits(0.02, window=4, most_missed=0))
    assert value_of("jk", 1).reason == "again"
    made = len(office.desk.ledger.decisions())
    reopened(office, limits=Limits(0.02, window=4, most_missed=0))
    assert len(office.desk.ledger.decisions()) == made


def test_nothing_is_confirmed_at_a_hidden_item_as_at_any_other(office):
    """Ctrl+Enter where no rule is broken is refused, and no hidden item is told by that."""
    shown = reopened(office, limits=Limits(1.0))
    ani = come_in(shown, "Ani")
    found = ani.get("/api/next", field="jk").json()
    assert "Tidak ada aturan" in ani.decide(found["id"], "confirmed")["refused"]
    assert shown.desk.ledger.notes(HIDDEN) == []


def test_the_work_of_others_is_left_alone(office, item_of, value_of):
    office.come_in("Budi").decide(item_of("jk", 1), typed="2")
    items = hidden(office, Limits(0.02, window=4, most_missed=0))
    items.saw("Ani", missed=True)
    assert value_of("jk", 1).status == "accepted"


def test_a_supervisors_question_is_never_a_hidden_item(office):
    items = hidden(office, Limits(1.0))
    assert not [*items.instead(Session("Ani", "id"), None, "", frozenset())]
