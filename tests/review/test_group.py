from __future__ import annotations

import random
from dataclasses import replace

import pytest

from formscan.reading import Candidate, Cell
from formscan.review.desk import Desk
from formscan.review.glyphs import boxes_of, doubtful_glyphs
from formscan.review.group import GroupCheck
from formscan.store import Leases


@pytest.fixture
def check(crowd):
    return GroupCheck(crowd.desk, Leases(crowd.store))


def place(crowd, name, serial):
    key = next(one.key for one in crowd.desk.records() if int(one.serial) == serial)
    return (key, name, None if name == "kode_kader" else 1)


def value(crowd, name, serial):
    record = next(one for one in crowd.desk.records() if int(one.serial) == serial)
    return next(one for one in record.values if one.name == name)


def names(glyphs):
    return [one.id for one in glyphs]


def cells(*boxes):
    return tuple(Cell((Candidate(text, p), Candidate("", 1 - p))) for text, p in boxes)


@pytest.mark.parametrize(
    ("raw", "written", "stands"),
    [
        ("7", [("", 0.9), ("7", 0.8)], ["", "7"]),
        ("7", [("7", 0.9), ("", 0.8)], ["7", ""]),
        ("A B", [("A", 0.9), ("", 0.9), ("B", 0.9), ("", 0.9)], ["A", "", "B", ""]),
        ("", [("", 0.9), ("1", 0.1)], ["", ""]),
    ],
)
def test_a_reading_is_put_into_the_boxes_where_it_fits(raw, written, stands):
    assert [box.text for box in boxes_of(raw, cells(*written))] == stands


@pytest.mark.parametrize(
    ("raw", "written"), [("1?", [("1", 1), ("2", 1)]), ("AB", [("A", 1), ("■", 1)]), ("12", [])]
)
def test_what_cannot_be_put_into_boxes_is_left_to_the_queue(raw, written):
    assert boxes_of(raw, cells(*written)) == ()


def test_equal_readings_stand_together_the_worst_doubt_first(crowd, check):
    assert check.groups() == [("=2", 5), ("=0", 1), ("=1", 1), ("=S", 1)]
    shown = check.screen("=2", "Ani")
    assert [round(one.sure, 2) for one in shown] == [0.5, 0.6, 0.7, 0.8, 0.95]
    assert [one.place[1] for one in shown] == ["jk", "jk", "jk", "jk", "hubungan"]


def test_an_identifier_is_never_settled_by_its_boxes(crowd):
    case = crowd.desk.case(place(crowd, "jk", 1)[0])
    assert [one.place[1] for one in doubtful_glyphs(case)] == ["jk"]
    layout = case.template.layout(1)
    ids = [
        one.model_copy(update={"error_kind": "id"}) if one.name == "jk" else one
        for one in layout.fields
    ]
    page = layout.model_copy(update={"fields": tuple(ids)})
    guarded = replace(case, template=case.template.model_copy(update={"pages": (page,)}))
    assert list(doubtful_glyphs(guarded)) == []


def test_the_rest_is_decided_in_the_persons_name_and_outliers_wait(crowd, check):
    shown = check.screen("=2", "Ani")
    out = [one.id for one in shown if one.place == place(crowd, "jk", 1)]
    looked = check.confirm("Ani", "=2", names(shown), out)
    assert (looked.confirmed, looked.outliers, looked.fields) == (4, 1, 4)
    assert check.close_ready() == 4
    assert value(crowd, "jk", 1).status == "review"
    done = value(crowd, "jk", 3)
    assert (done.value, done.status, done.reader) == ("2", "accepted", "person")
    key = place(crowd, "jk", 3)[0]
    (kept,) = crowd.desk.ledger.decisions(key)[key]
    assert (kept.kind, kept.raw, kept.reviewer) == ("glyphs", "2", "Ani")
    assert crowd.desk.ledger.verify() == ()
    assert "=2" not in dict(check.groups())


