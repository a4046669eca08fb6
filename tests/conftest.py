"""A small two-page form, and filled scans of it, for tests that need the whole line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from cluster import private_cluster, why_not
from hypothesis import settings
from PIL import Image, ImageDraw

from formscan.geometry import BoxMm
from formscan.templates.draw import draw_pages
from formscan.templates.model import Anchor, Choice, Field, MarkBox, PageLayout, Template
from formscan.templates.payload import PageCode
from formscan.templates.question import Question

settings.register_profile("formscan", deadline=None)  # a busy computer is no failure
settings.load_profile("formscan")

WIDTH_MM, HEIGHT_MM, TAG_MM = 148.0, 105.0, 9.0
DPI = 200
PRINT_RUN = "ABC123"
LIST = ("1", "2", "3")
PAGE_2 = ("air", "lantai", "atap", "lampu")


def tags(page: int) -> tuple[Anchor, ...]:
    right, bottom = WIDTH_MM - 8 - TAG_MM, HEIGHT_MM - 8 - TAG_MM
    places = ((8.0, 8.0), (right, 8.0), (right, bottom), (8.0, bottom))
    return tuple(
        Anchor(kind="tag", box=BoxMm(x=x, y=y, width=TAG_MM, height=TAG_MM), tag_id=4 * page + n)
        for n, (x, y) in enumerate(places, start=-4)
    )


def choice(name: str, x: float, y: float, row: int | None = None) -> Field:
    boxes = [BoxMm(x=x + 10 * n, y=y, width=4, height=4) for n in range(len(LIST))]
    return Field(
        name=name, row=row, repeat="anggota" if row else "", kind="mark_group",
        value_type="select_one", box=BoxMm.around(boxes), code_list="abc", error_kind="mark",
        marks=tuple(MarkBox(value=value, box=box) for value, box in zip(LIST, boxes, strict=True)),
    )  # fmt: skip


def layout(page: int, fields: tuple[Field, ...], rows: tuple[int, int] | None = None) -> PageLayout:
    return PageLayout(
        page=page, width_mm=WIDTH_MM, height_mm=HEIGHT_MM, anchors=tags(page), rows=rows,
        qr_box=BoxMm(x=100, y=10, width=16, height=16), fields=fields,
    )  # fmt: skip


def question(name: str, kind: str = "select_one", repeat: str = "") -> Question:
    path = f"/data/{repeat}/{name}" if repeat else f"/data/{name}"
    return Question(name=name, path=path, type=kind, repeat=repeat, code_list="abc")


@pytest.fixture(scope="session")
def mini() -> Template:
    """Two pages: ``status`` and three roster rows on the first, four questions on the second."""
    rows = tuple(
        choice(name, x, 40 + 9 * row, row)
        for row in (1, 2, 3)
        for name, x in (("jk", 20), ("kawin", 70))
    )
    return Template(
        form="mini",
        version="1",
        pages=(
            layout(1, (choice("status", 20, 32), *rows), (1, 3)),
            layout(2, tuple(choice(name, 20, 40 + 9 * n) for n, name in enumerate(PAGE_2))),
        ),
        pages_per_record=2,
        questions=(
            question("mulai", "start"),
            question("sumber", "hidden"),
            question("no_seri", "text"),
            question("status"),
            Question(name="anggota", path="/data/anggota", type="repeat"),
            question("jk", repeat="anggota"),
            question("kawin", repeat="anggota"),
            question("catatan", "note"),
            *(question(name) for name in PAGE_2),
        ),
        code_lists={"abc": tuple(Choice(value=value) for value in LIST)},
    )  # fmt: skip


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Address of a PostgreSQL that runs for this process; each batch has a schema of its own."""
    if why_not():
        pytest.skip(why_not())
    with private_cluster() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """What ``open_store`` is told, for tests that must hold on both databases."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgresql"))


@pytest.fixture(scope="session")
def mini_file(mini: Template, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``mini`` as ``template.json``."""
    file = tmp_path_factory.mktemp("mini") / "template.json"
    file.write_text(mini.model_dump_json(exclude_defaults=True), encoding="utf-8")
    return file


ANSWERS = {
    ("status", None): "2",
    ("jk", 1): "1",
    ("kawin", 1): "2",
    ("jk", 2): "2",
    ("kawin", 2): "3",
    ("air", None): "3",
    ("lantai", None): "1",
    ("atap", None): "2",
}


@pytest.fixture(scope="session")
def answers() -> dict[tuple[str, int | None], str]:
    """What ``scan_page`` crosses unless told otherwise; row 3 is blank."""
    return dict(ANSWERS)


ScanPage = Callable[..., Path]


@pytest.fixture(scope="session")
def scan_page(mini: Template) -> ScanPage:
    """Write one page of ``mini`` as a scan: ``scan_page(file, serial, page, answers=...)``."""

    def write(file: Path, serial: int, page: int, *, answers=ANSWERS, quality: int = 90) -> Path:
        code = PageCode("mini", "1", page, f"{serial:08d}", PRINT_RUN)
        picture = pdfium.PdfDocument(draw_pages(mini, [code]))[0].render(scale=DPI / 72).to_pil()
        pen = ImageDraw.Draw(picture)
        for field in mini.layout(page).fields:
            for mark in field.marks:
                if answers.get((field.name, field.row)) == mark.value:
                    cross(pen, mark.box)
        file.parent.mkdir(parents=True, exist_ok=True)
        picture.convert("RGB").save(file, quality=quality, dpi=(DPI, DPI))
        return file

    return write


def cross(pen: ImageDraw.ImageDraw, box: BoxMm) -> None:
    edges = [value * DPI / 25.4 for value in (box.x, box.y, box.right, box.bottom)]
    left, top, right, bottom = edges
    pen.line((left, top, right, bottom), fill=(20, 20, 90), width=4)
    pen.line((left, bottom, right, top), fill=(20, 20, 90), width=4)


@pytest.fixture(scope="session")
def mini_scans(scan_page: ScanPage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three records of two pages, and an empty sheet; a folder that tests only read."""
    folder = tmp_path_factory.mktemp("mini") / "scans"
    for serial in (1, 2, 3):
        for page in (1, 2):
            scan_page(folder / f"s{serial}p{page}.jpg", serial, page)
    Image.new("RGB", (1169, 827), "white").save(folder / "empty_sheet.png")
    return folder
