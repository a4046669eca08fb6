from __future__ import annotations

import cv2
import numpy as np
import pypdfium2
import pytest
import sheet

from formscan.errors import UnidentifiedPageError
from formscan.image.bars import confirm_by_bars
from formscan.image.identify import identify
from formscan.image.register import register
from formscan.templates.draw import draw_pages
from formscan.templates.load import load_template
from formscan.templates.payload import PageCode

DPI = 200
PX_PER_MM = DPI / 25.4
INK = (120, 60, 40)


@pytest.fixture(scope="module")
def posyandu():
    return load_template("posyandu")


@pytest.fixture(scope="module")
def printed(posyandu):
    return drawn(posyandu, "00012345")


def drawn(template, serial):
    code = PageCode(template.form, template.version, 1, serial, "7K2Q9X")
    document = pypdfium2.PdfDocument(draw_pages(template, [code]))
    picture = document[0].render(scale=DPI / 72).to_numpy()[:, :, :3].copy()
    document.close()
    return cv2.GaussianBlur(picture, (0, 0), 0.8)


def scribbled(picture, box, seed=0):
    """Pen strokes to and fro over a box."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 1, (40, 2)) * (box.width, box.height) + (box.x, box.y)
    hurt = picture.copy()
    cv2.polylines(hurt, [(points * PX_PER_MM).astype(np.int32)], False, INK, 4, cv2.LINE_AA)
    return hurt


def torn(picture, mm):
    """The upper right corner torn off."""
    hurt, right = picture.copy(), picture.shape[1]
    reach = round(mm * PX_PER_MM)
    corner = np.array([(right - reach, 0), (right, 0), (right, reach)])
    cv2.fillPoly(hurt, [corner], (90, 90, 90))
    return hurt


def photographed(picture, turn_deg=0.0, tilt=0.0):
    """The sheet turned and in perspective, on a grey table."""
    height, width = picture.shape[:2]
    a = np.radians(turn_deg)
    turn = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [tilt, tilt, 1]])
    middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    corners = np.array([[0, width, width, 0], [0, 0, height, height], [1, 1, 1, 1]])
    seen = turn @ middle @ corners
    low = (seen[:2] / seen[2]).min(axis=1) - 40
    size = np.ceil((seen[:2] / seen[2]).max(axis=1) + 40 - low).astype(int)
    moved = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]]) @ turn @ middle
    return cv2.warpPerspective(
        picture, moved, (int(size[0]), int(size[1])), borderValue=(150, 150, 150)
    )


@pytest.mark.parametrize(
    ("turn_deg", "tilt"), [(0, 0), (2, 0), (90, 0), (180, 0), (217, 0), (4, 8e-5)]
)
def test_a_sheet_whose_code_is_scribbled_over_is_known_by_its_bars(
    posyandu, printed, turn_deg, tilt
):
    hurt = scribbled(printed, posyandu.pages[0].qr_box)
    found = identify(sheet.page(photographed(hurt, turn_deg, tilt)), [posyandu])
    told = found.identity
    assert (told.form, told.version, told.page) == ("posyandu", posyandu.version, 1)
    assert (told.serial, told.print_run, told.source) == ("00012345", "7K2Q9X", "barcode")


def test_so_is_one_whose_corner_is_torn_off_and_it_is_read_in_place(posyandu, printed):
    page = sheet.page(torn(printed, 62))
    registered = register(page, identify(page, [posyandu]))
    assert registered.identity.source == "barcode"
    box = posyandu.pages[0].fields[-1].box.corners()
    off = registered.px_from_mm(box) - (box * PX_PER_MM - 0.5)
    assert np.abs(off).max() < 0.5 * PX_PER_MM


def test_a_coarse_and_noisy_one_too(posyandu, printed):
    hurt = scribbled(printed, posyandu.pages[0].qr_box)
    small = cv2.resize(hurt, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    page = sheet.page(sheet.noisy(small, seed=1, sigma=10, quality=60))
    assert identify(page, [posyandu]).identity.serial == "00012345"


def reason_of(picture, templates):
    with pytest.raises(UnidentifiedPageError) as caught:
        identify(sheet.page(picture), templates)
    return caught.value.reason


def test_without_code_and_bars_nobody_guesses(posyandu, printed):
    layout = posyandu.pages[0]
    hurt = scribbled(scribbled(printed, layout.qr_box), layout.bars_box)
    assert reason_of(hurt, [posyandu]) in {"damaged_identity", "no_identity"}


def test_a_template_of_before_there_were_bars_looks_for_none(posyandu, printed):
    layout = posyandu.pages[0].model_copy(update={"bars_box": None})
    before = posyandu.model_copy(update={"pages": (layout,)})
    hurt = scribbled(printed, layout.qr_box)
    assert reason_of(hurt, [before]) in {"damaged_identity", "no_identity"}
    assert identify(sheet.page(printed), [before]).identity.source == "qr"


def test_bars_of_a_version_that_is_not_loaded_are_not_taken_for_another(posyandu, printed):
    other = posyandu.model_copy(update={"version": "9"})
    assert reason_of(scribbled(printed, posyandu.pages[0].qr_box), [other]) == "unknown_form"


def test_the_code_alone_stands_where_the_bars_are_lost(posyandu, printed):
    page = sheet.page(scribbled(printed, posyandu.pages[0].bars_box))
    registered = register(page, identify(page, [posyandu]))
    confirm_by_bars(registered)
    assert registered.identity.serial == "00012345"


def test_a_code_and_bars_that_differ_are_not_believed(posyandu, printed):
    """Another sheet's code lies over this one's."""
    box = posyandu.pages[0].qr_box.grow(1.5)
    left, top, right, bottom = (
        round(edge * PX_PER_MM) for edge in (box.x, box.y, box.right, box.bottom)
    )
    pasted = printed.copy()
    pasted[top:bottom, left:right] = drawn(posyandu, "00099999")[top:bottom, left:right]
    page = sheet.page(pasted)
    sighting = identify(page, [posyandu])
    assert sighting.identity.serial == "00099999"
    with pytest.raises(UnidentifiedPageError) as caught:
        confirm_by_bars(register(page, sighting))
    assert caught.value.reason == "damaged_identity"
    assert "00012345" in caught.value.detail
