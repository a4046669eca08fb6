"""A small family form with the shapes that rules come in, and a way to fill it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from formscan.geometry import BoxMm
from formscan.templates.model import Choice, Field, PageLayout, Template
from formscan.templates.question import Question
from formscan.validate.binds import Findings, check

AS_OF = date(2023, 8, 1)
BOX = BoxMm(x=10, y=10, width=20, height=5)
ROWS = (1, 2, 3, 4)

SURVEY: tuple[dict[str, str], ...] = (
    {"name": "sumber", "path": "/data/sumber", "type": "hidden", "default": "hp"},
    {"name": "tgl", "path": "/data/tgl", "type": "date", "required": "true()",
     "constraint": ". <= today()"},
    {"name": "hasil", "path": "/data/hasil", "type": "select_one", "required": "true()"},
    {"name": "ada", "path": "/data/ada", "type": "calculate",
     "calculate": "if(selected('1 2', /data/hasil ), 1, 0)"},
    {"name": "warga", "path": "/data/warga", "type": "repeat", "relevant": " /data/ada  = 1"},
    {"name": "urut", "path": "/data/warga/urut", "type": "calculate", "repeat": "warga",
     "calculate": "position(..)"},
    {"name": "nama", "path": "/data/warga/nama", "type": "text", "repeat": "warga",
     "required": "true()", "constraint": "regex(., '^[A-Z ]+$')", "rule": "R16"},
    {"name": "jk", "path": "/data/warga/jk", "type": "select_one", "repeat": "warga",
     "required": "true()"},
    {"name": "lahir", "path": "/data/warga/lahir", "type": "date", "repeat": "warga",
     "required": "true()"},
    {"name": "umur", "path": "/data/warga/umur", "type": "calculate", "repeat": "warga",
     "calculate": "int(( /data/tgl  -  ../lahir ) div 365.25)"},
    {"name": "hub", "path": "/data/warga/hub", "type": "select_one", "repeat": "warga",
     "required": "true()"},
    {"name": "ibu", "path": "/data/warga/ibu", "type": "integer", "repeat": "warga",
     "relevant": " ../hub  = '3'", "required": "count( /data/warga [hub = '2']) > 0"},
    {"name": "w1", "path": "/data/warga/w1", "type": "note", "repeat": "warga", "rule": "R03",
     "severity": "error", "relevant": " ../hub  = '2' and  ../jk  = '1'"},
    {"name": "w2", "path": "/data/w2", "type": "note", "rule": "R01", "severity": "error",
     "relevant": " /data/ada  = 1 and count( /data/warga [hub = '1']) != 1"},
    {"name": "wus", "path": "/data/wus", "type": "calculate",
     "calculate": "count( /data/warga [jk = '2' and umur >= 10 and umur <= 49])"},
    {"name": "kb", "path": "/data/kb", "type": "group", "relevant": " /data/wus  > 0"},
    {"name": "hamil", "path": "/data/kb/hamil", "type": "select_one", "required": "true()"},
    {"name": "minggu", "path": "/data/kb/minggu", "type": "integer", "required": "true()",
     "relevant": " /data/kb/hamil  = '1'", "constraint": ". >= 1 and . <= 45", "rule": "R23"},
    {"name": "ingin", "path": "/data/kb/ingin", "type": "select_one", "required": "true()",
     "relevant": " /data/kb/hamil  = '2'"},
    {"name": "kapan", "path": "/data/kb/kapan", "type": "text",
     "relevant": " /data/kb/ingin  = '1'"},
    {"name": "w3", "path": "/data/kb/w3", "type": "note", "rule": "R99", "severity": "warn",
     "relevant": " /data/kb/minggu  > 42"},
)  # fmt: skip


@pytest.fixture(scope="session")
def form() -> Template:
    """The form; all on one page."""
    questions = tuple(Question.model_validate(row) for row in SURVEY)
    fields = [
        Field(name=question.name, row=row, repeat=question.repeat, kind="comb", box=BOX)
        for question in questions
        if question.type in {"text", "date", "integer", "select_one"}
        for row in (ROWS if question.repeat else (None,))
    ]
    layout = PageLayout(page=1, width_mm=210, height_mm=297, fields=tuple(fields))
    lists = {"jk": (Choice(value="1"), Choice(value="2"))}
    return Template(form="kecil", version="1", pages=(layout,), questions=questions,
                    code_lists=lists)  # fmt: skip


FAMILY = {
    "tgl": "2023-07-14",
    "hasil": "1",
    "nama[1]": "BUDI",
    "jk[1]": "1",
    "lahir[1]": "1980-03-12",
    "hub[1]": "1",
    "nama[2]": "SITI",
    "jk[2]": "2",
    "lahir[2]": "1985-04-15",
    "hub[2]": "2",
    "nama[3]": "ALI",
    "jk[3]": "1",
    "lahir[3]": "2014-09-21",
    "hub[3]": "3",
    "ibu[3]": "2",
    "hamil": "2",
    "ingin": "1",
    "kapan": "NANTI",
}

Checker = Callable[..., Findings]


def key_of(written: str) -> tuple[str, int | None]:
    """``hub[2]`` → ("hub", 2)."""
    name, _, row = written.rstrip("]").partition("[")
    return name, int(row) if row else None


@pytest.fixture
def checked(form: Template) -> Checker:
    """Check the family with some answers changed, some pending, and some rows more or less."""

    def run(*, pending: tuple[str, ...] = (), rows: set[int] | None = None, **changed: str):
        values = {(field.name, field.row): "" for field in form.pages[0].fields}
        values |= {key_of(name): value for name, value in FAMILY.items()}
        values |= {key_of(name.replace("_", "[")): value for name, value in changed.items()}
        present = frozenset({1, 2, 3} if rows is None else rows)
        waiting = {key_of(name) for name in pending}
        return check(form, values, waiting, AS_OF, {"warga": present})

    return run
