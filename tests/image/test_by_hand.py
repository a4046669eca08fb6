"""Pages of which a person says what they are, and where their corners lie."""

from __future__ import annotations

import dataclasses

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import ImageDraw

from formscan.errors import RegistrationError, UnidentifiedPageError
from formscan.image.by_hand import sighting_by_hand
from formscan.image.register import register
from formscan.page import ByHand, Identity, Page, PageRef
from formscan.templates.draw import draw_pages
from formscan.templates.load import load_template
from formscan.templates.payload import PageCode

DPI = 120
PX_PER_MM = DPI / 25.4


@pytest.fixture(scope="module")
def posyandu():
    return load_template("posyandu")


@pytest.fixture(scope="module")
def damaged(posyandu):
    """A blank sheet without page code and corner marks."""
    code = PageCode(posyandu.form, posyandu.version, 1, "00000007", "ABC123")
    drawn = pdfium.PdfDocument(draw_pages(posyandu, [code]))[0].render(scale=DPI / 72)
    picture = drawn.to_pil().convert("L")
    layout, pen = posyandu.layout(1), ImageDraw.Draw(picture)
    for box in (layout.qr_box, *(anchor.box for anchor in layout.anchors)):
        edges = box.grow(1)
        corners = (edges.x, edges.y, edges.right, edges.bottom)
        pen.rectangle([PX_PER_MM * edge for edge in corners], fill=255)
    return Page(PageRef("/x.png", 1, "x.png", "0"), np.asarray(picture, dtype=np.uint8))


def said(posyandu, **more):
    identity = Identity(posyandu.form, posyandu.version, 1, "00000007", "ABC123", "person")
    return dataclasses.replace(ByHand(identity), **more)


def sheet_px(posyandu, off_mm=0.0):
    layout = posyandu.layout(1)
    across, down = layout.width_mm, layout.height_mm
    corners = np.array([(0, 0), (across, 0), (across, down), (0, down)], dtype=float)
    return tuple(map(tuple, (PX_PER_MM * (corners + off_mm) - 0.5).tolist()))


def marks_px(posyandu):
    middles = [anchor.box.center for anchor in posyandu.layout(1).anchors]
    return tuple((PX_PER_MM * x - 0.5, PX_PER_MM * y - 0.5) for x, y in middles)


@pytest.mark.parametrize("off_mm", [0.0, 1.5])
def test_the_printed_structure_corrects_an_unsteady_hand(posyandu, damaged, off_mm):
    told = said(posyandu, corners_px=sheet_px(posyandu, off_mm), corners_of="sheet")
    registered = register(damaged, sighting_by_hand(told, (posyandu,)))
    boxes = np.array([field.box.center for field in posyandu.layout(1).fields])
    off = registered.px_from_mm(boxes) - (PX_PER_MM * boxes - 0.5)
    assert np.abs(off).max() / PX_PER_MM < 0.5
    assert registered.identity.serial == "00000007"
    assert 0.5 * off_mm <= registered.residual_mm <= 2 * off_mm + 0.3


def test_corners_of_the_marks_serve_where_the_sheet_is_cut(posyandu, damaged):
    told = said(posyandu, corners_px=marks_px(posyandu), corners_of="marks")
    assert register(damaged, sighting_by_hand(told, (posyandu,))).residual_mm < 0.3


@pytest.mark.parametrize(
    "spoil",
    [
        lambda px: px[::-1],
        lambda px: px[1:] + px[:1],
        lambda px: (px[0],) * 4,
        lambda px: tuple((x + 60, y) for x, y in px),
        lambda px: tuple((1e9 * x, 1e9 * y) for x, y in px),
    ],
    ids=["mirrored", "turned", "one point", "12 mm off", "far away"],
)
def test_corners_that_the_print_does_not_confirm_are_refused(posyandu, damaged, spoil):
    told = said(posyandu, corners_px=spoil(sheet_px(posyandu)), corners_of="sheet")
    with pytest.raises(RegistrationError):
        register(damaged, sighting_by_hand(told, (posyandu,)))


def test_without_corners_the_machine_looks_for_the_print(posyandu, damaged):
    registered = register(damaged, sighting_by_hand(said(posyandu), (posyandu,)))
    boxes = np.array([field.box.center for field in posyandu.layout(1).fields])
    off = registered.px_from_mm(boxes) - (PX_PER_MM * boxes - 0.5)
    assert np.abs(off).max() / PX_PER_MM < 0.5


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"form": "other"}, "unknown_form"), ({"version": "0"}, "unknown_version"),
     ({"page": 9}, "unknown_form")],
)  # fmt: skip
def test_a_form_that_is_not_loaded_is_told(posyandu, change, reason):
    told = said(posyandu)
    told = dataclasses.replace(told, identity=dataclasses.replace(told.identity, **change))
    with pytest.raises(UnidentifiedPageError) as caught:
        sighting_by_hand(told, (posyandu,))
    assert caught.value.reason == reason


def test_what_was_said_is_named_exactly(posyandu):
    corners = sheet_px(posyandu)
    marks = {
        said(posyandu).mark(),
        said(posyandu, corners_px=corners).mark(),
        said(posyandu, corners_px=corners, corners_of="sheet").mark(),
        said(posyandu, corners_px=corners[1:] + corners[:1]).mark(),
    }
    assert len(marks) == 4
