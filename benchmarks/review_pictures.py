"""Make the pictures of ``docs/review.md``: every page of ``formscan review``, wide and on a phone.

    python -m benchmarks.review_pictures [BATCH]

A batch of simulated FK23 families is made unless one is named; one page loses its code, one is
lost, one file is no picture, and foreign papers lie among them. Look at every picture afterwards.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Page, sync_playwright

from benchmarks.scripted_reviewer import truth_of
from formscan.decision import Decision, DecisionKind
from formscan.review.answers import now
from formscan.review.desk import Desk
from formscan.store import open_store

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
WIDE, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
SECRET = "kopi-tubruk-pagi"
LINE = [sys.executable, "-m", "formscan", "--lang", "en"]
READY = "[aria-busy=true]"


def make_batch(home: Path) -> Path:
    """Eight families, of which something is wrong with the pages of two."""
    what = ["-n", "8", "--seed", "4", "--severity", "office", "--dpi", "200", "-o", str(home)]
    subprocess.run([*LINE, "simulate", "fk23", *what], check=True)
    scans = home / "scans"
    first, *_, last = sorted(scans.glob("*.jpg"))
    with Image.open(first) as picture:
        pen = ImageDraw.Draw(picture)
        width, height = picture.size
        pen.rectangle((width * 0.86, height * 0.02, width * 0.94, height * 0.16), fill="white")
        pen.rectangle((0, height * 0.35, width * 0.036, height), fill="white")
        picture.rotate(90, expand=True).save(first, quality=90)
    last.unlink()
    (scans / "0002-9.jpg").write_bytes(b"\xff\xd8\xff no picture")
    for number, turn in enumerate((0, 180, 90, 0)):
        paper = Image.new("L", (700, 450), 252)
        pen = ImageDraw.Draw(paper)
        pen.rectangle((30, 30, 670, 120), fill=80 if number == 3 else 235)
        pen.ellipse((60, 160, 320, 420), fill=235 if number == 3 else 60)
        pen.rectangle((420, 200, 640, 400), outline=0, width=9)
        paper.rotate(turn, expand=True).save(scans / f"0003-{number + 3}.png")
    out = home / "out"
    subprocess.run([*LINE, "run", str(scans), "--out", str(out), "--form", "fk23"], check=True)
    return out


def served(out: Path, *more: str) -> tuple[subprocess.Popen[str], str]:
    """The program, and the link that it printed."""
    line = [
        *LINE,
        "--lang",
        "id",
        "review",
        str(out),
        "--no-browser",
        "--port",
        "0",
        "--hidden",
        "0",
        *more,
    ]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = next(one for one in iter(process.stdout.readline, "") if "://" in one)
    return process, told.strip().split(": ", 1)[1]


def keep(page: Page, name: str) -> None:
    """One picture, in few colours."""
    page.wait_for_selector(READY, state="detached")
    page.wait_for_load_state("networkidle")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "shot.png"
        page.screenshot(path=file)
        with Image.open(file) as shot:
            few = shot.convert("RGB").quantize(128, dither=Image.Dither.NONE)
            few.save(PICTURES / f"review-{name}.png", optimize=True)
    across = page.evaluate("document.documentElement.scrollWidth")
    view = page.viewport_size
    assert view is not None
    if across > view["width"]:
        print(f"{name}: {across - view['width']} px wider than the screen")


def both(page: Page, name: str, come: Callable[[], None]) -> None:
    """The page that ``come`` leads to, wide and on a phone."""
    for view, ending in ((WIDE, ""), (PHONE, "-phone")):
        page.set_viewport_size(view)
        come()
        keep(page, f"{name}{ending}")


def main() -> None:
    """Come in, and walk through all pages."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        out = home / "copy"
        batch = Path(sys.argv[1]) if len(sys.argv) > 1 else make_batch(home)
        truth_csv = batch.parent / "truth.csv"
        shutil.copytree(batch, out)
        rule = broken(out, truth_csv)
        with sync_playwright() as started:
            browser = started.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            os.environ["XDG_DATA_HOME"] = folder
            people = [*LINE, "user", "add", "Ani"]
            subprocess.run(people, input=f"{SECRET}\n{SECRET}\n", text=True, check=True)
            process, link = served(out, "--accounts")
            page = browser.new_page()
            both(page, "login", lambda: page.goto(link) and None)
            process.kill()
            process, link = served(out, "--as", "Ani")
            try:
                page = browser.new_page()
                page.goto(link)
                walk(page, link.split("/enter")[0], rule)
            finally:
                process.kill()
            browser.close()


