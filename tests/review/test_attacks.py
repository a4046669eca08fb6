"""Attacks on the program itself, over a real socket and with what people type."""

from __future__ import annotations

import http.client
import json
import re
import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from formscan.batch import settle_batch
from formscan.export import write_outputs
from formscan.store import Ledger, open_store

HANG_S = 60
EVIL = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "'; DROP TABLE decisions; --",
    "{{ 7 * 7 }} ${7*7} %(x)s {who}",
    '=HYPERLINK("http://evil")',
    "\u0000\u0007\u202e<b>\ud7ff",
)


class Visitor:
    """Somebody with a link, speaking HTTP byte by byte."""

    def __init__(self, link: str) -> None:
        address = urlsplit(link)
        self.place = (address.hostname, address.port)
        self.origin = f"http://{address.netloc}"
        self.headers: dict[str, str] = {}
        answer, _ = self.ask("GET", f"{address.path}?{address.query}")
        self.headers["Cookie"] = answer.headers["set-cookie"].partition(";")[0]
        csrf = re.search(r'name="csrf" content="([^"]+)"', self.ask("GET", "/")[1])
        self.headers |= {"Origin": self.origin, "X-CSRF": csrf[1]}

    def ask(self, method, path, body=None, **headers):
        line = http.client.HTTPConnection(*self.place, timeout=HANG_S)
        try:
            line.request(method, path, body, self.headers | headers)
            answer = line.getresponse()
            return answer, answer.read().decode()
        finally:
            line.close()

    def post(self, path, **given):
        body = json.dumps(given)
        return self.ask("POST", path, body, **{"Content-Type": "application/json"})

    def raw(self, data: bytes) -> bytes:
        with socket.create_connection(self.place, timeout=HANG_S) as line:
            line.sendall(data)
            return line.recv(65_536)

    def pour(self, head: bytes, megabytes: int, *, chunked: bool) -> None:
        """Send a body of that size, as far as the other end takes it."""
        piece = b"%x\r\n%s\r\n" % (len(PIECE), PIECE) if chunked else PIECE
        with socket.create_connection(self.place, timeout=HANG_S) as line, suppress(OSError):
            line.sendall(head)
            for _ in range(megabytes):
                line.sendall(piece)


def memory_mb(process: int) -> float:
    told = Path(f"/proc/{process}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", told)[1]) / 1024


PIECE = b"x" * 1_000_000


def test_fifty_megabytes_are_refused_unread_and_the_program_goes_on(served):
    """With their length told, without it, and from somebody who is not logged in."""
    ani = Visitor(served.links["Ani"])
    before = memory_mb(served.process.pid)
    told = (
        f"Host: {served.address[7:]}\r\nOrigin: {ani.origin}\r\nX-CSRF: {ani.headers['X-CSRF']}\r\n"
        "Content-Type: application/json\r\n"
    )
    mine = f"Cookie: {ani.headers['Cookie']}\r\n"
    length, pieces = "Content-Length: 50000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n"
    attacks = (
        (f"POST /api/decide HTTP/1.1\r\n{told}{mine}{length}", b" 413 "),
        (f"POST /api/decide HTTP/1.1\r\n{told}{mine}{pieces}", b" 411 "),
        (f"POST /login HTTP/1.1\r\n{told}{length}", b" 413 "),
        (f"POST /api/decide HTTP/1.1\r\n{told}{length}", b" 401 "),
    )
    for head, refusal in attacks:
        assert refusal in ani.raw(head.encode())
        ani.pour(head.encode(), 50, chunked=pieces in head)
    assert memory_mb(served.process.pid) - before < 25
    assert ani.ask("GET", "/queue")[0].status == 200


