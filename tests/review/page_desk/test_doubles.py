"""Families that share a number, side by side, and settled by a person."""

from __future__ import annotations

import pytest

from formscan.templates.question import Check
from tests.review.conftest import opened
from tests.review.families import warga

DOUBLED = ({}, {"nama": ("SITI AMINAN", 1.0)})


@pytest.fixture
def office(tmp_path):
    """Two families in which one NIK stands, of a form whose NIKs stand once."""
    form = warga()
    questions = tuple(
        one.model_copy(update={"checks": (Check(name="duplicate"),)}) if one.name == "nik" else one
        for one in form.questions
    )
    yield from opened(tmp_path, form.model_copy(update={"questions": questions}), DOUBLED)


def keys_of(office):
    return [one.key for one in sorted(office.desk.records(), key=lambda one: one.serial)]


def test_both_stand_side_by_side_and_one_is_discarded_with_a_reason(office):
    ani, (first, second) = office.come_in("Ani"), keys_of(office)
    overview = ani.get("/pages").text
    assert "Keluarga dengan nomor yang sama: 1" in overview
    assert "00000001 · 00000002" in overview
    both = ani.client.get(f"/pages/family?key={first}&key={second}").text
    assert both.count('<section class="family"') == 2
    assert both.count("/pages/picture") == 2
    refused = ani.post("/api/pages/reject", record=second, comment="")
    assert refused.status_code == 409
    told = {"record": second, "comment": "dipindai dua kali"}
    assert ani.post("/api/pages/reject", **told).status_code == 200
    assert [one.status for one in office.desk.records() if one.key == second] == ["rejected"]
    overview = ani.get("/pages").text
    assert "nomor yang sama" not in overview
    assert ani.post("/api/pages/reject", record=second, again=True).status_code == 200
    assert "nomor yang sama: 1" in ani.get("/pages").text


def test_a_number_that_stands_twice_on_purpose_is_confirmed_in_the_queue(office):
    ani = office.come_in("Ani")
    for _ in keys_of(office):
        item = ani.next(field="nik")
        assert ani.decide(item["id"], "confirmed")["gone"] == [item["id"]]
    assert "nomor yang sama" not in ani.get("/pages").text
