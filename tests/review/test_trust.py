"""The door against forged requests, and values that would like to be code."""

from __future__ import annotations

import csv

import pytest

from formscan.batch import settle_batch
from formscan.export import write_outputs
from formscan.store import Ledger

HOST = "127.0.0.1:8765"


def test_without_a_key_nothing_is_shown(office, ani):
    client = type(ani.client)(office.app, base_url=f"http://{HOST}")
    for path in ("/", "/queue", "/api/next", "/api/card?item=x", "/api/page?item=x"):
        assert client.get(path).status_code == 401
    for key in ("", "wrong", "é"):
        assert client.get("/enter", params={"key": key}).status_code == 403
    assert client.get("/static/review.css").status_code == 200


def test_the_cookie_stays_here(office, ani):
    key = next(iter(office.sessions.keys))
    cookie = ani.get("/enter", key=key).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1", "127.0.0.1:1"])
def test_a_forged_host_is_refused(ani, host):
    assert ani.client.get("/", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize(
    "change",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://127.0.0.1:8765"},
        {"X-CSRF": "guessed"},
        {"X-CSRF": ""},
        {"X-CSRF": None},
        {"Origin": None},
    ],
    ids=str,
)
def test_a_post_from_elsewhere_is_refused(ani, item_of, value_of, change):
    body = {"item": item_of("jk", 1), "kind": "value", "typed": "2"}
    headers = {name: said for name, said in (ani.headers | change).items() if said is not None}
    done = ani.client.post("/api/decide", json=body, headers=headers)
    assert done.status_code == 403
    assert value_of("jk", 1).status == "review"


def test_the_word_of_another_session_is_refused(ani, budi, item_of):
    body = {"item": item_of("jk", 1), "kind": "value", "typed": "2"}
    done = ani.client.post("/api/decide", json=body, headers=budi.headers)
    assert done.status_code == 403


def test_a_form_post_of_another_site_is_no_json(ani):
    done = ani.client.post("/api/decide", data={"item": "x"}, headers=ani.headers)
    assert done.status_code == 415


def test_a_request_of_50_mb_is_refused_before_it_is_read(ani):
    done = ani.client.post("/api/decide", content=b"x" * 50_000_000, headers=ani.headers)
    assert done.status_code == 413


def test_a_request_without_length_is_refused(ani):
    def endless():
        yield b"{}"

    headers = ani.headers | {"Content-Type": "application/json"}
    assert ani.client.post("/api/decide", content=endless(), headers=headers).status_code == 411


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b"\xff"])
def test_what_is_no_object_is_refused(ani, body):
    headers = ani.headers | {"Content-Type": "application/json"}
    assert ani.client.post("/api/decide", content=body, headers=headers).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/%2e%2e/%2e%2e/pyproject.toml",
        "/static//etc/passwd",
    ],
)
def test_no_way_out_of_the_static_folder(ani, path):
    assert ani.client.get(path).status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        {"item": "nothing", "kind": "value", "typed": "2"},
        {"item": None, "kind": None},
        {"kind": "undo"},
        {"kind": "value", "typed": "2", "target": -1},
        {"kind": "value", "typed": "2", "target": 99},
        {"kind": "value", "typed": "2", "target": "1; DROP"},
    ],
    ids=str,
)
def test_answers_to_what_is_not_there_are_refused(ani, item_of, given):
    given = {"item": item_of("hubungan", 3), **given}
    assert ani.post("/api/decide", **given).status_code == 409
    assert ani.get("/api/next").status_code == 200


def test_an_item_in_other_hands_cannot_be_stolen(ani, budi, item_of, value_of):
    item = item_of("jk", 1)
    assert ani.get("/api/card", item=item).status_code == 200
    assert budi.get("/api/card", item=item).status_code == 409
    assert budi.post("/api/decide", item=item, kind="value", typed="2").status_code == 409
    assert value_of("jk", 1).status == "review"


def test_a_value_is_never_code(ani, item_of):
    """The machine read ``<B>`` in one name, and a comment brings a script."""
    html = ani.get("/api/card", item=item_of("nama", 4)).json()["html"]
    assert "&lt;B&gt;" in html
    assert "<B>" not in html


def test_nothing_from_elsewhere_runs(ani):
    headers = ani.get("/queue").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["cache-control"] == "no-store"
    page = ani.get("/queue").text + ani.get("/").text
    for inline in ("<script>", "style=", "onclick", "http://", "https://"):
        assert inline not in page


def test_a_formula_in_a_name_stays_text(ani, office, form, item_of, tmp_path):
    """Letters that a name cannot hold are refused; the workbook holds text cells only."""
    item = item_of("nama", 2)
    assert ani.decide(item, typed="=1+1")["refused"]
    assert ani.decide(item, typed="-SITI")["refused"]
    assert ani.decide(item, typed="SITI")["gone"]
    written = write_outputs(tmp_path / "t", [form], settle_batch(office.store))
    assert written.files
    with (tmp_path / "t" / "warga-anggota.csv").open(encoding="utf-8") as file:
        names = {row["nama"] for row in csv.DictReader(file)}
    assert names <= {"", "SITI", "SITI AMINAH"}


def test_who_came_and_who_saw_a_page_is_in_the_audit(ani, office, item_of):
    assert ani.get("/api/page", item=item_of("jk", 1)).status_code == 200
    assert Ledger(office.store).verify() == ()
    number = int(Ledger(office.store).head().partition(":")[0])
    assert number == 2  # login, view


def test_a_scan_that_was_changed_is_not_shown(ani, office, item_of):
    for file in (office.out / "originals").rglob("*.png"):
        file.write_bytes(file.read_bytes() + b"x")
    for file in office.out.parent.glob("scans/*.png"):
        file.unlink()
    done = ani.get("/api/page", item=item_of("jk", 1))
    assert (done.status_code, "pindai" in done.json()["refused"]) == (409, True)
    assert "data:image" not in ani.get("/api/card", item=item_of("jk", 1)).json()["html"]
