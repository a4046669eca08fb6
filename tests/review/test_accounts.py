"""People with accounts: who comes in, what they may do, and when they are out again."""

from __future__ import annotations

import re
import ssl
import stat
import subprocess
import sys
from dataclasses import dataclass

import httpx2 as httpx
import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from formscan.cli import main
from formscan.review.app import make_app
from formscan.review.errands import Errands
from formscan.review.people import TOKEN_S, People
from formscan.review.trust import IDLE_S, LOGIN_S, Door, Sessions
from formscan.store import Ledger
from tests.review.conftest import UNCHECKED

HOST = "review.desa:8765"
ORIGIN = f"https://{HOST}"
SECRET = "kopi-tubruk-pagi"


@dataclass
class Gate:
    """An office that is entered with accounts, at a time that the test tells."""

    people: People
    sessions: Sessions
    app: object
    now: float = 1_700_000_000.0

    def client(self):
        return TestClient(self.app, base_url=ORIGIN)

    def login(self, client, name, secret=SECRET):
        body = {"name": name, "secret": secret}
        return client.post("/login", json=body, headers={"Origin": ORIGIN})

    def come_in(self, name, secret=SECRET):
        """A client that is logged in, and the headers of its posts."""
        client = self.client()
        assert self.login(client, name, secret).status_code == 200
        csrf = re.search(r'name="csrf" content="([^"]+)"', client.get("/").text)
        return client, {"Origin": ORIGIN, "X-CSRF": csrf[1]}


@pytest.fixture(scope="module")
def accounts(tmp_path_factory):
    """Hashing is slow on purpose, so the accounts are made once."""
    file = tmp_path_factory.mktemp("accounts") / "people.json"
    people = People(file)
    for name, role in (("Ani", "reviewer"), ("Sri", "supervisor"), ("Tono", "auditor")):
        people.add(name, role, SECRET)
    return file.read_bytes()


@pytest.fixture
def gate(office, accounts, tmp_path):
    file = tmp_path / "people.json"
    file.write_bytes(accounts)
    made = Gate(People(file), None, None)
    made.sessions = Sessions((), "id", "formscan_8765", made.people, lambda: made.now)
    door = Door(frozenset({HOST}), "https")
    made.app = make_app(
        office.out, office.store, office.desk, made.sessions, door, Errands(), *UNCHECKED
    )
    return made


def test_who_knows_the_password_comes_in_and_goes_out(gate, office, item_of):
    client = gate.client()
    assert client.get("/", follow_redirects=False).headers["location"] == "/login"
    assert "Kata sandi" in client.get("/login").text
    cookie = gate.login(client, "Ani").headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "secure", "samesite=strict"))
    client, headers = gate.come_in("Ani")
    item = item_of("jk", 1)
    assert client.get("/api/card", params={"item": item}).status_code == 200
    assert client.post("/api/logout", json={}, headers=headers).status_code == 200
    assert client.get("/queue").status_code == 401
    sri, _ = gate.come_in("Sri")
    assert sri.get("/api/card", params={"item": item}).status_code == 200
    assert Ledger(office.store).verify() == ()


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("Ani", "salah-sekali"),
        ("Ani", ""),
        ("Budi", SECRET),
        ("", ""),
        ("x", "é"),
    ],
)
def test_nobody_else_comes_in(gate, name, secret):
    client = gate.client()
    answer = gate.login(client, name, secret)
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
    assert "salah" in answer.json()["refused"]
    assert client.get("/queue").status_code == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", f"http://{HOST}"])
def test_a_login_from_another_page_is_refused(gate, origin):
    body = {"name": "Ani", "secret": SECRET}
    answer = gate.client().post("/login", json=body, headers={"Origin": origin})
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


HALF = '{"name": "Ani", "secret": "\\ud800"}'  # of a character


@pytest.mark.parametrize("body", ["[]", "{", '"x"', "7", '{"name": 7, "secret": {"a": 1}}', HALF])
def test_nonsense_is_no_login(gate, body):
    headers = {"Origin": ORIGIN, "Content-Type": "application/json"}
    assert gate.client().post("/login", content=body, headers=headers).status_code in (400, 403)


def test_too_many_tries_are_told_to_wait_and_the_right_one_comes_in_after(gate):
    client = gate.client()
    codes = [gate.login(client, "Ani", "salah").status_code for _ in range(6)]
    assert codes == [403, 403, 403, 403, 403, 429]
    assert "Tunggu 2 detik" in gate.login(client, "Ani").json()["refused"]
    gate.now += 3
    assert gate.login(client, "Ani").status_code == 200


