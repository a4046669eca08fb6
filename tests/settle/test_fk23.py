"""FK23 as a whole: whatever is written and whichever pages are there, settling ends well."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formscan.page import Identity, PageRef
from formscan.reading import Candidate, FieldReading, PageOutcome
from formscan.settle import SettleOptions, settle
from formscan.settle.accept import REVIEW_REASONS
from formscan.templates.load import load_template

FK23 = load_template("fk23")
OPTIONS = SettleOptions(as_of=date(2023, 8, 1))
RAWS = st.sampled_from(["", "1", "2", "3", "05", "14072023", "A B", "?", "9" * 16, "0", "SITI"])
CONFIDENCES = st.sampled_from([0.0, 0.5, 0.9985, 0.999, 1.0])


def page(number, said, serial="00000001"):
    readings = tuple(
        FieldReading(field.name, field.row, "t-1", (Candidate(raw, conf),), conf)
        for field, (raw, conf) in zip(FK23.layout(number).fields, said, strict=True)
    )
    name = f"x/{serial}-{number}.png"
    identity = Identity("fk23", FK23.version, number, serial, "ABCDEF")
    return PageOutcome(PageRef(name, 1, name, name), "ok", identity=identity, readings=readings)


def said_on(number):
    count = len(FK23.layout(number).fields)
    return st.lists(st.tuples(RAWS, CONFIDENCES), min_size=count, max_size=count)


@settings(max_examples=25, deadline=None)
@given(st.data(), st.sets(st.sampled_from([1, 2, 3, 4]), min_size=1))
def test_anything_can_be_settled(data, numbers):
    pages = [page(number, data.draw(said_on(number))) for number in sorted(numbers)]
    settled = settle(pages, [FK23], OPTIONS)
    (record,) = settled.records
    for value in record.values:
        assert (value.status == "review") == bool(value.reason)
        assert value.reason in {"", "unproven", *REVIEW_REASONS}
        if value.status == "accepted":
            assert value.value
    waiting = {(item.field, item.row) for item in settled.review_items if item.field}
    assert len(waiting) == sum(1 for item in settled.review_items if item.field)
    if record.status == "accepted":
        assert not waiting


@pytest.mark.parametrize("numbers", [(1,), (2,), (3,), (4,), (1, 3), (2, 4)])
def test_blank_pages_of_an_incomplete_record_raise_no_row_gaps(numbers):
    pages = [page(number, [("", 1.0)] * len(FK23.layout(number).fields)) for number in numbers]
    (record,) = settle(pages, [FK23], OPTIONS).records
    assert record.status == "incomplete"
    assert not [problem for problem in record.problems if problem.code == "row_gap"]


def test_a_family_not_found_needs_page_1_only_and_no_signature():
    written = {
        "kode_provinsi": "64", "kode_kabkota": "02", "kode_kecamatan": "01", "kode_desa": "2001",
        "rw": "002", "rt": "005", "no_urut_keluarga": "0017", "lembar_ke": "1",
        "lembar_dari": "1", "no_kk": "6402010107150001", "status_keluarga": "4",
        "kode_kader": "640201", "tgl_pendataan": "14072023",
    }  # fmt: skip
    said = [(written.get(field.name, ""), 1.0) for field in FK23.layout(1).fields]
    settled = settle([page(1, said)], [FK23], OPTIONS)
    assert [str(problem) for problem in settled.records[0].problems] == []
    assert settled.records[0].status == "accepted"
