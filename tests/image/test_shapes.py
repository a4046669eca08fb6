"""Forms of others that print squares, rings or L-corners instead of tags."""

from __future__ import annotations

import numpy as np
import pytest
import sheet
from test_register import errors_mm, known

from formscan.errors import RegistrationError
from formscan.geometry import BoxMm
from formscan.image.register import register
from formscan.templates.model import Anchor

SIDE_MM = 7.0


def anchored(demo, kind):
    """``demo`` with four anchors of one kind, no page code and no picture of itself."""
    right, low = sheet.WIDTH_MM - 12 - SIDE_MM, sheet.HEIGHT_MM - 12 - SIDE_MM
    anchors = tuple(
        Anchor(kind=kind, box=BoxMm(x=x, y=y, width=SIDE_MM, height=SIDE_MM))
        for y in (12.0, low)
        for x in (12.0, right)
    )
    layout = demo.pages[0].model_copy(
        update={"anchors": anchors, "qr_box": None, "reference_png": ""}
    )
    return demo.model_copy(update={"pages": (layout,)})


def drawn(template):
    """Its sheet: what an anchor of each kind looks like in print, drawn here anew."""
    layout = template.pages[0]
    page = sheet.draw(layout.model_copy(update={"anchors": ()}), code=None)
    scale = sheet.DRAW_PX_PER_MM
    for anchor in layout.anchors:
        box = anchor.box
        rows, columns = np.mgrid[: round(SIDE_MM * scale), : round(SIDE_MM * scale)] / scale
        if anchor.kind == "square":
            ink = np.ones_like(rows, dtype=bool)
        elif anchor.kind == "ring":
            away = np.hypot(rows - SIDE_MM / 2, columns - SIDE_MM / 2)
            ink = (away < SIDE_MM / 2) & (away > SIDE_MM / 2 - 1.2)
        else:
            down = rows if box.y < sheet.HEIGHT_MM / 2 else SIDE_MM - rows
            across = columns if box.x < sheet.WIDTH_MM / 2 else SIDE_MM - columns
            ink = (down < 1.2) | (across < 1.2)
        top, left = round(box.y * scale), round(box.x * scale)
        page[top : top + len(ink), left : left + len(ink)][ink] = 20
    return page


@pytest.mark.parametrize(("kind", "turn"), [("square", 0.0), ("ring", 90.0), ("corner", -3.0)])
def test_printed_shapes_tell_the_place_and_the_boxes_the_way_up(demo, kind, turn):
    template = anchored(demo, kind)
    how = sheet.shot(px_per_mm=6, turn_deg=turn, margin_mm=2)
    page = sheet.page(sheet.noisy(sheet.photograph(drawn(template), how), 1))
    registered = register(page, known(template))
    assert errors_mm(registered, how, template).max() < 0.3
    assert (-registered.orientation_deg + registered.skew_deg - turn + 180) % 360 - 180 < 0.5


def test_shapes_around_other_boxes_are_no_proof(demo):
    template = anchored(demo, "square")
    other = template.pages[0].model_copy(update={"fields": ()})
    how = sheet.shot(px_per_mm=6)
    page = sheet.page(sheet.noisy(sheet.photograph(drawn(anchored_by(demo, other)), how), 1))
    with pytest.raises(RegistrationError):
        register(page, known(template))


def anchored_by(demo, layout):
    return demo.model_copy(update={"pages": (layout,)})
