"""What people decide about page pictures, in pass 2."""

from __future__ import annotations

import itertools

from linked import LINKED, OPTIONS, family, page

from formscan.decision import Decision
from formscan.page import ByHand, Identity
from formscan.page_decision import identified, page_said, page_subject, put_aside
from formscan.settle import settle

OURS, THEIRS = family(7), family(8)


def settled(pages, *decisions):
    made: dict[str, list[Decision]] = {}
    for one in decisions:
        made.setdefault(one.record, []).append(one)
    return settle(pages, [LINKED], OPTIONS, made)


def states(result):
    return [(one.outcome.ref.scan, one.status, one.reason) for one in result.pages]


def undo(ref):
    return Decision(page_subject(ref), "", None, "undo", reviewer="Ani")


def vouch(outcome):
    return identified(outcome.ref, None, "Ani", vouched=True)


def test_a_page_that_only_the_serial_ties_joins_when_somebody_saw_both():
    first, second = page(1, OURS[1], file="a"), page(2, {("a", None): "07"}, file="b")
    assert states(settled([first, second]))[1] == ("b", "review", "unproven")
    result = settled([first, second], vouch(second))
    assert states(result) == [("a", "ok", ""), ("b", "ok", "")]
    assert [one.status for one in result.records] == ["accepted"]
    again = settled([first, second], vouch(second), undo(second.ref))
    assert states(again)[1] == ("b", "review", "unproven")


def test_a_reused_serial_is_free_again_when_the_other_family_is_put_aside():
    pages = [page(1, OURS[1], file="a"), page(2, OURS[2], file="b"), page(1, THEIRS[1], file="c")]
    assert {one.reason for one in settled(pages).pages} == {"serial_reused"}
    for kind, status in (
        ("foreign", "foreign"),
        ("discarded", "rejected"),
        ("replaced", "superseded"),
    ):
        result = settled(pages, put_aside(pages[2].ref, kind, "Ani", comment="another family"))
        assert states(result)[:2] == [("a", "ok", ""), ("b", "ok", "")]
        assert states(result)[2][1] == status
        assert [one.status for one in result.records] == ["accepted"]
        assert result.review_items == ()


def test_a_vouched_page_that_contradicts_is_believed_and_others_are_not():
    pages = [page(1, OURS[1], file="a"), page(2, THEIRS[2], file="b")]
    assert {one.reason for one in settled(pages).pages} == {"serial_reused"}
    assert {one.status for one in settled(pages, vouch(pages[1])).pages} == {"ok"}


def test_two_sheets_of_one_page_still_contradict_when_one_of_them_is_vouched():
    pages = [page(1, OURS[1], file="a"), page(1, THEIRS[1], file="b")]
    assert {one.reason for one in settled(pages, vouch(pages[1])).pages} == {"serial_reused"}


def test_a_continuation_sheet_stays_where_a_person_put_it():
    pages = [
        page(1, THEIRS[1], file="a"),
        page(1, OURS[1], file="b", serial="00000002"),
        page(3, {**THEIRS[3], ("seri_h3", None): "00000001"}, file="c", serial="00000002"),
    ]
    lent = settled(pages)
    assert [len(one.scans) for one in lent.records] == [2, 1]
    kept = settled(pages, vouch(pages[2]))
    assert [one.scans for one in kept.records] == [("a#1",), ("b#1", "c#1")]


def test_foreign_paper_stays_attached_and_is_no_page_of_the_record():
    first, second = page(1, OURS[1], file="b"), page(2, OURS[2], file="c")
    card = page(1, {}, file="a", serial="", status="rejected", reason="no_identity")
    card = type(card)(card.ref, "rejected", "no_identity")
    key = settled([first, second]).records[0].key
    result = settled([card, first, second], put_aside(card.ref, "foreign", "Ani", record=key))
    assert (result.pages[0].status, result.pages[0].record) == ("foreign", key)
    assert result.records[0].scans == ("b#1", "c#1")
    assert result.review_items == ()


def test_the_same_bytes_under_another_name_are_the_same_picture():
    one = page(1, THEIRS[1], file="a")
    other = type(one)(**{name: getattr(one, name) for name in one.__slots__} | {
        "ref": type(one.ref)("/tmp/z", 1, "z", one.ref.sha256)})  # fmt: skip
    result = settled([one, other], put_aside(one.ref, "foreign", "Ani"))
    assert [each.status for each in result.pages] == ["foreign", "foreign"]


def test_a_record_that_a_person_rejected_asks_for_nothing_more():
    lone = page(1, {**OURS[1], ("nama", 1): ("X", 0.1)}, file="a")
    key = settled([lone]).records[0].key
    assert settled([lone]).review_items
    result = settled([lone], Decision(key, "", None, "rejected", comment="twice", reviewer="Ani"))
    assert [one.status for one in result.records] == ["rejected"]
    assert result.review_items == ()


def test_only_the_family_can_tell_leaves_the_field_open():
    pages = [page(1, OURS[1], file="a"), page(2, OURS[2], file="b")]
    key = settled(pages).records[0].key
    asked = Decision(key, "nama", 1, "callback", comment="which spelling?", reviewer="Ani")
    (item,) = settled(pages, asked).review_items
    assert (item.field, item.row, item.reason) == ("nama", 1, "callback")


def test_it_depends_on_no_order():
    pages = [page(n, OURS[n], file=str(n)) for n in (1, 2)]
    pages += [page(1, THEIRS[1], file="c"), page(2, {}, file="d")]
    said = [put_aside(pages[2].ref, "replaced", "Ani"), vouch(pages[1])]
    found = {repr(settled(order, *said)) for order in itertools.permutations(pages)}
    assert len(found) == 1


def test_what_stands_about_a_picture():
    ref = page(1, {}, file="a").ref
    told = ByHand(Identity("keluarga", "1", 2, "00000009", "ABCDEF", "person"), ((1.5, 2.0),) * 4)
    read_as, aside = (
        identified(ref, told, "Ani"),
        put_aside(ref, "discarded", "Budi", comment="torn"),
    )
    assert page_said([]) is None
    assert page_said([read_as]).by_hand == told
    assert not page_said([read_as]).vouched
    assert page_said([read_as, vouch(page(1, {}, file="a"))]).by_hand == told
    put = page_said([read_as, aside])
    assert (put.kind, put.by_hand, put.comment) == ("discarded", told, "torn")
    assert page_said([read_as, aside, undo(ref)]).aside is None
    assert len(read_as.record) <= 64