def walk(page: Page, address: str, rule: str) -> None:
    """Every page; what is decided on the way makes the next ones worth looking at."""
    page.wait_for_url(f"{address}/")

    def to(path: str, wait: str = "main") -> Callable[[], None]:
        def come() -> None:
            page.goto(address + path)
            page.wait_for_selector(wait)

        return come

    def press(*keys: str) -> None:
        for key in keys:
            page.wait_for_selector(READY, state="detached")
            page.keyboard.press(key)

    both(page, "code", to("/queue?field=pekerjaan", "[data-item]"))
    both(page, "rule", to(f"/queue?item={rule}", "[data-item]"))
    page.set_viewport_size(WIDE)
    for question in ("status_kawin", "jenis_kelamin", "pekerjaan"):
        to(f"/queue?field={question}", "[data-item], .done")()
        if page.query_selector("[data-item]"):
            press("Control+k")
            page.wait_for_selector("#ask[open]")
            page.keyboard.type("Which is right?")
            press("Enter")
            page.wait_for_selector("#note:not(:empty)")

    def differ() -> None:
        to("/queue?field=nik", "[data-item]")()
        page.keyboard.type("1234567890123456")
        press("Enter")
        page.wait_for_selector("article[data-again='1']")

    both(page, "blind", differ)
    both(page, "groups", to("/group", ".groups a"))
    largest = page.get_attribute(".groups a", "href") or ""
    both(page, "group", to(largest, ".tile"))
    both(page, "callbacks", to("/callbacks", ".calls"))
    to("/queue?field=pekerjaan", "[data-item]")()
    record = page.get_attribute("[data-record-of]", "href") or ""
    both(page, "record", to(record, ".beside-page"))
    both(page, "overview", to("/"))
    both(page, "pages", to("/pages", ".faces"))
    lost = page.get_attribute(".faces a:has(img)", "href") or ""
    both(page, "page", to(lost, "#sheet"))
    to("/pages", "table")()
    family = page.get_attribute("th a[href^='/pages/family']", "href") or ""
    both(page, "family", to(family, ".faces.large"))
    both(page, "foreign", to("/pages/foreign", ".group"))


def broken(out: Path, truth_csv: Path) -> str:
    """Type what is written in half of the families, and a wrong sex: the item of a broken rule."""
    truth = truth_of(out, truth_csv)
    with open_store(out, make=False) as store:
        desk = Desk(store)
        desk.open()
        half = {one.key for one in desk.records()[::2]}
        for item in desk.waiting():
            raw = truth.raw.get((item.record, item.field, item.row))
            if item.record in half and raw is not None:
                kind: DecisionKind = "value" if raw else "blank"
                place = (item.record, item.field, item.row)
                desk.decide(Decision(*place, kind, raw, reviewer="Budi"), now())
        for record in desk.records()[::2]:
            for value in record.values:
                if value.name == "jenis_kelamin" and value.raw:
                    other = {"1": "2", "2": "1"}.get(value.raw, "1")
                    made = (record.key, value.name, value.row, "value", other)
                    desk.decide(Decision(*made, reviewer="Budi"), now())
                found = [one.id for one in desk.waiting() if one.reason == "rule"]
                if found:
                    return found[0]
    raise SystemExit("no rule broke")


if __name__ == "__main__":
    main()
