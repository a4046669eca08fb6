"""Families obey the form's own binds, unless they break them on purpose."""

from __future__ import annotations

from datetime import date

import pytest

from formscan.simulate.chance import stream
from formscan.simulate.families import draw_family, draw_village
from formscan.simulate.mistakes import MISTAKES
from formscan.simulate.roster import draw_roster, draw_size
from formscan.tables import regions
from formscan.templates.load import load_template
from formscan.validate.binds import check
from formscan.validate.values import is_picture, typed

FAMILIES = 150


@pytest.fixture(scope="module")
def template():
    return load_template("fk23")


@pytest.fixture(scope="module")
def families(template):
    return [
        draw_family(
            template, number, draw_village(stream(3, "v", number // 20)), stream(3, "f", number)
        )
        for number in range(1, FAMILIES + 1)
    ]


def findings(template, family):
    fields = {(f.name, f.row): f for layout in template.pages for f in layout.fields}
    values = {}
    for key, field in fields.items():
        text = family.values.get(key, "")
        values[key] = text if is_picture(field) else typed(field, text, template)
    values |= {("no_seri", None): "00000001", ("sumber", None): "formulir"}
    rows = {row for (_, row), text in family.values.items() if row and text}
    return check(template, values, frozenset(), date(2023, 8, 1), {"anggota": rows}).problems


def test_a_family_breaks_no_rule_unless_on_purpose(template, families):
    broken = {
        (problem.code, problem.ref)
        for family in families
        if not family.mistakes
        for problem in findings(template, family)
        if problem.code not in {"R18", "R19"}
    }
    assert broken == set()


def test_mistakes_on_purpose_are_known_and_found(template, families):
    spoiled = [family for family in families if family.mistakes]
    assert 0.04 < len(spoiled) / FAMILIES < 0.25
    assert {m.kind for family in spoiled for m in family.mistakes} <= set(MISTAKES)
    told = [family for family in spoiled if findings(template, family)]
    assert len(told) > len(spoiled) / 2


def test_everything_to_be_written_stands_on_a_page_of_the_family(template, families):
    for family in families:
        printed = {(f.name, f.row) for layout in template.pages for f in layout.fields}
        assert set(family.values) <= printed


def test_texts_fit_their_boxes(template, families):
    cells = {(f.name, f.row): len(f.cells) for layout in template.pages for f in layout.fields}
    for family in families:
        for key, text in family.values.items():
            if cells[key]:
                assert len(text) <= cells[key], (key, text)


def test_continuation_pages_come_with_the_rows_that_need_them(families):
    for family in families:
        rows = max((row for (_, row), text in family.values.items() if row and text), default=0)
        assert (3 in family.pages) == (rows > 7)
        assert (4 in family.pages) == (rows > 14)


def test_families_not_found_have_an_empty_roster(families):
    absent = [f for f in families if f.values["status_keluarga", None] in "3456"]
    assert absent
    for family in absent:
        assert not any(row for (_, row) in family.values)
        assert ("ttd_kepala", None) not in family.values


def test_sizes_reach_from_one_to_twenty():
    sizes = {draw_size(stream(1, number)) for number in range(2000)}
    assert sizes == set(range(1, 21))


@pytest.mark.parametrize("size", [1, 2, 7, 8, 20])
def test_a_roster_has_the_size_asked_for_and_one_head(size):
    for number in range(10):
        members = draw_roster(size, date(2023, 7, 14), "640201", stream(9, size, number))
        assert len(members) == size
        assert [m.hubungan for m in members].count("1") == 1


def test_villages_exist():
    for number in range(20):
        village = draw_village(stream(4, number))
        assert regions().name(village.code)
        assert village.kader.startswith(village.code[:4])


def test_equal_streams_give_equal_families(template):
    village = draw_village(stream(1, "v"))
    first = draw_family(template, 7, village, stream(1, "f"))
    assert first == draw_family(template, 7, village, stream(1, "f"))
    assert first != draw_family(template, 7, village, stream(2, "f"))
