"""Forms that print nothing but bubbles: found by their edges or not at all, any way up."""

from __future__ import annotations

import bubble_sheet
import cv2
import numpy as np
import pytest

from formscan.errors import RegistrationError
from formscan.geometry import Homography
from formscan.image.bubble_fit import BubbleFitOptions, fit_bubbles
from formscan.image.bubbles import bubble_pattern
from formscan.image.identify import identify
from formscan.image.register import register
from formscan.image.structure import Channel

CORNERS = np.array([(160, 120), (900, 170), (860, 1180), (110, 1120)], float)
SIZE = (1040, 1320)


@pytest.fixture(scope="module")
def drawn():
    return bubble_sheet.draw()


@pytest.fixture(scope="module")
def edged():
    return bubble_sheet.template()


def placed(template, picture):
    page = bubble_sheet.page(bubble_sheet.noisy(picture))
    return register(page, identify(page, [], template))


def off_mm(registered, corners_px):
    boxes = [mark.box for field in bubble_sheet.fields() for mark in field.marks]
    mm = np.array([box.center for box in boxes])
    matrix = cv2.getPerspectiveTransform(
        bubble_sheet.CORNERS_MM.astype(np.float32), corners_px.astype(np.float32)
    )
    truth = cv2.perspectiveTransform(mm[None], matrix)[0]
    return np.linalg.norm(registered.px_from_mm.inverse(truth) - mm, axis=1)


@pytest.mark.parametrize("turn", [0, 1, 2])
def test_the_bubbles_tell_the_way_up(drawn, edged, turn):
    corners = np.roll(CORNERS, turn, axis=0)
    registered = placed(edged, bubble_sheet.photograph(drawn, corners, SIZE, 20))
    assert off_mm(registered, corners).max() < 0.8
    assert registered.orientation_deg == 90 * turn
    assert not registered.doubtful_mm


@pytest.mark.parametrize("angle", [-8, 172])
def test_a_turned_scan_without_edges_is_searched(drawn, angle):
    small = cv2.resize(drawn, (1050, 1400), interpolation=cv2.INTER_AREA)
    matrix = cv2.getRotationMatrix2D((524.5, 699.5), -angle, 0.72)
    picture = cv2.warpAffine(small, matrix, (1050, 1400), borderValue=235)
    corners = np.array([(-0.5, -0.5), (1049.5, -0.5), (1049.5, 1399.5), (-0.5, 1399.5)])
    moved = cv2.transform(corners[None], matrix)[0]
    registered = placed(bubble_sheet.template(edges=False), picture)
    assert off_mm(registered, moved).max() < 1.0


def test_another_form_is_refused(edged):
    rng = np.random.default_rng(5)
    page = np.full((2240, 1680), 235, np.uint8)
    for row in range(120, 2200, 46):
        text = "".join(rng.choice(list("abcdefghi nop"), 60))
        cv2.putText(page, text, (80, row), 0, 1.1, (50,), 2, cv2.LINE_AA)
    with pytest.raises(RegistrationError):
        placed(edged, bubble_sheet.photograph(page, CORNERS, SIZE, 20))


def test_a_covered_part_is_doubted_and_no_other(drawn, edged):
    covered = drawn.copy()
    left, top, right, bottom = (round(8 * mm) for mm in (8, 140, 80, 250))
    covered[top:bottom, left:right] = 225
    registered = placed(edged, bubble_sheet.photograph(covered, CORNERS, SIZE, 20))
    fields = bubble_sheet.fields()
    doubted = {field.name for field in fields if registered.is_doubtful(field.box)}
    hidden = {field.name for field in fields if field.box.x < 70 and 145 < field.box.y < 240}
    assert hidden <= doubted
    assert len(doubted) <= len(hidden) + 6


def turned_whole(drawn, angle):
    """(picture, corners px) of a scan that a program turned, enlarged so that nothing is lost."""
    width, height = 840, 1120
    small = cv2.resize(drawn, (width, height), interpolation=cv2.INTER_AREA)
    cos, sin = abs(np.cos(np.radians(angle))), abs(np.sin(np.radians(angle)))
    size = (round(width * cos + height * sin), round(width * sin + height * cos))
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -angle, 1.0)
    matrix[:, 2] += ((size[0] - width) / 2, (size[1] - height) / 2)
    corners = np.array([(-0.5, -0.5), (width, -0.5), (width, height), (-0.5, height)])
    picture = cv2.warpAffine(small, matrix, size, borderValue=235)
    return picture, cv2.transform(corners[None], matrix)[0]


@pytest.mark.parametrize("angle", [3, -5, 12])
def test_a_whole_sheet_that_a_program_turned_is_in_no_doubt(drawn, angle):
    picture, corners = turned_whole(drawn, angle)
    registered = placed(bubble_sheet.template(edges=False), picture)
    assert off_mm(registered, corners).max() < 0.8
    assert not registered.doubtful_mm


def shifted(drawn, moved_mm):
    """(picture, corners px) of a sheet that does not lie where the picture begins."""
    scale = 0.5 * bubble_sheet.DRAW_PX_PER_MM
    small = cv2.resize(drawn, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    move = np.array(moved_mm) * scale
    matrix = np.array([[1, 0, move[0]], [0, 1, move[1]]])
    picture = cv2.warpAffine(small, matrix, small.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
    return picture, bubble_sheet.CORNERS_MM * scale - 0.5 + move


@pytest.mark.parametrize("moved_mm", [(8.0, 4.0), (-9.0, 11.0), (0.0, -12.0)])
def test_a_sheet_that_lies_a_bubble_further_is_found_by_where_its_blocks_end(moved_mm):
    picture, corners = shifted(bubble_sheet.draw(lopsided=True), moved_mm)
    registered = placed(bubble_sheet.template(edges=False, lopsided=True), picture)
    assert off_mm(registered, corners).max() < 0.8


def test_one_that_looks_the_same_upside_down_is_never_believed(drawn):
    picture, corners = shifted(drawn, (8.0, 4.0))
    try:
        registered = placed(bubble_sheet.template(edges=False), picture)
    except RegistrationError:
        return
    right = off_mm(registered, corners).max() < 0.8
    assert right or all(registered.is_doubtful(field.box) for field in bubble_sheet.fields())


def test_where_nothing_is_seen_nothing_fits():
    layout = bubble_sheet.template().pages[0]
    pattern, white = bubble_pattern(layout), np.full((1400, 1050), 235, np.uint8)
    plane = Homography(np.diag([5.0, 5.0, 1.0]))
    fit = fit_bubbles(Channel(white, 1.0), layout, plane, pattern, BubbleFitOptions())
    assert fit.agreement < 0.2
    assert fit.support < 0.2
