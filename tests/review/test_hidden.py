"""Hidden items of known truth, and what happens to who misses too many."""

from __future__ import annotations

import random

from formscan.report.measured import HIDDEN
from formscan.review.errands import Errands
from formscan.review.hidden import HiddenItems, Limits
from formscan.review.item import item_id
from formscan.review.trust import Session
from tests.review.families import NIK
from tests.review.quality import come_in, reopened, stands


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