def test_a_login_ends_after_silence_after_a_day_and_with_the_account(gate):
    client, _ = gate.come_in("Ani")
    gate.now += IDLE_S - 10
    assert client.get("/queue").status_code == 200
    gate.now += IDLE_S + 10
    assert client.get("/queue").status_code == 401
    client, _ = gate.come_in("Ani")
    for _ in range(LOGIN_S // (IDLE_S - 10)):
        gate.now += IDLE_S - 10
        assert client.get("/queue").status_code == 200
    gate.now += IDLE_S - 10
    assert client.get("/queue").status_code == 401
    client, _ = gate.come_in("Ani")
    gate.people.remove("Ani")
    assert client.get("/queue").status_code == 401
    assert gate.login(client, "Ani").status_code == 403


def test_a_one_time_token_lets_in_once(gate):
    token = gate.people.add_with_token("Wati", "reviewer", gate.now)
    assert gate.login(gate.client(), "Wati", "x" + token).status_code == 403
    gate.come_in("Wati", token)
    assert gate.login(gate.client(), "Wati", token).status_code == 403
    late = gate.people.add_with_token("Wati", "reviewer", gate.now)
    gate.now += TOKEN_S + 1
    assert gate.login(gate.client(), "Wati", late).status_code == 403


def test_a_reviewer_does_not_answer_for_the_supervisor(gate, item_of, value_of):
    ani, headers = gate.come_in("Ani")
    item = item_of("jk", 1)
    asked = {"item": item, "kind": "supervisor", "comment": "?"}
    assert ani.post("/api/decide", json=asked, headers=headers).status_code == 200
    answer = {"item": item, "kind": "value", "typed": "2"}
    assert ani.get("/api/next", params={"lane": "supervisor"}).status_code == 409
    assert ani.get("/api/card", params={"item": item}).status_code == 409
    assert ani.post("/api/decide", json=answer, headers=headers).status_code == 409
    assert value_of("jk", 1).status == "review"
    sri, headers = gate.come_in("Sri")
    assert sri.get("/api/next", params={"lane": "supervisor"}).json()["id"] == item
    assert sri.post("/api/decide", json=answer, headers=headers).status_code == 200
    assert value_of("jk", 1).value == "2"


def test_an_auditor_only_looks(gate, office, item_of, value_of):
    tono, headers = gate.come_in("Tono")
    page = tono.get("/").text
    assert "/queue" not in page
    record = office.desk.records()[0].key
    assert "/queue" not in tono.get(f"/record/{record}").text
    item = item_of("jk", 1)
    for path in ("/queue", "/group", "/api/next", "/api/group", f"/api/card?item={item}"):
        assert tono.get(path).status_code == 403
    for path in ("/api/decide", "/api/undo", "/api/pass"):
        body = {"item": item, "kind": "value", "typed": "2"}
        assert tono.post(path, json=body, headers=headers).status_code == 403
    assert tono.post("/api/language", json={"to": "en"}, headers=headers).status_code == 200
    assert value_of("jk", 1).status == "review"


def test_accounts_are_made_listed_and_removed_by_command(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    def call(*line, given=""):
        return CliRunner().invoke(main, ["--lang", "en", "user", *line], input=given)

    assert call("add", "Ani", given=f"{SECRET}\n{SECRET}\n").exit_code == 0
    assert call("add", "Budi", "--role", "auditor", "--token").exit_code == 0
    assert call("add", "Sri", given="short\nshort\n").exit_code == 3
    assert call("list").output.splitlines() == [
        "Ani\treviewer\tpassword",
        "Budi\tauditor\tone-time token",
    ]
    (file,) = tmp_path.rglob("people.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert SECRET not in file.read_text()
    assert "$argon2id$" in file.read_text()
    assert call("remove", "Ani").exit_code == 0
    gone = call("remove", "Ani")
    assert (gone.exit_code, "Budi" in gone.output) == (3, True)


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        (["--address", "0.0.0.0"], "--make-cert"),
        (["--address", "0.0.0.0", "--accounts"], "--make-cert"),
        (["--address", "192.168.7.7", "--make-cert"], "--accounts"),
        (["--address", "::", "--make-cert"], "--accounts"),
        (["--address", "0.0.0.0", "--make-cert", "--accounts"], "formscan user add"),
        (["--address", "desa.example"], "192.168.1.10"),
        (["--accounts", "--as", "Ani"], "--as"),
        (["--accounts"], "formscan user add"),
    ],
    ids=str,
)
def test_other_computers_are_let_in_only_with_tls_and_accounts(
    tmp_path, monkeypatch, more, missing
):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    done = CliRunner().invoke(main, ["--lang", "en", "review", str(tmp_path), *more])
    assert (done.exit_code, missing in done.output) == (3, True), done.output


def test_over_tls_an_account_comes_in_and_plain_http_does_not(
    tmp_path, monkeypatch, accounts, office
):
    (tmp_path / "data" / "formscan").mkdir(parents=True)
    (tmp_path / "data" / "formscan" / "people.json").write_bytes(accounts)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    line = [sys.executable, "-m", "formscan", "--lang", "en", "review", str(office.out)]
    line += ["--accounts", "--make-cert", "--port", "0", "--no-browser"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as server:
        try:
            link = ""
            while "/login" not in link:
                link = server.stdout.readline()
                assert link, "formscan review ended"
            origin = link.split(": ", 1)[1].strip().removesuffix("/login")
            trusted = ssl.create_default_context(cafile=tmp_path / "data/formscan/tls/cert.pem")
            with httpx.Client(verify=trusted, base_url=origin, timeout=60) as client:
                body = {"name": "Ani", "secret": SECRET}
                assert client.post("/login", json=body).status_code == 403
                done = client.post("/login", json=body, headers={"Origin": origin})
                assert done.status_code == 200
                assert client.get("/queue").status_code == 200
            with pytest.raises(httpx.HTTPError), httpx.Client(timeout=60) as plain:
                plain.get(origin.replace("https", "http"))
        finally:
            server.kill()
