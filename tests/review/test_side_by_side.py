"""Two people, two tabs, an old screen: an answer counts for what was seen, and is never lost."""

from __future__ import annotations

import logging
import random
import re
import threading

from formscan.decision import Decision
from formscan.review.answers import Answer, Window, now
from formscan.review.errands import Errands
from formscan.review.hidden import HiddenItems, Limits
from formscan.review.item import item_id
from formscan.review.trust import Session
from formscan.store import Leases


def key_of(office, serial):
    return next(one.key for one in office.desk.records() if int(one.serial) == serial)


def seen(card):
    return re.search(r'data-seen="(\w+)"', card["html"])[1]


def shown(who, item, **query):
    return who.get("/api/card", item=item, **query).json()


def test_as_written_lets_only_that_stand_which_was_shown(office, ani, budi, item_of, value_of):
    """What came up while the card was on the screen was seen by nobody."""
    item = item_of("hubungan", 3)
    before = seen(shown(ani, item))
    key = key_of(office, 3)
    office.desk.decide(Decision(key, "hubungan", 1, "value", "", reviewer="Budi"), now())
    answer = ani.decide(item, "confirmed", seen=before)
    assert answer["changed"]
    assert value_of("hubungan", 3).status == "review"
    assert ani.decide(item, "confirmed", seen=seen(answer))["gone"] == [item]


def test_a_correction_from_an_old_screen_is_shown_again_first(office, ani, budi, value_of):
    key = key_of(office, 3)
    sex = item_id(key, "jk", 1)
    old = seen(shown(ani, sex, record=key))
    ani.post("/api/pass", item=sex)
    office.desk.decide(Decision(key, "jk", 1, "value", "2", reviewer="Budi"), now())
    assert ani.decide(sex, typed="1", record=key, seen=old)["changed"]
    assert value_of("jk", 3).value == "2"


def test_the_second_tab_of_one_person_undoes_nothing_of_the_first(ani, item_of, value_of):
    item = item_of("jk", 1)
    mine = seen(shown(ani, item))
    assert seen(shown(ani, item)) == mine
    assert ani.decide(item, typed="2", seen=mine)["gone"] == [item]
    assert "selesai" in ani.decide(item, typed="1", seen=mine)["refused"]
    assert value_of("jk", 1).value == "2"


def test_what_waits_for_others_is_not_settled_beside_another_field(office, item_of, value_of):
    """A question to a family offers the field of its rule, about which a supervisor was asked."""
    window = Window(office.desk, Leases(office.store))
    ani, sri = Session("Ani", "id", "reviewer"), Session("Sri", "id", "supervisor")
    rule, key = item_of("hubungan", 3), key_of(office, 3)
    sex = item_id(key, "jk", 1)
    assert not window.answer(ani, Answer(rule, "callback")).refused
    assert not window.answer(ani, Answer(sex, "supervisor", key, comment="?")).refused
    beside = Answer(rule, "value", target=1, typed="2")
    assert window.answer(ani, beside).refused == "supervisor_only"
    assert window.take(sex, sri)
    budi = Session("Budi", "id", "supervisor")
    assert window.answer(budi, beside).refused == "in_other_hands"
    window.give_back_all(ani)
    window.give_back_all(budi)
    assert not window.answer(sri, beside).refused
    assert value_of("jk", 3).value == "2"


def test_nothing_is_taken_back_that_is_on_somebody_elses_screen(
    office, ani, budi, item_of, value_of
):
    item = item_of("jk", 1)
    ani.decide(item, typed="2")
    assert budi.get("/api/card", item=item, record=key_of(office, 1)).status_code == 200
    answer = ani.post("/api/undo")
    assert (answer.status_code, value_of("jk", 1).status) == (409, "accepted")
    budi.post("/api/pass", item=item)
    budi.post("/api/logout")
    assert ani.post("/api/undo").json()["id"] == item
    assert value_of("jk", 1).status == "review"


def test_a_field_that_is_lent_as_a_hidden_item_can_be_corrected(office, ani, value_of):
    """It was on somebody's screen once; the correction is a decision, no answer to that."""
    hidden = HiddenItems(office.desk, Limits(1.0), Errands(), random.Random(1))
    found = office.desk.waiting("jk")[0]
    lent = next(hidden.instead(Session("Budi", "id"), found, "jk", frozenset()))
    assert office.desk.item(lent.id).known
    assert not office.desk.item(lent.id, lent.record).known
    assert ani.decide(lent.id, "illegible", record=lent.record)["gone"] == [lent.id]
    record = next(one for one in office.desk.records() if one.key == lent.record)
    value = next(one for one in record.values if (one.name, one.row) == ("jk", 1))
    assert "illegible:confirmed" in value.problems
    assert office.desk.item(lent.id) is None


def test_work_that_fails_beside_the_page_does_not_end_all_other_work(caplog):
    done = threading.Event()

    def fails():
        raise OSError("no room")

    with caplog.at_level(logging.CRITICAL), Errands() as errands:
        errands.soon(fails)
        errands.soon(done.set)
        assert done.wait(60)
