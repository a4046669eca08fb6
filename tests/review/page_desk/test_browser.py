"""Damaged pages of a simulated family, repaired in a real browser by keyboard only."""

from __future__ import annotations

from datetime import date

import pytest
from PIL import Image, ImageDraw

from formscan.batch import load_setup, run_batch
from formscan.image.identify import identify
from formscan.image.load import enumerate_pages, load
from formscan.image.register import register
from formscan.settings import RunnerOptions, RunSettings
from formscan.simulate import SimulateOptions, simulate
from formscan.store import open_store
from formscan.templates.load import load_template
from tests.review.conftest import serve
from tests.review.page_desk.conftest import typed

DPI = 150
START = ((0.05, 0.04), (0.95, 0.04), (0.95, 0.96), (0.05, 0.96))


@pytest.fixture(scope="module")
def damaged(tmp_path_factory):
    """Both pages of a family without their codes; the first with half a sheet beside it, turned.

    Returns the folder, the print run, and where the marks of page 1 are, as shares of its upright
    picture.
    """
    home, form = tmp_path_factory.mktemp("damaged"), load_template("fk23")
    simulate(form, SimulateOptions(count=1, seed=5, severity="clean", dpi=DPI), home)
    first, second = enumerate_pages([home / "scans"], home / "out")
    one, _, marks = without_code(first, form)
    other, run, _ = without_code(second, form)
    both = Image.new("RGB", (one.width + one.width // 3, one.height), "white")
    both.paste(one, (0, 0))
    both.paste(other.crop((0, 0, one.width // 3, one.height)), (one.width, 0))
    both.rotate(90, expand=True).save(first.path, quality=90)
    other.save(second.path, quality=90)
    settings = RunSettings(
        scans=(str(home / "scans"),), out=home / "out", forms=("fk23",),
        runner=RunnerOptions(engine="serial"),
    )  # fmt: skip
    with open_store(settings.out) as store:
        run_batch(settings, load_setup(settings.forms), store, date(2024, 5, 17))
    return home, run, [(x / both.width, y / both.height) for x, y in marks]


def without_code(ref, form):
    """The picture without code and bars, its print run, and the middles of its marks, px."""
    page = load(ref)
    sighting = identify(page, (form,))
    found, layout = register(page, sighting), sighting.layout
    marks = [found.px_from_mm(one.box.corners()).mean(axis=0) + 0.5 for one in layout.anchors]
    with Image.open(ref.path) as picture:
        for box in (layout.qr_box, layout.bars_box):
            code = found.px_from_mm(box.grow(1).corners())
            ImageDraw.Draw(picture).polygon([tuple(at) for at in code], "white")
        return picture.copy(), sighting.identity.print_run, marks


@pytest.fixture(scope="module")
def served(damaged):
    """One server for all tests here; the one that repairs comes last."""
    running = serve(damaged[0] / "out")
    yield running
    running.process.kill()
    running.process.wait()
    running.process.stdout.close()


def move(ani, number: int, to: tuple[float, float]) -> None:
    """Bring a corner to its place with the arrows, as exactly as a steady hand would."""
    ani.press(f"F{number + 1}")
    for axis, (less, more) in enumerate((("ArrowLeft", "ArrowRight"), ("ArrowUp", "ArrowDown"))):
        way = round((to[axis] - START[number][axis]) * 1000)
        for step, held in ((50, "Alt+"), (10, ""), (1, "Shift+")):
            times = round(way / step) if step > 1 or abs(way) > 2 else 0
            ani.press(*[held + (more if times > 0 else less)] * abs(times))
            way -= step * times
    ani.press("Space")


def test_anybody_can_read_the_desk(person, served):
    ani = person(viewport={"width": 1366, "height": 768})
    for path in ("/pages/foreign", "/pages"):
        ani.page.goto(served.address + path)
        assert ani.violations() == []
    ani.press("Enter")
    ani.page.wait_for_selector("#identify")
    ani.page.set_viewport_size({"width": 390, "height": 800})
    assert ani.violations() == []
    for path in (ani.page.url, "/pages/foreign", "/pages"):
        ani.page.goto(served.address + path.removeprefix(served.address))
        assert ani.page.evaluate("document.documentElement.scrollWidth") <= 390
    ani.page.click("[data-language]")
    ani.page.wait_for_selector("html[lang=en]")


def test_a_page_is_put_aside_and_taken_back_by_keys(person, served):
    ani = person()
    ani.page.goto(served.address + "/pages")
    ani.press("Enter")
    ani.page.wait_for_selector("#identify")
    ani.press("F9")
    ani.page.wait_for_selector("#ask[open]")
    assert ani.violations() == []
    ani.type("sobek")
    ani.press("Enter")
    ani.page.wait_for_selector("h1:has-text('0001-2')")
    ani.says("disisihkan")
    ani.press("Control+z")
    ani.page.wait_for_selector("h1:has-text('0001-1')")
    ani.press("Control+ArrowRight")
    ani.page.wait_for_selector("h1:has-text('0001-2')")


def test_a_page_without_code_and_one_that_cannot_be_aligned_are_repaired(person, served, damaged):
    _, run, marks = damaged
    ani = person(viewport={"width": 1366, "height": 768})
    ani.page.goto(served.address + "/pages")
    assert "Halaman yang tidak terbaca: 2" in ani.page.inner_text("main")
    ani.press("Enter")  # the link that begins has the focus
    ani.page.wait_for_selector("h1:has-text('0001-1')")
    ani.type(typed(1, run))
    assert ani.page.input_value("#chosen").endswith("|1")  # guessed from its corner marks
    ani.press("Tab", "Tab")
    ani.type(run)
    ani.press("Enter")
    ani.says("Tanda sudut")
    ani.page.wait_for_selector(".corner:focus")
    assert ani.violations() == []
    for number, to in enumerate(marks):
        move(ani, number, to)
    ani.press("Enter")
    ani.says("Keluarga 00000001")
    ani.page.wait_for_selector("#onward a:focus")
    ani.press("Enter")
    ani.page.wait_for_selector("h1:has-text('0001-2')")
    assert ani.page.input_value("#chosen").endswith("|2")
    ani.type(typed(1, run))
    ani.press("Enter")  # the print run is known by now
    ani.says("Keluarga 00000001")
    ani.page.wait_for_selector("#onward a:focus")
    ani.press("Enter")
    ani.page.wait_for_url(served.address + "/pages")
    told = ani.page.inner_text("main")
    assert "tidak terbaca" not in told
    assert "belum ada" not in told
    assert told.count("dikenali orang") == 2
