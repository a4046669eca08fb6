from __future__ import annotations

import dataclasses

from linked import LINKED, OPTIONS, family, page

from formscan.page import PageRef
from formscan.reading import PageOutcome
from formscan.settle import bundles_of, settle
from formscan.templates.cover import Cover, cover_payload

KNOWN = {("keluarga", "1"): LINKED}
OURS = family(7)


def cover(sheets, frame):
    told = cover_payload(Cover("ABCDEF", "6402012001", "640201", sheets))
    return PageOutcome(PageRef("/x", frame, "a.pdf", "aa"), "cover", cover=told)


def sheet(frame, serial, number, status="ok"):
    return page(
        number, OURS[number], serial=f"{serial:08d}", file="a.pdf", frame=frame, status=status
    )


def counted(*outcomes):
    return [(one.found, one.is_complete) for one in bundles_of(outcomes, KNOWN)]


def test_front_and_back_are_one_sheet_and_rejected_pages_count():
    pages = [sheet(2, 1, 1), sheet(3, 1, 2), sheet(4, 1, 3), sheet(5, 2, 1, "rejected")]
    assert counted(cover(3, 1), *pages) == [(3, True)]
    assert counted(*pages[::-1], cover(4, 1)) == [(3, False)]


def test_a_second_picture_of_a_page_is_a_second_sheet():
    assert counted(cover(2, 1), sheet(2, 1, 1), sheet(3, 1, 2), sheet(4, 1, 1)) == [(2, True)]


def test_the_next_cover_ends_a_bundle_and_what_lies_before_the_first_is_not_counted():
    pages = [sheet(1, 1, 1), cover(1, 2), sheet(3, 2, 1), cover(2, 4), sheet(5, 3, 1)]
    assert counted(*pages) == [(1, True), (1, False)]


def test_blank_sheets_and_foreign_papers_are_not_counted():
    blank = dataclasses.replace(sheet(3, 1, 1), identity=None, status="blank", readings=())
    assert counted(cover(1, 1), sheet(2, 1, 1), blank) == [(1, True)]


def test_a_cover_that_tells_another_number_waits_for_a_person():
    first = cover(3, 1)
    short = dataclasses.replace(OPTIONS, short=frozenset({("aa", 1)}))
    (only,) = settle([first], [LINKED], short).pages
    assert (only.status, only.reason, only.record) == ("cover", "sheet_count_differs", "")
    assert [item.reason for item in settle([first], [LINKED], short).review_items] == [only.reason]
    assert settle([first], [LINKED], OPTIONS).review_items == ()
