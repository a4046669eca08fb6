"""A day of two reviewers and a supervisor, from ``run`` to ``export``, by keyboard only."""

from __future__ import annotations

import csv
import subprocess
import sys
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from PIL import Image, ImageDraw

from formscan.cli import main
from formscan.review.people import People, people_file
from tests.conftest import ANSWERS, DPI, cross
from tests.review.browser import Person
from tests.review.page_desk.conftest import typed, without_code

SECRET = "kopi-tubruk-pagi"
ROLES = {"Ani": "reviewer", "Budi": "reviewer", "Sri": "supervisor"}
ALSO = (
    ("s1p1.jpg", 1, ("status", None), "3"),
    ("s1p1.jpg", 1, ("jk", 1), "2"),
    ("s2p1.jpg", 1, ("kawin", 1), "1"),
    ("s3p1.jpg", 1, ("jk", 2), "1"),
    ("s3p2.jpg", 2, ("air", None), "1"),
    ("s3p2.jpg", 2, ("lantai", None), "2"),
)
"""What is crossed a second time, so that a person must say which cross counts."""


def call(*line):
    done = CliRunner().invoke(main, ["--lang", "id", *(str(one) for one in line)])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def batch(scan_page, mini, mini_file, tmp_path):
    """Three families with doubts, and a page that lost its code."""
    scans = tmp_path / "scans"
    for serial in (1, 2, 3):
        for page in (1, 2):
            scan_page(scans / f"s{serial}p{page}.jpg", serial, page)
    for name, page, (field, row), value in ALSO:
        fields = (one for one in mini.layout(page).fields if (one.name, one.row) == (field, row))
        box = next(mark.box for one in fields for mark in one.marks if mark.value == value)
        with Image.open(scans / name) as picture:
            cross(ImageDraw.Draw(picture), box)
            picture.save(scans / name, quality=92, dpi=(DPI, DPI))
    without_code(scans / "s2p2.jpg", mini, 2)
    out = tmp_path / "out"
    call("run", scans, "--out", out, "--form", mini_file, "--engine", "serial")
    return out


@contextmanager
def served(out):
    """The program with accounts; its process, and the link that it prints."""
    line = [sys.executable, "-m", "formscan", "--lang", "id", "review", str(out), "--accounts"]
    line += ["--port", "0", "--no-browser", "--second-look", "0", "--hidden", "0"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as server:
        link = ""
        try:
            while "/login" not in link:
                link = server.stdout.readline()
                assert link, "formscan review ended"
            yield server, link.split(": ", 1)[1].strip()
        finally:
            server.kill()


@pytest.fixture
def people(chromium, tmp_path, monkeypatch):
    """Everybody in a browser of their own, with an account."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for name, role in ROLES.items():
        People(people_file()).add(name, role, SECRET)
    found = [Person(chromium, viewport={"width": 1366, "height": 768}) for _ in ROLES]
    yield found
    for one in found:
        one.context.close()
        assert one.complaints == []


def truth(person):
    """What the family wrote where the item on the screen asks."""
    name, _, row = person.question.rstrip("]").partition(" [")
    return ANSWERS[name, int(row) if row else None]


def answer(person):
    before = person.item
    person.type(truth(person))
    person.press("Enter")
    person.until_next(before)


def work_off(person):
    while person.page.query_selector("[data-item]"):
        answer(person)


def readable(person, wait="main"):
    person.page.wait_for_selector(wait)
    assert person.violations() == []


def before_the_kill(server, link, ani, budi, sri):
    """Everybody begins, somebody asks, the supervisor answers; what Ani typed last is lost."""
    for person, name in zip((ani, budi, sri), ROLES, strict=True):
        person.log_in(link, name, SECRET)
    readable(ani, "a[autofocus]")
    ani.press("Enter")
    ani.page.wait_for_selector("[data-item]")
    ani.press("Control+g")
    readable(ani, ".beside-page")
    ani.press("Escape")
    ani.page.wait_for_selector("[data-item]")
    budi.press("Enter")
    budi.page.wait_for_selector("[data-item]")
    asked, hers = budi.item, ani.item
    assert asked != hers
    budi.press("Control+s")
    budi.page.wait_for_selector("#ask[open]")
    budi.type("Dua tanda")
    budi.press("Enter")
    budi.until_next(asked)
    sri.page.reload()
    sri.follow("main a[href*='lane=supervisor']", f"[data-item='{asked}'] q")
    assert "Dua tanda" in sri.page.inner_text("#card")
    readable(sri)
    answer(sri)
    ani.type(truth(ani))
    server.kill()
    server.wait()
    ani.press("Enter")
    ani.says("belum tersimpan")
    ani.complaints.clear()  # the refused connection
    return hers


def after_the_kill(link, ani, budi, sri, hers):
    """Nothing but what was typed last is lost; all is worked off in four ways."""
    for person, name in zip((ani, budi, sri), ROLES, strict=True):
        person.log_in(link, name, SECRET)
    ani.press("Enter")
    ani.page.wait_for_selector(f"[data-item='{hers}']")
    ani.press("Control+k")
    ani.page.wait_for_selector("#ask[open]")
    ani.type("Mana yang benar?")
    ani.press("Enter")
    ani.until_next(hers)
    budi.follow("nav a[href='/group']", ".groups a")
    readable(budi)
    budi.press("Enter")  # the largest group has the focus
    readable(budi, "#grid[aria-busy=false] .tile")
    budi.press(" ", "Enter")
    budi.says("1 masuk antrean")
    work_off(ani)
    ani.follow("nav a[href='/pages']", "a.button[autofocus]")
    readable(ani)
    ani.press("Enter")
    readable(ani, "#work:not([aria-busy])")
    ani.type(typed(2))
    ani.press("Enter")
    ani.says("00000002")
    budi.follow("nav a[href='/queue']", "[data-item], .done")
    work_off(budi)
    sri.follow("[data-language]", "html[lang=en] main")
    sri.follow("main a[href='/callbacks']", ".calls")
    readable(sri)
    sri.follow(".calls a", "[data-item]")
    sri.type(truth(sri))
    sri.press("Enter")
    sri.page.wait_for_url("**/record/**")
    sri.follow("a.brand", "html[lang=en] .figures")
    readable(sri)
    sri.follow("[data-export]", "#export-file:not([hidden])")


def test_a_day_from_run_to_export(batch, people, tmp_path):
    ani, budi, sri = people
    with served(batch) as (server, link):
        hers = before_the_kill(server, link, ani, budi, sri)
    with served(batch) as (_, link):
        after_the_kill(link, ani, budi, sri, hers)
    tables = tmp_path / "tables"
    call("export", batch, "-o", tables)
    with (tables / "mini.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["_status"] for row in rows] == ["accepted"] * 3
    for name in ("status", "air", "lantai"):
        assert [row[name] for row in rows] == [ANSWERS[name, None]] * 3
    with (tables / "mini-anggota.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            number = int(row["_row"])
            assert (row["jk"], row["kawin"]) == (ANSWERS["jk", number], ANSWERS["kawin", number])
    assert "utuh" in call("audit", "verify", batch)
