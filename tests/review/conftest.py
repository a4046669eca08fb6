"""A batch of four families whose readings are in doubt, with pictures, behind the real door."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from starlette.testclient import TestClient

from formscan.geometry import BoxMm
from formscan.image.load import enumerate_pages
from formscan.page import Identity, PageRef
from formscan.reading import Candidate, Cell, FieldReading, PageOutcome
from formscan.review.app import make_app
from formscan.review.desk import Desk
from formscan.review.errands import Errands
from formscan.review.hidden import Limits
from formscan.review.second import Shares
from formscan.review.trust import Door, Sessions
from formscan.store import ReadWith, Store, keep_original, open_store
from formscan.templates.model import Choice, Field, PageLayout, Template
from formscan.templates.question import Question
from tests.review.browser import Person, launched

HOST = "127.0.0.1:8765"
UNCHECKED = (Shares(0, 0), Limits(0))  # neither second looks nor hidden items
ORIGIN = f"http://{HOST}"
PX_PER_MM = 6
NIK = "3301014508900001"

FIELDS = (
    ("kode_kader", None, {"error_kind": "code", "alphabet": "digits"}, 6),
    ("nama", 1, {"error_kind": "name", "alphabet": "name"}, 20),
    ("nik", 1, {"error_kind": "id", "alphabet": "digits"}, 16),
    ("tgl_lahir", 1, {"error_kind": "date", "value_type": "date", "pattern": "DDMMYYYY"}, 8),
    ("jk", 1, {"error_kind": "code", "value_type": "select_one", "code_list": "jk"}, 1),
    ("hubungan", 1, {"error_kind": "code", "value_type": "select_one", "code_list": "hub"}, 1),
)
LABELS = {"kode_kader": "Kode kader", "nama": "Nama", "nik": "NIK", "tgl_lahir": "Tanggal lahir"}


def printed() -> tuple[Field, ...]:
    made = []
    for line, (name, row, more, cells) in enumerate(FIELDS):
        boxes = tuple(
            BoxMm(x=20 + 6 * n, y=15 + 12 * line, width=6, height=8) for n in range(cells)
        )
        repeat = "anggota" if row else ""
        labels = {"id": LABELS.get(name, name), "en": LABELS.get(name, name)}
        kind = {"name": name, "row": row, "repeat": repeat, "kind": "comb", "labels": labels}
        box = BoxMm.around(boxes)
        made.append(Field.model_validate({**kind, "box": box, "cells": boxes, **more}))
    return tuple(made)


def asked(name: str, kind: str, repeat: str = "", **more: str) -> Question:
    path = f"/data/{repeat}/{name}" if repeat else f"/data/{name}"
    return Question.model_validate(
        {"name": name, "path": path, "type": kind, "repeat": repeat, **more}
    )


@pytest.fixture(scope="session")
def form() -> Template:
    rule = "/data/anggota/hubungan = '2' and /data/anggota/jk = '1'"
    said = {"id": "Istri harus perempuan.", "en": "A wife must be female."}
    note = asked("r03", "note", "anggota", relevant=rule, severity="error", rule="R03")
    return Template(
        form="warga",
        version="1",
        pages=(PageLayout(page=1, width_mm=210, height_mm=100, fields=printed()),),
        questions=(
            asked("kode_kader", "text"),
            asked("anggota", "repeat"),
            *(
                asked(name, "text", "anggota", required="true()")
                for name, row, _, _ in FIELDS
                if row
            ),
            note.model_copy(update={"labels": said}),
        ),
        code_lists={
            "jk": (
                Choice(value="1", labels={"id": "Laki-laki", "en": "Male"}),
                Choice(value="2", labels={"id": "Perempuan", "en": "Female"}),
            ),
            "hub": tuple(Choice(value=value) for value in "1234"),
        },
    )


SURE = {
    "kode_kader": ("640732", 1.0),
    "nama": ("SITI AMINAH", 1.0),
    "nik": (NIK, 1.0),
    "tgl_lahir": ("05081990", 1.0),
    "jk": ("2", 1.0),
    "hubungan": ("2", 1.0),
}
DOUBTS: tuple[dict[str, tuple[str, float]], ...] = (
    {"nik": (NIK, 0.9), "jk": ("2", 0.7)},
    {"tgl_lahir": ("05081990", 0.8), "nama": ("SITI AMINAH", 0.6)},
    {"jk": ("1", 1.0)},
    {"nama": ("<B>", 0.5), "nik": ("33010145089000?1", 0.1)},
)
"""What is in doubt in each family; the third breaks a rule."""

CROWD: tuple[dict[str, tuple[str, float]], ...] = (
    {"jk": ("2", 0.7), "nik": (NIK, 0.9)},
    {"jk": ("2", 0.6), "hubungan": ("2", 0.95)},
    {"jk": ("2", 0.8)},
    {"jk": ("1", 0.7)},
    {"nama": ("SITI AMINAH", 0.9), "jk": ("2", 0.5)},
    {"tgl_lahir": ("05081990", 0.8)},
)
"""Families that are looked at side by side; in the fourth, a man would be a wife."""

Doubts = tuple[dict[str, tuple[str, float]], ...]


def fill(out: Path, store: Store, form: Template, scans: Path, families: Doubts = DOUBTS) -> None:
    scans.mkdir()
    for number, doubts in enumerate(families, start=1):
        _draw(scans / f"{number}.png", form, SURE | doubts)
    store.set_meta("as_of", "2024-05-17")
    store.add_templates([form])
    refs = list(enumerate_pages([scans], out))
    assert all(keep_original(out, ref) for ref in refs)
    _save(store, form, refs, families)


def _save(store: Store, form: Template, refs: list[PageRef], families: Doubts = DOUBTS) -> None:
    with_what = ReadWith("1", frozenset({form.sha256()}), "", "t-1")
    for number, (ref, doubts) in enumerate(zip(refs, families, strict=True), start=1):
        readings = tuple(_reading(one, *(SURE | doubts)[one.name]) for one in form.layout(1).fields)
        outcome = PageOutcome(
            ref=ref, status="ok", readings=readings, width_px=1260, height_px=600, dpi=150,
            identity=Identity("warga", "1", 1, f"{number:08d}", "ABC123"),
        )  # fmt: skip
        store.save(outcome, with_what)


@pytest.fixture(scope="session")
def save_families(form: Template) -> Callable[[Store], None]:
    """The four families without their pictures, for tests of the queue alone."""

    def save(store: Store) -> None:
        store.set_meta("as_of", "2024-05-17")
        store.add_templates([form])
        numbers = range(1, len(DOUBTS) + 1)
        _save(store, form, [PageRef(f"/x/{n}.png", 1, f"{n}.png", f"{n:064}") for n in numbers])

    return save


def _draw(file: Path, form: Template, said: dict[str, tuple[str, float]]) -> None:
    picture = Image.new("L", (210 * PX_PER_MM, 100 * PX_PER_MM), 255)
    pen = ImageDraw.Draw(picture)
    for one in form.layout(1).fields:
        for cell, letter in zip(one.cells, said[one.name][0], strict=False):
            edges = [PX_PER_MM * edge for edge in (cell.x, cell.y, cell.right, cell.bottom)]
            pen.rectangle(edges, outline=150)
            pen.text((edges[0] + 10, edges[1] + 8), letter, fill=20, font_size=30)
    pen.text((900, 20), file.stem, fill=20, font_size=30)
    picture.save(file)


def _reading(one: Field, raw: str, confidence: float) -> FieldReading:
    others = {"jk": ("1", "2"), "nama": ("SITI AMINAN",)}.get(one.name, ())
    texts = dict.fromkeys([raw, *others])
    box = one.box
    edges = [round(PX_PER_MM * edge) for edge in (box.x, box.y, box.width, box.height)]
    return FieldReading(
        one.name, one.row, "t-1", tuple(Candidate(text, confidence) for text in texts), confidence,
        box_px=(edges[0], edges[1], edges[2], edges[3]), cells=_cells(one, raw, confidence),
    )  # fmt: skip


def _cells(one: Field, raw: str, confidence: float) -> tuple[Cell, ...]:
    """All boxes are sure but the first; a NIK has none, so that nothing speaks for it."""
    if one.error_kind == "id":
        return ()
    texts = ["" if letter == " " else letter for letter in raw.ljust(len(one.cells))]
    shares = [min(confidence, 0.99995), *[0.99995] * len(texts)]
    shares[1] = 0.9 if raw == "<B>" else shares[1]
    boxes = zip(texts, shares, strict=False)
    return tuple(Cell((Candidate(text, share),)) for text, share in boxes)


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
        people.append(Person(chromium, served, name, **view))
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
        waiting = [*office.desk.waiting(), *office.desk.waiting(supervisor=True)]
        return next(one.id for one in waiting if (one.field, keys[one.record]) == (name, serial))

    return find


@pytest.fixture
def value_of(office: Office):
    """The settled value of a field in the family with that serial."""

    def find(name: str, serial: int):
        record = next(one for one in office.desk.records() if int(one.serial) == serial)
        return next(one for one in record.values if one.name == name)

    return find
