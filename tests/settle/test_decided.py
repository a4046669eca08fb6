from __future__ import annotations

import dataclasses

import pytest

from formscan.decision import Decision, reading_sha256, standing
from formscan.record import Problem
from formscan.settle import settle
from formscan.settle.decided import confirmed
from formscan.settle.items import review_items
from formscan.settle.link import key_of

FIRST = {("status", None): "1", ("nama", 1): "SITI", ("jk", 1): "2"}
SECOND = {("luas", None): "48", ("ttd", None): "1"}


@pytest.fixture
def ask(form, options, page_of):
    """Settles a family whose first page says ``said``, after decisions; gives the record."""

    def settled(said, *decisions):
        pages = [page_of(1, FIRST | said), page_of(2, SECOND)]
        key = key_of(pages[0].identity, "", 1)
        made = [dataclasses.replace(one, record=key) for one in decisions]
        return settle(pages, [form], options, {key: made})

    return settled


def decide(field, row, kind, raw="", *codes, seen=""):
    return Decision("", field, row, kind, raw, codes, reviewer="Ani", reading_sha256=seen)


def field_of(settled, ref):
    return next(each for each in settled.records[0].values if each.ref == ref)


def test_a_value_of_a_person_is_accepted_with_its_origin(ask):
    doubtful = {("jk", 1): ("1", 0.6)}
    assert ask(doubtful).records[0].status == "review"
    settled = ask(doubtful, decide("jk", 1, "value", "2"))
    each = field_of(settled, "warga[1].jk")
    assert (each.raw, each.value, each.status, each.reader) == ("2", "2", "accepted", "person")
    assert settled.records[0].status == "accepted"
    assert not settled.review_items


def test_what_a_person_types_is_checked_by_the_same_rules(ask):
    settled = ask({("jk", 1): ("1", 0.6)}, decide("jk", 1, "value", "7"))
    assert [item.reason for item in settled.review_items] == ["choice"]


def test_as_written_against_the_list_is_confirmed_and_has_no_value(ask):
    settled = ask({("jk", 1): "7"}, decide("jk", 1, "confirmed", "7", "choice"))
    each = field_of(settled, "warga[1].jk")
    assert (each.raw, each.value, each.status) == ("7", "", "confirmed")
    (record,) = settled.records
    assert [str(problem) for problem in record.problems] == [
        "choice:warga[1].jk:confirmed",
        "required:warga[1].jk:confirmed",
    ]
    assert (record.status, settled.review_items) == ("confirmed", ())


def test_confirming_lets_only_the_problems_stand_that_were_seen(ask):
    settled = ask({("jk", 1): ""}, decide("jk", 1, "confirmed", "", "R99"))
    assert [item.reason for item in settled.review_items] == ["required"]


def test_an_illegible_answer_neither_holds_back_nor_is_taken_for_blank(ask):
    settled = ask({("jk", 1): ("1", 0.6)}, decide("jk", 1, "illegible", "", "illegible"))
    each = field_of(settled, "warga[1].jk")
    assert (each.value, each.status, each.problems) == (
        "",
        "confirmed",
        ("required:confirmed", "illegible:confirmed"),
    )
    assert settled.records[0].status == "confirmed"


def test_blank_by_a_person_is_blank_and_still_required(ask):
    blank = decide("jk", 1, "blank")
    assert [item.reason for item in ask({("jk", 1): ("1", 0.6)}, blank).review_items] == [
        "required"
    ]
    assert field_of(ask({("jk", 2): ("1", 0.6)}, decide("jk", 2, "blank")), "warga[2].jk").status


def test_a_question_to_the_supervisor_waits_under_its_own_reason(ask):
    settled = ask({}, decide("jk", 1, "supervisor"))
    each = field_of(settled, "warga[1].jk")
    assert (each.status, each.reason, each.raw) == ("review", "supervisor", "2")


def test_a_rule_of_the_whole_record_waits_for_whom_was_asked(ask, form):
    doubtful = ask({("jk", 1): ("1", 0.6)})
    (record,), said = doubtful.records, (Problem("R01", "warga"),)
    asked = {("warga", None): decide("warga", None, "callback")}
    problems = confirmed(said, form, asked)
    items = review_items([dataclasses.replace(record, problems=problems)], doubtful.pages)
    assert [(one.field, one.reason) for one in items][-1] == ("warga", "callback")


def test_rules_are_asked_again_after_a_decision(ask):
    """Status 3 moved: the rows and page 2 that are filled do not belong there."""
    settled = ask({("status", None): ("1", 0.5)}, decide("status", None, "value", "3"))
    assert {item.reason for item in settled.review_items} == {"not_relevant"}


def test_undo_brings_back_the_decision_before(ask):
    first, second = decide("jk", 1, "value", "2"), decide("jk", 1, "value", "1")
    undo = decide("jk", 1, "undo")
    assert standing([first, second, undo])["jk", 1] == first
    assert standing([first, undo]) == {}
    assert standing([first, undo, undo, second])["jk", 1] == second
    doubtful = {("jk", 1): ("1", 0.6)}
    assert ask(doubtful, first, undo).review_items == ask(doubtful).review_items


@pytest.mark.parametrize(
    ("now", "reasons"),
    [
        (("1", 1.0), ["conflict"]),
        (("1", 0.6), []),
        (("2", 1.0), []),
        (("7", 1.0), []),
    ],
    ids=["sure of another value", "unsure", "agrees", "impossible"],
)
def test_a_reading_that_changed_never_overwrites_and_asks_only_if_it_would_count(ask, now, reasons):
    settled = ask({("jk", 1): now}, decide("jk", 1, "value", "2", seen="an older reading"))
    each = field_of(settled, "warga[1].jk")
    assert (each.value, each.status) == ("2", "accepted")
    assert [item.reason for item in settled.review_items] == reasons
    assert settled.records[0].status == ("review" if reasons else "accepted")


def test_correcting_what_the_machine_was_sure_of_is_no_conflict(ask, page_of):
    page = page_of(1, FIRST)
    read = next(each for each in page.readings if (each.name, each.row) == ("jk", 1))
    seen = reading_sha256(read, page.ref)
    settled = ask({}, decide("jk", 1, "value", "1", seen=seen))
    assert field_of(settled, "warga[1].jk").value == "1"
    assert not settled.review_items
