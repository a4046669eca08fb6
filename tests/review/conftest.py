"""A batch of four families whose readings are in doubt, with pictures, behind the real door."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from formscan.page import PageRef
from formscan.review.app import make_app
from formscan.review.desk import Desk
from formscan.review.errands import Errands
from formscan.review.hidden import Limits
from formscan.review.item import LANES
from formscan.review.second import Shares
from formscan.review.trust import Door, Sessions
from formscan.store import Store, open_store
from formscan.templates.model import Template
from tests.review.browser import Person, launched
from tests.review.families import CROWD, DOUBTS, Doubts, fill, save, warga

HOST = "127.0.0.1:8765"
UNCHECKED = (Shares(0, 0), Limits(0))  # neither second looks nor hidden items
ORIGIN = f"http://{HOST}"


@pytest.fixture(scope="session")
def form() -> Template:
    return warga()


@pytest.fixture(scope="session")
def save_families(form: Template) -> Callable[[Store], None]:
    """The four families without their pictures, for tests of the queue alone."""

    def keep(store: Store) -> None:
        store.set_meta("as_of", "2024-05-17")
        store.add_templates([form])
        numbers = range(1, len(DOUBTS) + 1)
        save(store, form, [PageRef(f"/x/{n}.png", 1, f"{n}.png", f"{n:064}") for n in numbers])

    return keep


@dataclass
class Browser:
    """Somebody at the review page, speaking HTTP as the page does."""

    client: TestClient
    name: str
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: str):
        return self.client.get(path, params=query)

    def post(self, path: str, **body: object):
        return self.client.post(path, json=body, headers=self.headers)

    def next(self, **query: str) -> dict:
        return self.get("/api/next", **query).json()

    def decide(self, item: str, kind: str = "value", **more: object) -> dict:
        return self.post("/api/decide", item=item, kind=kind, **more).json()


@dataclass
class Office:
    """A batch, its desk and its door."""

    out: Path
    store: Store
    desk: Desk
    sessions: Sessions
    app: object

    def come_in(self, name: str) -> Browser:
        client = TestClient(self.app, base_url=ORIGIN)
        key = next(key for key, who in self.sessions.keys.items() if who == name)
        assert client.get("/enter", params={"key": key}).status_code == 200
        csrf = re.search(r'name="csrf" content="([^"]+)"', client.get("/").text)
        return Browser(client, name, {"Origin": ORIGIN, "X-CSRF": csrf[1]})


@pytest.fixture
def office(tmp_path: Path, form: Template) -> Iterator[Office]:
    yield from opened(tmp_path, form, DOUBTS)


@pytest.fixture
def crowd(tmp_path: Path, form: Template) -> Iterator[Office]:
    yield from opened(tmp_path, form, CROWD)


def opened(tmp_path: Path, form: Template, families: Doubts) -> Iterator[Office]:
    with open_store(tmp_path / "out") as store:
        fill(tmp_path / "out", store, form, tmp_path / "scans", families)
        yield office_at(tmp_path / "out", store)


def office_at(out: Path, store: Store) -> Office:
    """The desk and the door of a batch that is there."""
    desk = Desk(store)
    desk.open()
    sessions = Sessions(("Ani", "Budi"), "id", "formscan_8765")
    door = Door(frozenset({HOST}))
    app = make_app(out, store, desk, sessions, door, Errands(), *UNCHECKED)
    return Office(out, store, desk, sessions, app)


@dataclass
class Served:
    """The program itself, answering on this computer."""

    out: Path
    process: subprocess.Popen[str]
    links: dict[str, str]

    @property
    def address(self) -> str:
        return self.links["Ani"].split("/enter")[0]


def serve(out: Path) -> Served:
    command = [sys.executable, "-m", "formscan", "--lang", "id", "review", str(out), "--no-browser"]
    people = ["--as", "Ani", "--as", "Budi", "--port", "0", "--second-look", "0", "--hidden", "0"]
    process = subprocess.Popen([*command, *people], stdout=subprocess.PIPE, text=True)
    links: dict[str, str] = {}
    while len(links) < 2:
        line = process.stdout.readline()
        assert line, "formscan review ended"
        if "/enter" in line:
            name, _, link = line.strip().partition(": ")
            links[name] = link
    return Served(out, process, links)


@pytest.fixture
def families() -> Doubts:
    """Who is in the batch that the program itself serves."""
    return DOUBTS


@pytest.fixture
def served(tmp_path: Path, form: Template, families: Doubts) -> Iterator[Served]:
    with open_store(tmp_path / "out") as store:
        fill(tmp_path / "out", store, form, tmp_path / "scans", families)
    running = serve(tmp_path / "out")
    yield running
    running.process.kill()
    running.process.wait()
    running.process.stdout.close()


@pytest.fixture(scope="module")
def chromium():
    yield from launched()


@pytest.fixture
def person(chromium, served):
    people = []

    def come(name="Ani", **view):
        people.append(Person(chromium, **view))
        people[-1].come_in(served.links[name])
        return people[-1]

    yield come
    for one in people:
        one.context.close()
        assert one.complaints == []


@pytest.fixture
def ani(office: Office) -> Browser:
    return office.come_in("Ani")


@pytest.fixture
def budi(office: Office) -> Browser:
    return office.come_in("Budi")


ItemOf = Callable[[str, int], str]


@pytest.fixture
def item_of(office: Office) -> ItemOf:
    """Id of the item of a field in the family with that serial."""

    def find(name: str, serial: int) -> str:
        keys = {one.key: int(one.serial) for one in office.desk.records()}
        waiting = [one for lane in LANES for one in office.desk.waiting(lane=lane)]
        return next(one.id for one in waiting if (one.field, keys[one.record]) == (name, serial))

    return find


@pytest.fixture
def value_of(office: Office):
    """The settled value of a field in the family with that serial."""

    def find(name: str, serial: int):
        record = next(one for one in office.desk.records() if int(one.serial) == serial)
        return next(one for one in record.values if one.name == name)

    return find
