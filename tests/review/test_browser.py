"""A clerk's walk in a real browser, by keyboard only, against the program itself."""

from __future__ import annotations

import csv
import re
import signal
import subprocess
import sys

import pytest

from formscan.review.people import People, people_file
from tests.review.browser import violations

NIK = "3301014508900001"


def test_a_clerks_walk_by_keyboard_only(person, served):
    ani = person()
    ani.press("Enter")  # the button that begins has the focus
    ani.page.wait_for_selector("[data-item]")
    assert ani.page.evaluate("document.activeElement.id") == "typed"
    answers = {"Nama": "SITI AMINAH", "NIK": NIK, "Tanggal lahir": "5-8-1990", "jk": ""}
    seen = []
    while ani.page.query_selector("[data-item]"):
        before, question = ani.item, ani.question.split(" [")[0]
        seen.append(question)
        if question == "hubungan":
            ani.press("Enter")
            ani.says("Ctrl+Enter")
            ani.press("Control+Enter")
        else:
            ani.type(answers[question])
            ani.press("Enter")
        ani.until_next(before)
    assert seen == ["Nama", "Nama", "NIK", "NIK", "Tanggal lahir", "jk", "hubungan"]
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(60) == 0
    tables = served.out.parent / "tables"
    command = [sys.executable, "-m", "formscan", "export", str(served.out), "-o", str(tables)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    assert re.search(r"\d+:[0-9a-f]{64}", told.stdout)
    with (tables / "warga.csv").open(encoding="utf-8") as file:
        statuses = [row["_status"] for row in csv.DictReader(file)]
    assert statuses == ["accepted", "accepted", "confirmed", "accepted"]


def test_every_key_does_what_the_help_says(person, served):
    ani = person()
    ani.page.goto(served.address + "/queue?field=jk")
    ani.page.wait_for_selector("[data-item]")
    ani.press("F12")
    assert ani.page.is_visible("#help")
    ani.press("F12")
    ani.press("?")
    assert ani.page.is_visible("#help")
    ani.press("Escape")
    ani.press("F10")
    ani.page.wait_for_selector("#page svg rect.outline")
    whole = ani.page.get_attribute("#page svg", "viewBox")
    ani.press("F10")
    assert ani.page.get_attribute("#page svg", "viewBox") != whole
    ani.press("Escape")
    assert not ani.page.is_visible("#page")
    ani.type("zb1")
    assert ani.page.input_value("#typed") == "zb1"
    ani.press("Control+a", "Delete")
    first = ani.item
    ani.press("F1")
    ani.page.wait_for_selector(".done")
    ani.page.goto(served.address + "/queue?field=jk")
    ani.page.wait_for_selector(".done")
    ani.page.goto(served.address + "/queue")
    ani.page.wait_for_selector("[data-item]")
    put_off = ani.item
    ani.press("Alt+ArrowRight")
    ani.until_next(put_off)
    second = ani.item
    ani.press("Control+ArrowLeft")
    ani.until_next(second)
    assert ani.item == put_off
    ani.page.wait_for_selector("#left:text-is('6')")
    ani.press("Control+z")
    ani.until_next(put_off)
    assert ani.item == first
    ani.page.wait_for_selector("#left:text-is('7')")
    ani.press("Control+g")
    ani.page.wait_for_url("**/record/**")
    ani.press("Escape")
    ani.page.wait_for_url(served.address + "/queue")
    ani.page.wait_for_selector("[data-item]")


def test_a_supervisor_is_asked_and_answers(person, served):
    ani, budi = person("Ani"), person("Budi")
    ani.page.goto(served.address + "/queue?field=jk")
    ani.page.wait_for_selector("[data-item]")
    ani.press("Control+s")
    ani.type("Laki-laki atau perempuan?")
    ani.press("Enter")
    ani.page.wait_for_selector(".done")
    budi.page.goto(served.address + "/queue?lane=supervisor")
    budi.page.wait_for_selector("[data-item]")
    assert "Laki-laki atau perempuan?" in budi.page.inner_text("#card")
    budi.type("2")
    budi.press("Enter")
    budi.page.wait_for_selector(".done")


def test_a_difference_shows_both_and_a_killed_server_is_told(person, served):
    ani = person()
    ani.page.goto(served.address + "/queue?field=nik")
    ani.page.wait_for_selector("[data-item]")
    skipped = ani.item
    ani.press("Control+ArrowRight")
    ani.until_next(skipped)
    ani.type("3301014508900002")
    ani.press("Enter")
    ani.page.wait_for_selector("[data-take]")
    assert "ketikan Anda" in ani.page.inner_text("#card")
    served.process.send_signal(signal.SIGKILL)
    served.process.wait()
    ani.press("F1")
    ani.says("belum tersimpan")
    ani.complaints.clear()  # the refused connection


@pytest.mark.parametrize("view", [{"width": 1366, "height": 768}, {"width": 390, "height": 800}])
def test_anybody_can_read_the_pages(person, served, view):
    ani = person(viewport=view)
    assert ani.violations() == []
    for path in ("/queue", "/queue?field=nik", "/queue?field=hubungan"):
        ani.page.goto(served.address + path)
        ani.page.wait_for_selector("[data-item]")
        assert ani.violations() == []
        width = ani.page.evaluate("document.documentElement.scrollWidth")
        assert width <= view["width"]
    ani.press("F12")
    assert ani.violations() == []
    ani.press("Escape")
    ani.page.click("[data-language]")
    ani.page.wait_for_selector("html[lang=en] [data-item]")


def test_the_record_is_reached_and_corrected_by_keyboard(person, served):
    ani = person(viewport={"width": 1366, "height": 768})
    ani.page.goto(served.address + "/queue?field=hubungan")
    ani.page.wait_for_selector("[data-item]")
    ani.page.focus("a[href^='/record/']")
    ani.press("Enter")
    ani.page.wait_for_selector(".beside-page")
    assert ani.violations() == []
    correct(ani, "Laki-laki", "2")
    assert "oleh orang" in ani.page.inner_text(".roster")
    assert "Istri harus perempuan." in ani.page.inner_text("#problems .gone")
    assert "selesai" in ani.page.inner_text("#problems .gone")
    correct(ani, "Perempuan", "1")
    assert "baru" in ani.page.inner_text("#problems .came")


def correct(ani, said, typed):
    """Somebody leads a link of the record to its card, types, and is back at the record."""
    ani.page.focus(f".roster a:has-text('{said}')")
    assert ani.page.query_selector("rect.here")
    ani.press("Enter")
    ani.page.wait_for_selector("[data-item]")
    ani.type(typed)
    ani.press("Enter")
    ani.page.wait_for_url("**/record/**")
    ani.page.wait_for_selector("#problems li")


def test_the_pictures_of_a_record_are_looked_at_closely(person, served):
    ani = person(viewport={"width": 1366, "height": 768})
    ani.page.goto(served.address + "/queue?field=hubungan")
    ani.page.wait_for_selector("[data-item]")
    ani.page.click("a[href^='/record/']")
    ani.page.wait_for_selector("svg[data-zoom]")
    seen = [ani.page.get_attribute("svg[data-zoom]", "viewBox")]
    ani.page.focus("svg[data-zoom]")
    for key in ("+", "ArrowRight", "-", "0"):
        ani.press(key)
        seen.append(ani.page.get_attribute("svg[data-zoom]", "viewBox"))
    whole, nearer, moved, further, again = ([float(v) for v in one.split()] for one in seen)
    assert nearer[2] < whole[2]
    assert (moved[2], moved[0] > nearer[0]) == (nearer[2], True)
    assert further[2] > moved[2]
    assert again == whole
    ani.page.hover("svg[data-zoom]")
    ani.page.mouse.wheel(0, -100)
    ani.page.wait_for_function(
        "whole => document.querySelector('svg[data-zoom]').viewBox.baseVal.width < whole",
        arg=whole[2],
    )
    ani.page.click("rect.is-accepted >> nth=0")
    ani.page.wait_for_selector("[data-item]")


@pytest.fixture
def with_accounts(tmp_path, served, monkeypatch):
    """The same batch at a door that is entered with accounts; its login page."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    People(people_file()).add("Ani", "reviewer", "kopi-tubruk-pagi")
    line = [sys.executable, "-m", "formscan", "--lang", "id", "review", str(served.out)]
    line += ["--accounts", "--port", "0", "--no-browser"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as server:
        link = ""
        while "/login" not in link:
            link = server.stdout.readline()
            assert link, "formscan review ended"
        yield link.split(": ", 1)[1].strip()
        server.kill()


def test_an_account_logs_in_and_out_by_keyboard(chromium, with_accounts):
    address = with_accounts.removesuffix("/login")
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(address)
        page.wait_for_url(with_accounts)
        assert violations(page) == []
        page.keyboard.type("Ani")
        page.keyboard.press("Tab")
        page.keyboard.type("salah-sekali")
        page.keyboard.press("Enter")
        page.wait_for_selector('#note:has-text("salah")')
        page.keyboard.type("kopi-tubruk-pagi")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{address}/")
        assert page.inner_text(".who") == "Ani"
        assert page.query_selector("a[href*=supervisor]") is None
        page.focus("[data-logout]")
        page.keyboard.press("Enter")
        page.wait_for_url(with_accounts)


HELD = "**/api/decide"


def test_the_next_item_is_there_while_the_answer_is_kept(person, served):
    ani = person()
    ani.page.goto(served.address + "/queue?field=nama")
    ani.page.wait_for_selector("[data-item]")
    ani.page.wait_for_function("() => ready && ready.id")
    held = []
    ani.page.route(HELD, lambda route: held.append(route))
    first = ani.item
    ani.type("SITI AMINAH")
    ani.press("Enter")
    ani.until_next(first)  # though nothing was answered yet
    ani.page.wait_for_selector("#card[aria-busy=true]")
    assert ani.page.input_value("#typed") == ""
    held[0].continue_()
    ani.says("Tersimpan")
    ani.page.unroute(HELD)
    ani.press("Control+z")
    ani.page.wait_for_selector(f"[data-item='{first}']")


def test_an_answer_that_was_not_kept_comes_back_with_what_was_typed(person, served):
    ani = person()
    ani.page.goto(served.address + "/queue?field=nama")
    ani.page.wait_for_selector("[data-item]")
    ani.page.wait_for_function("() => ready && ready.id")
    first = ani.item
    ani.type("SITI 7")
    ani.press("Enter")
    ani.says("tidak mungkin")
    assert (ani.item, ani.page.input_value("#typed")) == (first, "SITI 7")
    served.process.send_signal(signal.SIGKILL)
    served.process.wait()
    ani.page.fill("#typed", "SITI AMINAH")
    ani.press("Enter")
    ani.says("belum tersimpan")
    assert (ani.item, ani.page.input_value("#typed")) == (first, "SITI AMINAH")
    ani.complaints.clear()  # the refused connection
