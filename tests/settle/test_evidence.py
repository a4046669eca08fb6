from __future__ import annotations

import dataclasses

import pytest

from formscan.reading import Candidate, FieldReading
from formscan.settle import settle


@pytest.fixture
def linked_form(form):
    """Page 1 asks a family number of four digits, page 2 repeats it and its last two digits."""
    first, second = form.pages
    box = first.fields[0].box
    number = {"kind": "comb", "box": box, "alphabet": "digits", "error_kind": "id"}
    field = type(first.fields[0]).model_validate
    whole = field({"name": "kk", **number})
    part = field({"name": "kk_h2", "paper_only": True, "evidence": ("kk",), **number})
    pages = (
        first.model_copy(update={"fields": (*first.fields, whole)}),
        second.model_copy(update={"fields": (*second.fields, part)}),
    )
    return form.model_copy(update={"pages": pages, "version": "1"})


def with_number(page, name, raw, confidence=1.0):
    said = FieldReading(name, None, "t-1", (Candidate(raw, confidence),), confidence)
    return dataclasses.replace(page, readings=(*page.readings, said))


@pytest.mark.parametrize(
    ("first", "second", "confidence", "reason"),
    [
        ("1234", "34", 1.0, ""),
        ("0034", "34", 1.0, ""),
        ("34", "0034", 1.0, ""),
        ("1234", "35", 1.0, "serial_reused"),
        ("1234", "35", 0.98, "serial_reused"),
        ("1234", "35", 0.95, "unproven"),
        ("1234", "35", 0.8, "unproven"),
        ("1234", "", 1.0, "unproven"),
        ("", "35", 1.0, "unproven"),
    ],
)
def test_pages_of_two_families_under_one_serial(
    linked_form, options, family, first, second, confidence, reason
):
    pages = [
        with_number(family[0], "kk", first),
        with_number(family[1], "kk_h2", second, confidence),
    ]
    settled = settle(pages, [linked_form], options)
    assert [page.reason for page in settled.pages][1] == reason
    assert bool(settled.records[0].values) is (reason != "serial_reused")
