from __future__ import annotations

import uuid

from formscan.page import Identity, PageRef
from formscan.reading import PageOutcome
from formscan.settle.link import key_of, link


def page(number, scan, *, serial="00000001", run="ABCDEF", version="1", status="ok", sha=""):
    identity = Identity("fk23", version, number, serial, run) if status == "ok" else None
    return PageOutcome(PageRef("/x", 1, scan, sha or scan), status, "", "", identity)


def test_the_key_is_that_of_the_contract():
    identity = Identity("fk23", "1", 2, "00012345", "ABCDEF")
    expected = uuid.uuid5(uuid.NAMESPACE_URL, "formscan:fk23|ABCDEF|00012345")
    assert key_of(identity, "ff", 3) == f"uuid:{expected}"
    without = uuid.uuid5(uuid.NAMESPACE_URL, "formscan:ff|3")
    assert key_of(Identity("fk23", "1", 1), "ff", 3) == f"uuid:{without}"


def test_pages_join_by_serial_and_print_run_in_page_order():
    pages = [
        page(2, "a.png"),
        page(1, "b.png"),
        page(1, "c.png", serial="00000002"),
        page(1, "d.png", run="ZZZZZZ"),
    ]
    sheaves = link(pages).sheaves
    assert [[sheet.ref.scan for sheet in sheaf.pages] for sheaf in sheaves] == [
        ["b.png", "a.png"],
        ["c.png"],
        ["d.png"],
    ]


def test_continuation_pages_join_by_the_same_serial():
    (sheaf,) = link([page(4, "d"), page(3, "c"), page(1, "a"), page(2, "b")]).sheaves
    assert [sheet.ref.scan for sheet in sheaf.pages] == ["a", "b", "c", "d"]
    assert sheaf.reason == ""


def test_one_serial_in_two_versions_is_reused():
    (sheaf,) = link([page(1, "a"), page(2, "b", version="2")]).sheaves
    assert sheaf.reason == "serial_reused"


def test_a_duplicate_of_a_reused_serial_stays_a_duplicate():
    linked = link([page(1, "a", sha="s"), page(1, "b"), page(1, "c", sha="s")])
    assert [each.status for each in linked.pages] == ["review", "review", "duplicate"]


def test_pages_that_were_not_read_pass_through():
    rejected = page(1, "a", status="rejected")
    (only,) = link([rejected]).pages
    assert (only.status, only.record) == ("rejected", "")
    assert link([rejected]).sheaves == ()