def test_a_field_is_settled_only_when_all_its_doubtful_boxes_were_seen(office):
    check = GroupCheck(office.desk, Leases(office.store))
    (born,) = (one for one in office.desk.pool.waiting() if one.raw == "05081990")
    assert [one.group for one in born.glyphs] == ["=0", "=5"]
    for group, settled in (("=0", 0), ("=5", 1)):
        check.confirm("Ani", group, names(check.screen(group, "Ani")), [])
        assert check.close_ready() == settled


def test_a_value_that_breaks_a_rule_comes_up_in_the_queue(crowd, check):
    shown = check.screen("=1", "Ani")
    check.confirm("Ani", "=1", names(shown), [])
    check.close_ready()
    (broken,) = (one for one in crowd.desk.waiting() if one.reason == "rule")
    assert (broken.record, broken.field) == place(crowd, "hubungan", 4)[:2]


def test_a_screen_can_be_taken_back(crowd, check):
    before = [one.id for one in crowd.desk.waiting()]
    shown = check.screen("=2", "Ani")
    check.confirm("Ani", "=2", names(shown), names(shown[:1]))
    check.close_ready()
    assert check.undo("Budi") is None
    assert check.undo("Ani") == "=2"
    assert [one.id for one in crowd.desk.waiting()] == before
    assert names(check.screen("=2", "Ani")) == names(shown)
    assert crowd.desk.ledger.verify() == ()


def test_a_killed_server_forgets_no_box(crowd, check):
    shown = check.screen("=2", "Ani")
    check.confirm("Ani", "=2", names(shown), names(shown[:2]))
    again = Desk(crowd.store)
    again.open()
    restored = GroupCheck(again, Leases(crowd.store))
    assert "=2" not in dict(restored.groups())
    assert restored.close_ready() == 3


def test_what_is_on_somebodys_screen_is_left_to_them(crowd, check):
    ani = crowd.come_in("Ani")
    shown = check.screen("=2", "Budi")
    mine = next(one for one in crowd.desk.waiting() if one.field == "jk")
    assert ani.get("/api/card", item=mine.id).status_code == 200
    check.confirm("Budi", "=2", names(shown), [])
    assert check.close_ready() == 4
    assert ani.decide(mine.id, typed="2")["gone"] == [mine.id]


def test_two_people_do_not_get_the_same_boxes(check):
    assert check.screen("=2", "Ani")
    assert check.screen("=2", "Budi") is None
    assert check.confirm("Budi", "=2", ["x"], []).refused == "in_other_hands"
    assert check.screen("=0", "Budi")


def test_what_is_fetched_ahead_is_not_on_the_screen_already(check):
    shown = check.screen("=2", "Ani", ready=lambda glyph: glyph.sure < 0.75)
    more = check.screen("=2", "Ani", more=True)
    assert not set(names(shown)) & set(names(more))


def test_boxes_that_are_known_to_be_something_else_are_hidden_among_the_others(crowd):
    missed = []
    told = lambda who, was_missed: missed.append((who, was_missed))  # noqa: E731
    check = GroupCheck(crowd.desk, Leases(crowd.store), 0.5, told, random.Random(7))
    shown = check.screen("=2", "Ani")
    hidden = [one for one in shown if one.group != "=2"]
    assert hidden
    looked = check.confirm("Ani", "=2", names(shown), [hidden[0].id])
    assert missed == [("Ani", False), *[("Ani", True)] * (len(hidden) - 1)]
    assert (looked.confirmed, looked.outliers) == (5, 0)
    assert check.close_ready() == 5


def test_the_screen_comes_with_its_pictures(crowd):
    ani = crowd.come_in("Ani")
    assert "5 kotak" in ani.get("/group").text
    screen = ani.get("/api/group", value="=2").json()
    assert (screen["count"], screen["left"]) == (5, 5)
    assert screen["html"].count("data:image/jpeg") == 5
    refused = ani.post("/api/group", value="=2", shown=["nobody"], outliers=[])
    assert refused.status_code == 409
    for nonsense in ({}, {"value": 2, "shown": [], "outliers": []}, {"shown": [1]}):
        assert ani.post("/api/group", **nonsense).status_code == 409
    assert ani.post("/api/group/undo").status_code == 409
