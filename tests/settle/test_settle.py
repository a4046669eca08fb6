from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formscan.errors import TemplateError
from formscan.settle import SettleOptions, settle

FIRST = {("status", None): "1", ("nama", 1): "SITI", ("jk", 1): "2"}
SECOND = {("luas", None): "48", ("ttd", None): "1"}


def statuses(record):
    return {each.ref: each.status for each in record.values}


def test_a_complete_family_is_accepted(form, options, family):
    settled = settle(family, [form], options)
    (record,) = settled.records
    assert record.status == "accepted"
    assert not settled.review_items
    assert record.scans == ("x/00000001-1.png#1", "x/00000001-2.png#1")
    assert statuses(record) == {
        "status": "accepted",
        "warga[1].nama": "accepted",
        "warga[1].jk": "accepted",
        "warga[2].nama": "blank",
        "warga[2].jk": "blank",
        "warga[3].nama": "blank",
        "warga[3].jk": "blank",
        "luas": "accepted",
        "ttd": "image",
    }
    assert dict(record.calculated) == {
        "sumber": "formulir",
        "no_seri": "00000001",
        "ada": "1",
        "jml": "1",
    }


def test_a_missing_page_makes_a_record_incomplete(form, options, family):
    settled = settle(family[:1], [form], options)
    assert settled.records[0].status == "incomplete"
    assert [item.reason for item in settled.review_items] == ["missing_page"]
    assert settled.records[0].problems == ()


def test_a_family_that_moved_is_complete_with_page_1(form, options, page_of):
    (record,) = settle([page_of(1, {("status", None): "3"})], [form], options).records
    assert record.status == "accepted"
    assert record.problems == ()


def test_a_doubtful_status_does_not_spare_page_2(form, options, page_of):
    page = page_of(1, {("status", None): ("3", 0.9)})
    (record,) = settle([page], [form], options).records
    assert record.status == "incomplete"


def test_a_blank_required_field_is_reviewed(form, options, page_of, family):
    first = page_of(1, FIRST | {("jk", 1): ""})
    settled = settle([first, family[1]], [form], options)
    (record,) = settled.records
    assert record.status == "review"
    assert [str(problem) for problem in record.problems] == ["required:warga[1].jk"]
    (item,) = settled.review_items
    assert (item.field, item.row, item.reason) == ("jk", 1, "required")


def test_an_unlisted_code_is_reviewed_and_has_no_value(form, options, page_of, family):
    settled = settle([page_of(1, FIRST | {("jk", 1): "7"}), family[1]], [form], options)
    field = next(each for each in settled.records[0].values if each.ref == "warga[1].jk")
    assert (field.raw, field.value, field.status, field.reason) == ("7", "", "review", "choice")


def test_a_doubtful_input_makes_rules_wait_without_an_item(form, options, page_of, family):
    doubtful = page_of(1, {("status", None): ("1", 0.99), ("nama", 1): "SITI", ("jk", 1): "2"})
    second = page_of(2, SECOND | {("luas", None): ""})
    settled = settle([doubtful, second], [form], options)
    assert [item.reason for item in settled.review_items] == ["low_confidence"]
    assert settled.records[0].status == "review"


def test_a_hole_in_the_roster_is_named(form, options, page_of, family):
    first = page_of(1, FIRST | {("nama", 3): "ALI", ("jk", 3): "1"})
    (record,) = settle([first, family[1]], [form], options).records
    assert [str(problem) for problem in record.problems] == ["row_gap:warga[2].nama"]


def test_a_filled_block_that_is_not_relevant_is_named_once(form, options, page_of):
    first = page_of(1, {("status", None): "3", ("nama", 1): "SITI", ("jk", 1): "2"})
    second = page_of(2, SECOND)
    (record,) = settle([first, second], [form], options).records
    assert [str(p) for p in record.problems] == [
        "not_relevant:warga[1].nama",
        "not_relevant:luas",
    ]


def test_a_missing_signature_is_required(form, options, page_of, family):
    second = page_of(2, {("luas", None): "48"})
    (record,) = settle([family[0], second], [form], options).records
    assert [str(problem) for problem in record.problems] == ["required:ttd"]


def test_the_same_bytes_twice_are_a_duplicate(form, options, page_of, family):
    again = dataclasses.replace(
        family[0], ref=dataclasses.replace(family[0].ref, scan="x/zz-copy.png")
    )
    settled = settle([again, *family], [form], options)
    assert settled.records == settle(family, [form], options).records
    assert [page.status for page in settled.pages] == ["ok", "ok", "duplicate"]
    assert settled.pages[2].record == settled.records[0].key


def test_two_pictures_of_one_page_are_all_held_back(form, options, page_of, family):
    other = page_of(1, FIRST | {("nama", 1): "BUDI"}, scan="x/other.png")
    settled = settle([other, *family], [form], options)
    (record,) = settled.records
    assert record.status == "review"
    assert record.values == ()
    assert {page.status for page in settled.pages} == {"review"}
    assert [item.reason for item in settled.review_items] == ["serial_reused"] * 3


def test_pages_without_serial_are_records_of_their_own(form, options, page_of):
    single = form.model_copy(update={"pages_per_record": 1})
    pages = [page_of(1, FIRST, serial="", scan=f"x/{name}.png") for name in "ab"]
    records = settle(pages, [single], options).records
    assert len({record.key for record in records}) == 2


def test_a_version_that_is_not_loaded_is_an_error(form, options, family):
    with pytest.raises(TemplateError, match="--form"):
        settle(family, [form.model_copy(update={"version": "2"})], options)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_the_order_of_arrival_changes_nothing(form, options, page_of, data):
    pages = [
        page_of(page, FIRST if page == 1 else SECOND, serial=f"0000000{serial}")
        for serial in (1, 2, 3)
        for page in (1, 2)
    ]
    pages.append(page_of(1, FIRST, serial="00000002", scan="x/reused.png"))
    pages.append(dataclasses.replace(pages[0], ref=dataclasses.replace(pages[0].ref, scan="y/c")))
    shuffled = data.draw(st.permutations(pages))
    assert settle(shuffled, [form], options) == settle(pages, [form], options)


def test_max_error_of_the_options_counts(form, family, page_of):
    first = page_of(1, FIRST | {("jk", 1): ("2", 0.95)})
    loose = SettleOptions(as_of=date(2023, 8, 1), max_error={"code": 0.05})
    (record,) = settle([first, family[1]], [form], loose).records
    assert record.status == "accepted"