CROOKED = (
    "GET /static/../../../../etc/passwd HTTP/1.1",
    "GET /static/..%2f..%2f..%2fetc/passwd HTTP/1.1",
    "GET /static/%2e%2e/%2e%2e/store/ledger.py HTTP/1.1",
    "GET //etc/passwd HTTP/1.1",
    "GET /record/..%2f..%2fetc%2fpasswd HTTP/1.1",
    "GET http://evil.example/ HTTP/1.1",
    "TRACE / HTTP/1.1",
    "CONNECT evil.example:443 HTTP/1.1",
    "GET /queue HTTP/9.9",
    "\x00\x01\x02",
)


def test_crooked_requests_lead_nowhere(served):
    ani = Visitor(served.links["Ani"])
    host, cookie = served.address[7:], ani.headers["Cookie"]
    for line in CROOKED:
        answer = ani.raw(f"{line}\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n".encode())
        assert re.match(rb"HTTP/1.1 [24]\d\d ", answer), line
        assert b"root:" not in answer, line
        assert b"class Ledger" not in answer, line
    assert ani.ask("GET", "/queue")[0].status == 200


@pytest.mark.parametrize("evil", EVIL, ids=range(len(EVIL)))
def test_what_is_typed_is_never_run_anywhere(office, ani, budi, item_of, form, tmp_path, evil):
    """As a comment it comes back as text; as a value it is refused; in the tables it is a word."""
    name, code = item_of("nama", 2), item_of("jk", 1)
    refused = ani.post("/api/decide", item=name, kind="value", typed=evil)
    assert refused.status_code == 409
    assert ani.decide(code, "supervisor", comment=f"x{evil}")["gone"] == [code]
    html = budi.next(lane="supervisor")["html"]
    for tag in ("<script", "<img src=x", "onerror='alert"):
        assert tag not in html
    ledger = Ledger(office.store)
    assert ledger.verify() == ()
    with office.store.transaction() as connection:
        comment = connection.scalar(text("SELECT comment FROM decisions"))
    assert comment == "x" + "".join(one if one.isprintable() else " " for one in evil).rstrip()
    written = dict(write_outputs(tmp_path / "t", [form], settle_batch(office.store)).files)
    for file in written.values():
        if file.suffix == ".xlsx":
            cells = [cell for sheet in load_workbook(file) for row in sheet for cell in row]
            assert {cell.data_type for cell in cells} <= {"s", "n"}
            assert all(cell.value is None for cell in cells if cell.data_type == "n")


def test_what_no_keyboard_types_becomes_a_space(ani, item_of, value_of):
    assert ani.decide(item_of("nama", 2), typed="SITI\u0000\u202e\nAMI\ud7ff")["gone"]
    assert value_of("nama", 2).value == "SITI AMI"


def test_somebody_elses_item_record_and_session_are_of_no_use(office, ani, budi, item_of, value_of):
    item = item_of("jk", 1)
    assert ani.get("/api/card", item=item).status_code == 200
    for path in ("/api/decide", "/api/pass"):
        budi.post(path, item=item, kind="value", typed="2", record="")
    assert value_of("jk", 1).status == "review"
    assert budi.get("/api/card", item=item).status_code == 409
    assert budi.post("/api/undo").status_code == 409
    stolen = {"Cookie": "formscan_8765=" + "A" * 43, **ani.headers}
    client = type(ani.client)(office.app, base_url=ani.headers["Origin"])
    assert client.get("/api/next", headers=stolen).status_code == 401


def test_nothing_that_was_attacked_with_is_in_the_way_of_a_new_start(office, ani, item_of):
    for evil in EVIL:
        ani.post("/api/decide", item=evil, kind=evil, record=evil, typed=evil, target=evil)
        ani.get("/api/page", item=evil, record=evil, target=evil)
        ani.get("/api/next", field=evil, after=evil)
        ani.get("/record/x" + re.sub(r"[^a-z]", "", evil))
    with open_store(office.out) as again:
        assert Ledger(again).verify() == ()
    assert ani.decide(item_of("jk", 1), typed="2")["gone"]
