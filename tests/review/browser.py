"""Somebody at a real browser, for tests of the pages against the program itself."""

from __future__ import annotations

import shutil

import pytest

CHROMIUM = shutil.which("chromium")
ON_ITS_WAY = "[aria-busy=true]"  # a person waits for the next item before typing


def launched():
    """Chromium; the test is skipped where it, or what drives it, is not installed."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM:
        pytest.skip("chromium is not installed")
    with playwright.sync_playwright() as started:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = started.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        browser.close()


class Person:
    """Somebody with a keyboard."""

    def __init__(self, chromium, **view):
        self.context = chromium.new_context(**view)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._console)

    def come_in(self, link):
        """By the link that was printed."""
        self.page.goto(link)
        self.page.wait_for_url(link.split("/enter")[0] + "/")

    def log_in(self, link, name, secret):
        """By an account, typing."""
        self.page.goto(link)
        self.page.wait_for_selector("input:focus")
        self.page.keyboard.type(name)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(secret)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(link.removesuffix("/login") + "/")

    def follow(self, selector, wait):
        """Lead the focus to a link or button, press it, and wait for what it leads to."""
        self.page.focus(selector)
        self.press("Enter")
        self.page.wait_for_selector(wait)

    def _console(self, message):
        if message.type == "error" and "409" not in message.text:
            self.complaints.append(message.text)

    def press(self, *keys):
        for key in keys:
            self.page.wait_for_selector(ON_ITS_WAY, state="detached")
            self.page.keyboard.press(key)

    def type(self, text):
        self.page.wait_for_selector(ON_ITS_WAY, state="detached")
        self.page.keyboard.type(text)

    @property
    def question(self):
        return self.page.inner_text("#question")

    @property
    def item(self):
        return self.page.get_attribute("[data-item]", "data-item")

    def until_next(self, before):
        changed = (
            "before => { const card = document.querySelector('[data-item]');"
            " return !card || card.dataset.item !== before }"
        )
        self.page.wait_for_function(changed, arg=before)

    def says(self, text):
        self.page.wait_for_function(
            "text => document.getElementById('note').textContent.includes(text)", arg=text
        )

    def violations(self):
        return violations(self.page)


def violations(page):
    """What keeps somebody from reading or using a page, by axe."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]
