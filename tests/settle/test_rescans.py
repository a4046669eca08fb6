from __future__ import annotations

from linked import LINKED, OPTIONS, family, page

from formscan.settle import settle

OURS, THEIRS = family(7), family(8)


def settled(*pages):
    return settle([page(2, OURS[2], file="z"), *pages], [LINKED], OPTIONS)


def states(result):
    return [(one.status, one.reason) for one in result.pages]


def field(result, ref):
    return next(value for value in result.records[0].values if value.ref == ref)


def test_a_good_rescan_takes_the_place_of_a_rejected_page():
    result = settled(
        page(1, {}, file="a", status="rejected", reason="cut_off"), page(1, OURS[1], file="b")
    )
    assert states(result) == [("superseded", "cut_off"), ("ok", ""), ("ok", "")]
    assert result.records[0].status == "accepted"
    assert result.records[0].scans == ("b#1", "z#1")
    assert result.review_items == ()


def test_two_scans_that_agree_are_both_kept_and_change_nothing():
    result = settled(page(1, OURS[1], file="a"), page(1, OURS[1], file="b"))
    assert states(result) == [("ok", "")] * 3
    assert result.records[0].status == "accepted"
    assert result.records[0].scans == ("a#1", "b#1", "z#1")


def test_only_the_field_that_differs_waits():
    poor = OURS[1] | {("nama", 2): ("HX", 0.8)}
    result = settled(page(1, OURS[1], file="a"), page(1, poor, file="b"))
    waiting = field(result, "warga[2].nama")
    assert (waiting.status, waiting.reason) == ("review", "scans_differ")
    assert waiting.confidence < 0.6
    assert [item.reason for item in result.review_items] == ["scans_differ"]


def test_the_surest_reading_of_a_field_counts_and_says_where_it_was_made():
    first = OURS[1] | {("nama", 1): ("?", 0.1), ("nama", 2): (OURS[1]["nama", 2], 0.9)}
    second = OURS[1] | {("kk", None): (OURS[1]["kk", None], 0.7)}
    result = settled(page(1, first, file="a"), page(1, second, file="b"))
    assert result.records[0].status == "accepted"
    places = {ref: field(result, ref).scan for ref in ("kk", "warga[1].nama", "warga[2].nama")}
    assert places == {"kk": "a", "warga[1].nama": "b", "warga[2].nama": "b"}


def test_two_sheets_of_one_serial_are_no_rescans():
    result = settled(page(1, OURS[1], file="a"), page(1, THEIRS[1], file="b"))
    assert states(result) == [("review", "serial_reused")] * 3
    assert result.records[0].values == ()


def test_sheets_that_differ_only_in_the_number_of_the_family_are_two():
    like = OURS[1] | {("kk", None): THEIRS[1]["kk", None]}
    result = settled(page(1, OURS[1], file="a"), page(1, like, file="b"))
    assert {one.reason for one in result.pages} == {"serial_reused"}


def test_a_sheet_that_names_nobody_clearly_is_not_taken_for_a_rescan():
    faint = {key: (raw, 0.3) for key, raw in OURS[1].items()}
    result = settled(page(1, OURS[1], file="a"), page(1, faint, file="b"))
    assert {one.reason for one in result.pages} == {"serial_reused"}


def test_a_filled_and_an_empty_sheet_of_one_serial_are_two():
    result = settled(page(1, OURS[1], file="a"), page(1, {}, file="b"))
    assert {one.reason for one in result.pages} == {"serial_reused"}
    result = settle([page(1, {}, file="a"), page(1, {}, file="b")], [LINKED], OPTIONS)
    assert {one.reason for one in result.pages} == {""}


def test_a_rejected_page_of_a_reused_serial_is_not_superseded():
    result = settled(
        page(1, OURS[1], file="a"), page(1, THEIRS[1], file="b"),
        page(1, {}, file="c", status="rejected", reason="cut_off"),
    )  # fmt: skip
    assert states(result)[2] == ("rejected", "cut_off")
