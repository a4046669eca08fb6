"""Covers whose count does not fit, and families that share a number, at the page desk."""

from __future__ import annotations

import pytest

from formscan.page import PageRef
from formscan.page_decision import page_subject
from formscan.reading import PageOutcome
from formscan.store import ReadWith, open_store
from formscan.templates.cover import Cover, cover_payload
from tests.review.conftest import office_at

REF = PageRef("/x/cover.png", 1, "scans/cover.png", "c" * 64)


@pytest.fixture
def short(home):
    """The batch of the desk, and a cover that tells three sheets where none lies behind it."""
    with open_store(home / "out") as store:
        told = cover_payload(Cover("ABCDEF", "6402012001", "640201", 3))
        made = frozenset(one.sha256() for one in store.templates())
        store.save(PageOutcome(REF, "cover", cover=told), ReadWith("1", made, "", "t-1"))
        yield office_at(home / "out", store)


def test_a_cover_with_a_wrong_count_is_settled_with_a_reason(short):
    ani, name = short.come_in("Ani"), page_subject(REF)
    page = ani.get("/pages").text
    assert "Lembar pengantar yang jumlahnya tidak cocok: 1" in page
    assert "<td>3</td><td>0</td>" in page
    aside = {"pages": [name], "kind": "discarded"}
    assert ani.post("/api/pages/aside", **aside, comment=" ").status_code == 409
    assert ani.post("/api/pages/aside", **aside, comment="Dihitung: 0 lembar").status_code == 200
    page = ani.get("/pages").text
    assert "tidak cocok" not in page
    assert "Dihitung: 0 lembar" in page
    assert ani.post("/api/pages/undo").status_code == 200
    assert "tidak cocok: 1" in ani.get("/pages").text
