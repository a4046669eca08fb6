"""The group check in a real browser, by keyboard only, against the program itself."""

from __future__ import annotations

import pytest

from tests.review.families import CROWD


@pytest.fixture
def families():
    return CROWD


def at_the_grid(somebody, served, value):
    somebody.page.goto(f"{served.address}/group?value={value}")
    somebody.page.wait_for_selector("#grid[aria-busy=false] .tile")


def test_outliers_are_taken_out_and_the_rest_is_confirmed_by_keyboard(person, served):
    ani = person()
    ani.page.goto(served.address + "/group")
    ani.press("Enter")  # the largest group has the focus
    ani.page.wait_for_selector("#grid[aria-busy=false] .tile")
    assert "2" in ani.page.inner_text("h1")
    assert ani.page.locator(".tile").count() == 5
    ani.press("ArrowRight", "ArrowRight", " ", "ArrowLeft", " ", " ")
    assert ani.page.locator(".tile[aria-pressed=true]").count() == 1
    assert ani.page.inner_text("#counts") == "4 benar, 1 dikeluarkan"
    ani.press("Enter")
    ani.page.wait_for_selector("#grid .done")
    assert "4 kotak dibenarkan, 1 masuk antrean, 4 isian beres" in ani.page.inner_text("#note")
    ani.press("Control+z")
    ani.page.wait_for_selector(".tile")
    ani.press("Enter")
    ani.page.wait_for_selector("#grid .done")
    ani.press("Escape")
    ani.page.wait_for_selector(".groups a")
    assert ani.page.locator(".groups a").count() == 3


def test_a_group_in_other_hands_says_so(person, served):
    ani, budi = person("Ani"), person("Budi")
    at_the_grid(ani, served, "%3D2")
    budi.page.goto(served.address + "/group?value=%3D2")
    budi.page.wait_for_selector("#note.bad")


@pytest.mark.parametrize("view", [{"width": 1366, "height": 768}, {"width": 390, "height": 800}])
def test_anybody_can_read_the_grid(person, served, view):
    ani = person(viewport=view)
    ani.page.goto(served.address + "/group")
    assert ani.violations() == []
    at_the_grid(ani, served, "%3D2")
    ani.page.click(".tile >> nth=1")
    assert ani.page.locator(".tile[aria-pressed=true]").count() == 1
    assert ani.violations() == []
    assert ani.page.evaluate("document.documentElement.scrollWidth") <= view["width"]
