"""The page desk over HTTP: pages told by hand, linked, put aside, and taken back."""

from __future__ import annotations

import numpy as np
import pytest

from formscan.decision import Decision, reading_sha256
from formscan.page import PageRef
from formscan.page_decision import page_subject
from formscan.reading import PageOutcome
from formscan.review.desk import Desk
from formscan.review.page_answers import corners_px
from formscan.store import Ledger, ReadWith
from tests.review.conftest import office_at
from tests.review.page_desk.conftest import rerun, statuses, told, typed


def test_a_page_without_code_joins_by_its_typed_serial(ani, office, named, state):
    assert statuses(office) == {"00000001": "accepted", "00000002": "incomplete"}
    overview = ani.get("/pages").text
    assert "Halaman yang tidak terbaca: 5" in overview
    assert "Keluarga dengan halaman yang diragukan atau kurang: 1" in overview
    page = ani.get("/pages/one", page=named("s2p2.jpg")).text
    assert '<option value="mini|1|2" selected>' in page
    assert "Di sebelahnya ada keluarga 00000002" in page
    answer = ani.post("/api/pages/identify", **told(named)).json()
    assert (answer["status"], answer["reason"]) == ("ok", "")
    assert statuses(office) == {"00000001": "accepted", "00000002": "accepted"}
    assert ani.get("/pages").text.count("dikenali orang") == 1


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_corners_turn_back_with_the_picture(turn):
    page = PageOutcome(PageRef("x", 1, "x", "0"), "rejected", width_px=300, height_px=200)
    marked = np.zeros((200, 300), np.uint8)
    marked[20, 30] = 1
    (down,), (across,) = np.nonzero(np.rot90(marked, -turn // 90))
    height, width = (200, 300) if turn % 180 == 0 else (300, 200)
    shares = [(across + 0.5) / width, (down + 0.5) / height]
    assert corners_px([shares] * 4, turn, page)[0] == pytest.approx((30, 20))


def test_a_page_joins_the_family_beside_it_without_typing(ani, office, named):
    key = next(one.key for one in office.desk.records() if one.serial == "00000002")
    assert ani.post("/api/pages/identify", **told(named, serial="", record=key)).status_code == 200
    assert statuses(office)["00000002"] == "accepted"


def test_undo_takes_it_back_and_a_run_agrees_each_time(ani, office, named, home, mini_file, state):
    before = (home / "out" / "pages.csv").read_bytes()
    ani.post("/api/pages/identify", **told(named))
    assert rerun(home, mini_file) == 0
    assert b"s2p2.jpg,1" in (home / "out" / "pages.csv").read_bytes()
    assert (home / "out" / "pages.csv").read_bytes() != before
    answer = ani.post("/api/pages/undo").json()
    assert (answer["page"], answer["status"]) == (named("s2p2.jpg"), "rejected")
    assert statuses(office)["00000002"] == "incomplete"
    assert rerun(home, mini_file) == 0
    assert (home / "out" / "pages.csv").read_bytes() == before
    assert ani.post("/api/pages/undo").json()["why"] == "nothing_to_undo"
    assert Ledger(office.store).verify() == ()


def test_everything_is_there_again_after_a_kill(ani, office, named):
    ani.post("/api/pages/identify", **told(named))
    again = Desk(office.store)
    again.open()
    assert {one.serial: one.status for one in again.records()} == statuses(office)
    assert [page.status for page in again.pages()] == [p.status for p in office.desk.pages()]


def test_foreign_papers_stand_in_groups_and_go_at_once(ani, office, named, state):
    page = ani.get("/pages/foreign").text
    groups = page.split('<section class="group">')[1:]
    assert [group.count("checkbox") for group in groups] == [3, 1], "not the sheet with our corners"
    papers = [named(f"s1p3-{number}.png") for number in range(3)]
    assert ani.post("/api/pages/aside", pages=papers, kind="foreign").status_code == 200
    assert state("s1p3-1.png") == ("foreign", "")
    first = next(one for one in office.desk.records() if one.serial == "00000001")
    assert {p.record for p in office.desk.pages() if p.status == "foreign"} == {first.key}
    assert len(first.scans) == 2
    assert "s1p3-2.png" in ani.get("/pages/family", key=first.key).text
    assert ani.post("/api/pages/undo").json()["undone"] == 3
    assert state("s1p3-1.png") == ("rejected", "no_identity")


def test_where_nothing_can_be_seen_no_picture_is_asked_for(office, home):
    """A file that could not be opened, and a scan that is gone since."""
    made = frozenset(one.sha256() for one in office.store.templates())
    names = []
    for number, size in ((1, (0, 0)), (2, (100, 50))):
        ref = PageRef(f"/gone/{number}.jpg", 1, f"scans/{number}.jpg", f"{number:064}")
        page = PageOutcome(ref, "rejected", "damaged_file", width_px=size[0], height_px=size[1])
        office.store.save(page, ReadWith("1", made, "", "t-1"))
        names.append(page_subject(ref))
    ani = office_at(home / "out", office.store).come_in("Ani")
    shown = {path: ani.client.get(path).text for path in ("/pages", "/pages/foreign")}
    shown |= {name: ani.get("/pages/one", page=name).text for name in names}
    for page in shown.values():
        assert not any(f"picture?page={name}" in page for name in names)
    assert shown["/pages"].count("tanpa gambar") == 2
    assert all('id="sheet"' not in shown[name] for name in names)


def test_a_page_is_discarded_only_with_a_reason(ani, named, state):
    paper = [named("s1p3-3.png")]
    refused = ani.post("/api/pages/aside", pages=paper, kind="discarded", comment=" ")
    assert refused.json()["why"] == "no_comment"
    comment = "<i>sobek'; DROP TABLE decisions; --"
    assert (
        ani.post("/api/pages/aside", pages=paper, kind="discarded", comment=comment).status_code
        == 200
    )
    assert state("s1p3-3.png") == ("rejected", "discarded")
    shown = ani.get("/pages").text
    assert "&lt;i&gt;sobek" in shown
    assert "<i>" not in shown


def test_a_family_can_be_rejected_with_a_reason_and_counted_again(ani, office):
    key = next(one.key for one in office.desk.records() if one.serial == "00000001")
    assert ani.post("/api/pages/reject", record=key, comment=" ").json()["why"] == "no_comment"
    assert ani.post("/api/pages/reject", record=key, comment="dua kali").status_code == 200
    assert statuses(office)["00000001"] == "rejected"
    assert ani.post("/api/pages/reject", record=key, comment="again").status_code == 409
    assert ani.post("/api/pages/reject", record=key, again=True).status_code == 200
    assert statuses(office)["00000001"] == "accepted"
    assert ani.post("/api/pages/reject", record="uuid:nobody", comment="x").status_code == 409


def test_what_was_said_of_a_page_goes_with_it_to_another_family(ani, office, named):
    """And nothing of it stays where the page was: there it would speak of another sheet."""
    first = next(one for one in office.desk.records() if one.serial == "00000001")
    case = office.desk.case(first.key)
    page = case.page_of(("air", None))
    seen = reading_sha256(case.readings["air", None], page.ref)
    made = Decision(first.key, "air", None, "value", "1", reviewer="Budi", reading_sha256=seen)
    office.desk.decide(made, "2024-05-17")
    body = told(named, page=named("s1p2.jpg"), serial=typed(3))
    assert ani.post("/api/pages/identify", **body).status_code == 200
    third = next(one for one in office.desk.records() if one.serial == "00000003")
    value = next(one for one in third.values if one.name == "air")
    assert (value.raw, value.reader) == ("1", "person")
    assert not Ledger(office.store).decisions(first.key).get("air")
    ani.post("/api/pages/undo")
    back = next(one for one in office.desk.records() if one.serial == "00000001")
    value = next(one for one in back.values if one.name == "air")
    assert (value.raw, value.reader) == ("1", "person")
    assert "00000003" not in statuses(office)


def test_two_families_under_one_serial_are_told_apart(
    ani, scan_page, office, home, mini_file, named
):
    """A photocopied blank: the second family becomes one of its own, and both are accepted."""
    pages = [named("s1p1.jpg"), named("s1p2.jpg")]
    key = next(one.key for one in office.desk.records() if one.serial == "00000001")
    assert ani.post("/api/pages/apart", pages=pages).status_code == 200
    apart = next(one for one in office.desk.records() if one.serial == "00000001")
    assert apart.key != key
    assert (apart.status, apart.print_run[0], len(apart.scans)) == ("accepted", "U", 2)
    assert ani.post("/api/pages/undo").json()["undone"] == 2
    assert key in {one.key for one in office.desk.records()}
    assert ani.post("/api/pages/apart", pages=[named("s1p3-0.png")]).json()["why"] == "no_form"
