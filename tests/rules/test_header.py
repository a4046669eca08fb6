from __future__ import annotations

import pytest

from formscan.errors import SettingsError
from formscan.rules import Asked, BatchHeader, Context
from formscan.rules.header import parse_header
from formscan.rules.place import IN_AREA, KADER, REGION, SERIAL


def asked(value, header=None, beside=()):
    return Asked("x", value, beside=beside, context=Context(header=header or BatchHeader()))


def test_a_header_comes_back():
    header = parse_header(
        {"area": "6402012001", "kader": ["640201"], "serials": ["1-200", "00000300"]}
    )
    assert header.area == ("6402012001",)
    assert header.serials == (("00000001", "00000200"), ("00000300", "00000300"))
    assert parse_header(header.as_table()) == header


@pytest.mark.parametrize(
    "table",
    [
        {"village": "6402012001"},
        {"area": "6402019999"},
        {"area": 6402012001},
        {"kader": [640201]},
        {"serials": ["200-100"]},
        {"serials": ["A-B"]},
        {"serials": "000000001-2"},
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_remedy_in_both_languages(table):
    with pytest.raises(SettingsError) as caught:
        parse_header(table)
    assert caught.value.say("id") != caught.value.say("en")


@pytest.mark.parametrize(
    ("area", "inside"),
    [((), True), (("6402012001",), True), (("640201",), True), (("6402012002",), False),
     (("65", "64"), True)],
)  # fmt: skip
def test_area(area, inside):
    beside = ("64", "02", "01")
    assert IN_AREA.holds(asked("2001", BatchHeader(area=area), beside)) is inside
    assert IN_AREA.holds(asked("2001", BatchHeader(area=area), ("64", "", "01")))


def test_region_exists():
    assert REGION.holds(asked("2001", beside=("64", "02", "01")))
    assert not REGION.holds(asked("2999", beside=("64", "02", "01")))
    assert REGION.holds(asked("64"))
    assert not REGION.holds(asked("2001", beside=("64", "02", "99")))


def test_kader_and_serials_are_checked_only_where_they_are_told():
    assert KADER.holds(asked("640299"))
    assert not KADER.holds(asked("640299", BatchHeader(kader=("640201",))))
    assert SERIAL.holds(asked("00000201"))
    bundle = BatchHeader(serials=(("00000001", "00000200"),))
    assert SERIAL.holds(asked("00000200", bundle))
    assert not SERIAL.holds(asked("00000201", bundle))
