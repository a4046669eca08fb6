from __future__ import annotations

import dataclasses

import pytest

from formscan.extract.style import Style
from formscan.settle import Remembered
from formscan.settle import again as room
from formscan.settle.sheet import combine

STYLES: dict[str, Style] = {}
FIRST = {("status", None): "1", ("nama", 1): "SITI", ("jk", 1): "2"}


@pytest.fixture
def asked(monkeypatch):
    """How often sheets were read again."""
    calls = []
    real = room.read_again
    monkeypatch.setattr(room, "read_again", lambda *given: (calls.append(1), real(*given))[1])
    return calls


def test_the_same_readings_are_read_again_once_and_others_anew(form, page_of, asked):
    page = page_of(1, FIRST)
    again = Remembered(2)
    sheets = [combine([page], form.layout(1))]
    first = again(sheets, form, STYLES)
    moved = dataclasses.replace(page, identity=dataclasses.replace(page.identity, serial="9"))
    assert again([combine([moved], form.layout(1))], form, STYLES) is first
    assert len(asked) == 1
    other = dataclasses.replace(page, readings=page_of(1, FIRST | {("jk", 1): "1"}).readings)
    told = again([combine([other], form.layout(1))], form, STYLES)
    assert len(asked) == 2
    said = {(one.name, one.row): one.raw for one in told[0].readings}
    assert said["jk", 1] == "1"


def test_only_the_last_records_are_kept(form, page_of, asked):
    again = Remembered(1)
    sheets = [[combine([page_of(page, {})], form.layout(page))] for page in (1, 2)]
    for at in (0, 1, 0):
        again(sheets[at], form, STYLES)
    assert len(asked) == 3
