from __future__ import annotations

import dataclasses
import uuid

import pytest
from linked import LINKED, OPTIONS, family, page

from formscan.page import Identity
from formscan.settle import settle
from formscan.settle.link import key_of

OURS, THEIRS = family(7), family(8)


def settled(*pages, template=LINKED):
    return settle(pages, [template], OPTIONS)


def states(result):
    return [(one.outcome.ref.scan, one.status, one.reason) for one in result.pages]


def written(record):
    return {value.ref: value.raw for value in record.values if value.raw}


def test_the_key_is_that_of_the_contract():
    identity = Identity("fk23", "1", 2, "00012345", "ABCDEF")
    expected = uuid.uuid5(uuid.NAMESPACE_URL, "formscan:fk23|ABCDEF|00012345")
    assert key_of(identity, "ff", 3) == f"uuid:{expected}"
    without = uuid.uuid5(uuid.NAMESPACE_URL, "formscan:ff|3")
    assert key_of(Identity("fk23", "1", 1), "ff", 3) == f"uuid:{without}"


def test_pages_join_by_serial_and_print_run_in_page_order():
    result = settled(
        page(2, OURS[2], file="a"),
        page(1, OURS[1], file="b"),
        page(1, THEIRS[1], file="c", serial="00000002"),
        page(1, THEIRS[1], file="d", print_run="ZZZZZZ"),
    )
    assert [record.scans for record in result.records] == [("b#1", "a#1"), ("c#1",), ("d#1",)]
    assert [record.status for record in result.records] == ["accepted", "incomplete", "incomplete"]


def test_a_family_of_ten_stands_on_four_pages():
    (record,) = settled(*(page(n, OURS[n], file=str(n)) for n in (4, 3, 1, 2))).records
    assert record.status == "accepted"
    assert record.scans == ("1#1", "2#1", "3#1", "4#1")
    assert [value.row for value in record.values if value.name == "nama"] == [1, 2, 3, 4, 5]


def test_a_second_continuation_page_without_the_first_is_incomplete():
    (record,) = settled(*(page(n, OURS[n]) for n in (1, 2, 4))).records
    assert record.status == "incomplete"


def test_an_empty_continuation_page_misses_nothing_and_is_blank():
    result = settled(*(page(n, OURS[n], file=str(n)) for n in (1, 2)), page(4, {}, file="4"))
    assert result.records[0].status == "accepted"
    assert states(result)[2] == ("4", "blank", "")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"kk": "", "urut": ""}, {}),
        ({}, {"kk_h2": "", "urut_h2": ""}),
        ({}, {"kk_h2": ("259", 0.1), "urut_h2": ("0007", 0.1)}),
        ({"kk": "999999", "urut": ""}, {"kk_h2": "999", "urut_h2": ""}),
        ({"urut": "0000"}, {"kk_h2": "", "urut_h2": "0000"}),
        ({}, {"kk_h2": "9", "urut_h2": ""}),
    ],
)
def test_a_serial_alone_joins_nothing(first, second):
    one = OURS[1] | {(name, None): said for name, said in first.items()}
    two = OURS[2] | {(name, None): said for name, said in second.items()}
    apart = settled(page(1, one, file="a"), page(2, two, file="b"))
    assert states(apart) == [("a", "ok", ""), ("b", "review", "unproven")]
    assert apart.records[0].status == "review"
    waiting = [value for value in apart.records[0].values if value.page == 2]
    states_there = {(value.status, value.reason) for value in waiting if value.raw}
    assert states_there == {("review", "unproven")}
    assert [item.reason for item in apart.review_items if not item.field] == ["unproven"]


def test_front_and_back_of_one_sheet_belong_together():
    silent = OURS[2] | {("kk_h2", None): "", ("urut_h2", None): ""}
    for back in (1, 3):
        result = settled(page(1, OURS[1], file="a", frame=2), page(2, silent, file="a", frame=back))
        assert result.records[0].status == "accepted"
    result = settled(page(1, OURS[1], file="a"), page(2, silent, file="a", frame=3))
    assert result.records[0].status == "review"


def test_pages_that_contradict_each_other_are_of_two_families_even_in_one_file():
    result = settled(page(1, OURS[1], file="a"), page(2, THEIRS[2], file="a", frame=2))
    assert states(result) == [("a", "review", "serial_reused")] * 2
    assert result.records[0].values == ()


def test_an_empty_back_of_a_family_that_moved_is_blank():
    moved = LINKED.model_copy(update={"complete_with_page_1": "/data/urut = '0007'"})
    result = settled(page(1, OURS[1], file="a"), page(2, {}, file="b"), template=moved)
    assert states(result) == [("a", "ok", ""), ("b", "blank", "")]
    assert result.records[0].status == "accepted"


def test_a_page_with_writing_waits_even_if_the_first_page_is_enough():
    moved = LINKED.model_copy(update={"complete_with_page_1": "/data/urut = '0007'"})
    silent = OURS[2] | {("kk_h2", None): "", ("urut_h2", None): ""}
    result = settled(page(1, OURS[1], file="a"), page(2, silent, file="b"), template=moved)
    assert result.records[0].status == "review"


def test_one_serial_in_two_versions_is_reused():
    other = LINKED.model_copy(update={"version": "2"})
    result = settle([page(1, OURS[1]), page(2, OURS[2], version="2")], [LINKED, other], OPTIONS)
    assert {one.reason for one in result.pages} == {"serial_reused"}


def test_a_duplicate_of_a_reused_serial_stays_a_duplicate():
    first = page(1, OURS[1], file="a")
    again = dataclasses.replace(first, ref=dataclasses.replace(first.ref, scan="c"))
    result = settled(first, page(1, THEIRS[1], file="b"), again)
    assert [one.status for one in result.pages] == ["review", "review", "duplicate"]
    assert len({one.record for one in result.pages}) == 1


def test_a_page_that_was_not_read_belongs_to_the_record_that_it_claims():
    result = settled(
        page(1, OURS[1], file="a"), page(2, {}, file="b", status="rejected", reason="cut_off")
    )
    assert states(result)[1] == ("b", "rejected", "cut_off")
    assert {one.record for one in result.pages} == {result.records[0].key}
    assert result.records[0].status == "incomplete"


def test_a_family_of_which_no_page_was_read_is_still_counted():
    (record,) = settled(page(1, {}, status="rejected", reason="cut_off")).records
    assert (record.status, record.values, record.scans) == ("incomplete", (), ())


def test_a_page_without_identity_passes_through():
    rejected = dataclasses.replace(page(1, {}, status="rejected"), identity=None)
    result = settled(rejected)
    assert result.records == ()
    assert [(one.status, one.record) for one in result.pages] == [("rejected", "")]
