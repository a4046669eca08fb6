"""What comes to the page desk from elsewhere, or cannot be meant."""

from __future__ import annotations

import io
import json
import math

import pytest
from PIL import Image

from formscan.store import Ledger
from tests.review.conftest import HOST
from tests.review.page_desk.conftest import told


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"serial": "00000002-A"}, "wrong_check"),
        ({"serial": "2"}, "no_serial"),
        ({"serial": "2-;DROP"}, "no_serial"),
        ({"serial": "", "run": ""}, "no_serial"),
        ({"run": "ABC12"}, "wrong_run"),
        ({"run": "ABCIOU"}, "wrong_run"),
        ({"run": "ABC124"}, "wrong_check"),
        ({"chosen": "mini|1|9"}, "no_form"),
        ({"chosen": "../../etc/passwd"}, "no_form"),
        ({"page": "page:0"}, "gone"),
        ({"page": "../../../etc/passwd"}, "gone"),
        ({"page": None}, "gone"),
        ({"record": "uuid:nobody"}, "gone"),
        ({"corners": []}, "no_corners"),
        ({"corners": [[0, 0]] * 3}, "no_corners"),
        ({"corners": [[0, 0]] * 5000}, "no_corners"),
        ({"corners": [[0, 0], [1, 0], [1, 1], [0, 1e308]]}, "no_corners"),
        ({"corners": [[0, 0], [1, 0], [1, 1], [0, "1"]]}, "no_corners"),
        ({"corners": [[0, 0], [1, 0], [1, 1], [True, 1]]}, "no_corners"),
        ({"corners": [[0, 0], [1, 0], [1, 1], [0, 1, 2]]}, "no_corners"),
        ({"corners": {"0": 1}}, "no_corners"),
        ({"corners": [[0, 0], [1, 0], [1, 1], [0, 1]], "turn": 45}, "no_corners"),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_kept(ani, office, named, state, change, why):
    before = Ledger(office.store).decisions()
    answer = ani.post("/api/pages/identify", **told(named, **change))
    assert (answer.status_code, answer.json()["why"]) == (409, why)
    assert answer.json()["refused"]
    assert Ledger(office.store).decisions() == before
    assert state("s2p2.jpg") == ("rejected", "damaged_identity")


def test_numbers_that_are_none_are_refused(ani, named):
    body = json.dumps(told(named, corners=[[math.nan, 0], [1, 0], [1, math.inf], [0, 1]]))
    headers = ani.headers | {"Content-Type": "application/json"}
    answer = ani.client.post("/api/pages/identify", content=body, headers=headers)
    assert answer.json()["why"] == "no_corners"


@pytest.mark.parametrize(
    "body",
    [
        {"pages": [], "kind": "foreign"},
        {"pages": "page:1", "kind": "foreign"},
        {"pages": ["page:1"], "kind": "foreign"},
        {"pages": [["page:1"]], "kind": "foreign"},
        {"pages": ["x"] * 3000, "kind": "foreign"},
        {"kind": "foreign"},
    ],
    ids=lambda body: str(body)[:40],
)
def test_pages_that_are_not_there_are_refused(ani, body):
    assert ani.post("/api/pages/aside", **body).status_code == 409


def test_no_other_kind_of_decision_comes_in_by_this_door(ani, named):
    for kind in ("identified", "undo", "value", "rejected", ""):
        body = {"pages": [named("s1p3-0.png")], "kind": kind, "comment": "x"}
        assert ani.post("/api/pages/aside", **body).json()["why"] == "gone"


PATHS = ("identify", "belong", "apart", "aside", "reject", "undo")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "change", [{"X-CSRF": "guessed"}, {"Origin": "http://evil.example"}], ids=str
)
def test_a_forged_post_is_refused(ani, office, named, path, change):
    body = told(named, pages=[named("s1p3-0.png")], kind="foreign", comment="x")
    done = ani.client.post(f"/api/pages/{path}", json=body, headers=ani.headers | change)
    assert done.status_code == 403
    assert Ledger(office.store).decisions() == {}


@pytest.mark.parametrize(
    "page",
    ["", "page:", "../out/formscan.db", "%2e%2e%2fformscan.db", "/etc/passwd", "page:" + "0" * 48],
)
def test_no_picture_but_those_of_the_batch_is_shown(ani, page):
    assert ani.get("/pages/picture", page=page).status_code == 404
    assert ani.get("/pages/one", page=page).status_code == 404
    assert ani.get("/pages/family", key=page).status_code == 404


def test_who_saw_a_picture_is_noted(ani, office, named):
    before = int(Ledger(office.store).head().partition(":")[0])
    shown = ani.get("/pages/picture", page=named("s2p2.jpg"), turn="90", size="thumb")
    assert shown.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(shown.content)) as picture:
        assert picture.width < picture.height <= 480
    assert int(Ledger(office.store).head().partition(":")[0]) == before + 1


def test_nobody_comes_in_without_a_session(office, ani, named):
    client = type(ani.client)(office.app, base_url=f"http://{HOST}", follow_redirects=False)
    for path in ("/pages", "/pages/foreign", f"/pages/one?page={named('s2p2.jpg')}"):
        assert client.get(path).status_code in (302, 303, 307, 401)


def test_a_scan_that_was_changed_keeps_what_was_known(ani, office, named, home, state):
    for file in [*(home / "out" / "originals").rglob("*.jpg"), *(home / "scans").glob("*.jpg")]:
        file.write_bytes(file.read_bytes() + b"x")
    assert ani.post("/api/pages/identify", **told(named)).json()["why"] == "no_scan"
    assert state("s2p2.jpg") == ("rejected", "damaged_identity")
    assert Ledger(office.store).decisions() == {}
