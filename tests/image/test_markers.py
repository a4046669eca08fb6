from __future__ import annotations

import base64

import bubble_sheet
import cv2
import numpy as np
import pytest
import sheet

from formscan.errors import RegistrationError
from formscan.geometry import BoxMm
from formscan.image.identify import identify
from formscan.image.register import register
from formscan.templates.model import Anchor, PageLayout, Template

WIDTH, HEIGHT = 200.0, 280.0


def bullseye(side: int) -> np.ndarray:
    picture = np.full((side, side), 255, np.uint8)
    center = (side // 2, side // 2)
    for share, level in ((0.48, 0), (0.36, 255), (0.24, 0), (0.1, 255)):
        cv2.circle(picture, center, round(share * side), level, -1, cv2.LINE_AA)
    return picture


@pytest.fixture(scope="module")
def marked():
    png = base64.b64encode(cv2.imencode(".png", bullseye(96))[1].tobytes()).decode()
    anchors = tuple(
        Anchor(kind="picture", box=BoxMm(x=x - 7, y=y - 7, width=14, height=14), picture_png=png)
        for x, y in ((0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT))
    )
    layout = PageLayout(page=1, width_mm=WIDTH, height_mm=HEIGHT, anchors=anchors)
    return Template(form="omr", version="1", pages=(layout,))


def photograph(corners_px, size=(900, 1250), markers=(0, 1, 2, 3)):
    """Bullseyes at given pixels, some text between them, noise over all."""
    rng = np.random.default_rng(4)
    picture = np.full(size[::-1], 225, np.uint8)
    for row in range(250, 1000, 40):
        cv2.putText(picture, "A B C D E F", (250, row), 0, 1, (40,), 2)
    side = 40
    for index in markers:
        x, y = corners_px[index]
        picture[y - 20 : y + 20, x - 20 : x + 20] = bullseye(side)
    return (picture + rng.normal(0, 5, picture.shape)).clip(0, 255).astype(np.uint8)


CORNERS = ((120, 140), (800, 120), (770, 1120), (150, 1090))


def test_four_marker_pictures_span_the_sheet(marked):
    page = sheet.page(photograph(CORNERS))
    registered = register(page, identify(page, [], marked))
    corners = np.array([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)])
    off = np.linalg.norm(registered.px_from_mm(corners) - (np.array(CORNERS) - 0.5), axis=1)
    assert off.max() < 1.5
    assert registered.identity.source == "option"


@pytest.mark.parametrize("left", [(), (0,), (0, 1, 2)])
def test_missing_marker_pictures_are_refused(marked, left):
    page = sheet.page(photograph(CORNERS, markers=left))
    with pytest.raises(RegistrationError, match="anchors_not_found"):
        register(page, identify(page, [], marked))


def test_markers_that_form_no_sheet_are_refused(marked):
    crossed = ((400, 140), (470, 120), (880, 1120), (30, 1090))
    page = sheet.page(photograph(crossed))
    with pytest.raises(RegistrationError, match="anchors_not_found"):
        register(page, identify(page, [], marked))


MARKS_MM = ((15, 15), (195, 15), (195, 265), (15, 265))


@pytest.mark.parametrize("lost", range(4))
def test_one_of_four_may_be_lost_where_bubbles_judge_the_rest(lost):
    """A thumb over one corner picture of an answer sheet."""
    png = base64.b64encode(cv2.imencode(".png", bullseye(96))[1].tobytes()).decode()
    anchors = tuple(
        Anchor(kind="picture", box=BoxMm(x=x - 6, y=y - 6, width=12, height=12), picture_png=png)
        for x, y in MARKS_MM
    )
    blank = bubble_sheet.template().pages[0].model_copy(update={"anchors": anchors})
    drawn, scale = bubble_sheet.draw(), bubble_sheet.DRAW_PX_PER_MM
    for index, (x, y) in enumerate(MARKS_MM):
        left, top, side = round((x - 6) * scale), round((y - 6) * scale), round(12 * scale)
        mark = np.full((side, side), 170, np.uint8) if index == lost else bullseye(side)
        drawn[top : top + side, left : left + side] = mark
    corners = np.array([(60, 40), (905, 75), (890, 1205), (45, 1170)], float)
    picture = bubble_sheet.noisy(bubble_sheet.photograph(drawn, corners, (960, 1250), 90))
    template = Template(form="answers", version="1", pages=(blank,))
    registered = register(bubble_sheet.page(picture), identify(sheet.page(picture), [], template))
    matrix = cv2.getPerspectiveTransform(
        bubble_sheet.CORNERS_MM.astype(np.float32), corners.astype(np.float32)
    )
    middles = np.array([mark.box.center for one in blank.fields for mark in one.marks])
    truth = cv2.perspectiveTransform(middles[None], matrix)[0]
    off = np.linalg.norm(registered.px_from_mm.inverse(truth) - middles, axis=1)
    assert off.max() < 1.0
