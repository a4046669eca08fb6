from __future__ import annotations

import pytest
from linked import LINKED, OPTIONS, family, page

from formscan.settle import settle

OURS, THEIRS = family(7), family(8)
MAIN = [page(1, OURS[1], file="a"), page(2, OURS[2], file="b")]


def settled(*pages):
    return settle([*MAIN, *pages], [LINKED], OPTIONS)


def loose(number, follows="00000001", *, said=OURS, file="c", frame=1, **changes):
    names = {("seri_h3" if number == 3 else "seri_h4", None): follows}
    told = said[number] | names | {(name, None): raw for name, raw in changes.items()}
    return page(number, told, serial="00000099", file=file, frame=frame)


def reasons(result):
    return [one.reason for one in result.pages]


@pytest.mark.parametrize("follows", ["00000001", "1"])
def test_a_loose_sheet_joins_the_family_whose_serial_and_number_it_names(follows):
    result = settled(loose(3, follows))
    (record,) = result.records
    assert (record.serial, record.status) == ("00000001", "accepted")
    assert record.scans == ("a#1", "b#1", "c#1")
    assert {one.record for one in result.pages} == {record.key}


@pytest.mark.parametrize(
    "sheet",
    [
        loose(3, "00000002"),
        loose(3, ("00000001", 0.8)),
        loose(3, ""),
        loose(3, kk_h3=""),
        loose(3, kk_h3=THEIRS[1]["kk", None]),
    ],
)
def test_a_loose_sheet_that_names_only_one_of_both_joins_nobody(sheet):
    result = settled(sheet)
    assert [record.status for record in result.records] == ["accepted", "incomplete"]
    assert reasons(result) == ["", "", "loose_sheet"]


def test_the_back_of_a_loose_sheet_goes_along_when_scanned_with_it():
    back = loose(4, "", kk_h4="", frame=2)
    assert reasons(settled(loose(3), back)) == [""] * 4
    apart = loose(4, "", kk_h4="", file="d")
    assert reasons(settled(loose(3), apart)) == ["", "", "", "loose_sheet"]


def test_the_empty_back_of_a_loose_sheet_is_blank():
    result = settled(loose(3), page(4, {}, serial="00000099", file="d"))
    assert [one.status for one in result.pages] == ["ok", "ok", "ok", "blank"]
    assert len(result.records) == 1


def test_the_print_run_of_a_loose_sheet_does_not_matter():
    other = page(1, THEIRS[1], file="e", print_run="ZZZZZZ")
    result = settled(loose(3), other)
    assert [record.scans for record in result.records] == [("a#1", "b#1", "c#1"), ("e#1",)]


def test_a_sheet_of_a_set_used_for_another_family_leaves_its_own_in_peace():
    theirs = [page(n, THEIRS[n], serial="00000099", file=f"t{n}") for n in (1, 2)]
    result = settled(loose(3), *theirs)
    assert [record.status for record in result.records] == ["accepted", "accepted"]


def test_two_different_loose_sheets_of_one_family_and_page_are_not_mixed():
    again = loose(3, file="d", said={3: THEIRS[3]}, kk_h3=OURS[1]["kk", None])
    result = settled(loose(3), again)
    assert set(reasons(result)) == {"serial_reused"}
