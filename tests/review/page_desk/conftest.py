"""A batch with pages that wait as a whole: without code, foreign, and a family that lacks one."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from formscan.batch import load_setup, run_batch, settle_batch
from formscan.export import write_outputs
from formscan.page_decision import page_subject
from formscan.settings import RunnerOptions, RunSettings
from formscan.store import open_store
from formscan.templates.payload import check_character
from tests.review.conftest import office_at

PRINT_RUN = "ABC123"
DPI = 200


def card_of(file: Path, kind: int, turn: int = 0) -> None:
    """Some other paper: two kinds, lying this way or that."""
    picture = Image.new("L", (700, 450), 252)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((30, 30, 670, 120), fill=80 if kind else 235)
    pen.ellipse((60, 160, 320, 420), fill=235 if kind else 60)
    pen.rectangle((420, 200, 640, 400), outline=0, width=9)
    picture.rotate(turn, expand=True).save(file)


def without_code(file: Path, template, page: int) -> None:
    box = template.layout(page).qr_box.grow(1)
    with Image.open(file) as picture:
        edges = [edge * DPI / 25.4 for edge in (box.x, box.y, box.right, box.bottom)]
        ImageDraw.Draw(picture).rectangle(edges, fill="white")
        picture.save(file, quality=95)


@pytest.fixture(scope="module")
def run_of_mini(scan_page, mini, mini_file, tmp_path_factory):
    """One family whole, one whose second page has no code, four foreign papers."""
    home = tmp_path_factory.mktemp("desk")
    scans = home / "scans"
    for serial in (1, 2):
        for page in (1, 2):
            scan_page(scans / f"s{serial}p{page}.jpg", serial, page)
    without_code(scans / "s2p2.jpg", mini, 2)
    for number, (kind, turn) in enumerate(((0, 0), (0, 180), (0, 90), (1, 0))):
        card_of(scans / f"s1p3-{number}.png", kind, turn)
    rerun(home, mini_file)
    return home


def rerun(home: Path, form: Path) -> int:
    settings = RunSettings(
        scans=(str(home / "scans"),), out=home / "out", forms=(str(form),),
        runner=RunnerOptions(engine="serial"),
    )  # fmt: skip
    with open_store(settings.out) as store:
        summary = run_batch(settings, load_setup(settings.forms), store, date(2024, 5, 17))
        write_outputs(settings.out, store.templates(), settle_batch(store), xlsx=False)
    return summary.pages_read


@pytest.fixture
def home(run_of_mini, tmp_path):
    shutil.copytree(run_of_mini, tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def office(home):
    with open_store(home / "out") as store:
        yield office_at(home / "out", store)


@pytest.fixture
def named(office):
    """What the picture of a scan is called."""

    def find(scan: str) -> str:
        pages = office.desk.pages()
        return next(page_subject(p.outcome.ref) for p in pages if p.outcome.ref.scan.endswith(scan))

    return find


@pytest.fixture
def state(office):
    """Status and reason of the picture of a scan."""

    def find(scan: str) -> tuple[str, str]:
        page = next(p for p in office.desk.pages() if p.outcome.ref.scan.endswith(scan))
        return page.status, page.reason

    return find


def statuses(office) -> dict[str, str]:
    return {one.serial: one.status for one in office.desk.records()}


def typed(serial: int, run: str = PRINT_RUN) -> str:
    return f"{serial:08d}-{check_character(f'{run}{serial:08d}')}"


def told(named, **more):
    body = {
        "page": named("s2p2.jpg"),
        "chosen": "mini|1|2",
        "serial": typed(2),
        "run": "",
        "turn": 0,
        "corners": None,
    }
    return body | more
