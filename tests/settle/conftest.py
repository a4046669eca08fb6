"""A small two-page form with a roster, and pages of it filled as asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import pytest

from formscan.geometry import BoxMm
from formscan.page import Identity, PageRef
from formscan.reading import Candidate, FieldReading, PageOutcome
from formscan.settle import SettleOptions
from formscan.templates.model import Choice, Field, PageLayout, Template
from formscan.templates.question import Question

Key = tuple[str, int | None]

BOX = BoxMm(x=10, y=10, width=20, height=5)


def _field(name: str, row: int | None = None, **more: object) -> Field:
    repeat = "warga" if row is not None else ""
    settings = {"kind": "comb", "box": BOX, "error_kind": "code", **more}
    return Field.model_validate({"name": name, "row": row, "repeat": repeat, **settings})


def _question(name: str, path: str, kind: str = "text", **more: str) -> Question:
    return Question.model_validate({"name": name, "path": path, "type": kind, **more})


@pytest.fixture
def form() -> Template:
    """``status`` 3 = moved: complete with page 1; rows of name and sex; a signature on page 2."""
    rows = [
        field
        for row in (1, 2, 3)
        for field in (
            _field("nama", row, error_kind="name", alphabet="name"),
            _field("jk", row, value_type="select_one", code_list="jk"),
        )
    ]
    second = [
        _field("luas", value_type="integer", error_kind="number"),
        _field("ttd", kind="signature", value_type="image", error_kind="text"),
    ]
    questions = (
        _question("sumber", "/data/sumber", "hidden", default="hp"),
        _question("no_seri", "/data/no_seri"),
        _question("status", "/data/status", "select_one", required="true()"),
        _question("ada", "/data/ada", "calculate", calculate="if( /data/status  = '1', 1, 0)"),
        _question("warga", "/data/warga", "repeat", relevant="/data/ada = 1"),
        _question("nama", "/data/warga/nama", repeat="warga", required="true()"),
        _question("jk", "/data/warga/jk", "select_one", repeat="warga", required="true()"),
        _question("jml", "/data/jml", "calculate", calculate="count( /data/warga )"),
        _question("rumah", "/data/rumah", "group", relevant="/data/ada = 1"),
        _question("luas", "/data/rumah/luas", "integer", required="true()"),
        _question("ttd", "/data/rumah/ttd", "image", required="true()"),
    )
    status = _field("status", value_type="select_one", code_list="status")
    return Template(
        form="kecil",
        version="1",
        pages=(
            PageLayout(page=1, width_mm=210, height_mm=297, fields=(status, *rows)),
            PageLayout(page=2, width_mm=210, height_mm=297, fields=tuple(second)),
        ),
        pages_per_record=2,
        complete_with_page_1="/data/status = '3'",
        questions=questions,
        code_lists={
            "jk": (Choice(value="1"), Choice(value="2")),
            "status": (Choice(value="1"), Choice(value="3")),
        },
    )


@pytest.fixture
def options() -> SettleOptions:
    """Defaults on a fixed day."""
    return SettleOptions(as_of=date(2023, 8, 1))


PageMaker = Callable[..., PageOutcome]


@pytest.fixture
def page_of(form: Template) -> PageMaker:
    """Makes a page outcome: ``said`` maps a field to its raw text or to (raw, confidence)."""

    def make(
        page: int,
        said: Mapping[Key, str | tuple[str, float]],
        *,
        scan: str = "",
        serial: str = "00000001",
        sha256: str = "",
    ) -> PageOutcome:
        name = scan or f"x/{serial}-{page}.png"
        readings = []
        for field in form.layout(page).fields:
            told = said.get((field.name, field.row), "")
            raw, confidence = told if isinstance(told, tuple) else (told, 1.0)
            readings.append(
                FieldReading(
                    field.name, field.row, "t-1", (Candidate(raw, confidence),), confidence
                )
            )
        return PageOutcome(
            ref=PageRef(f"/tmp/{name}", 1, name, sha256 or f"sha-{name}"),
            status="ok",
            identity=Identity("kecil", "1", page, serial, "ABCDEF" if serial else ""),
            readings=tuple(readings),
        )

    return make


FIRST: dict[Key, str] = {("status", None): "1", ("nama", 1): "SITI", ("jk", 1): "2"}
SECOND: dict[Key, str] = {("luas", None): "48", ("ttd", None): "1"}


@pytest.fixture
def family(page_of: PageMaker) -> list[PageOutcome]:
    """Both pages of one family of one, all well."""
    return [page_of(1, FIRST), page_of(2, SECOND)]
