from __future__ import annotations

import bubble_sheet
import cv2
import numpy as np
import pytest

from formscan.image.paper import find_paper
from formscan.simulate.backdrop import busy_table

CORNERS = np.array([(160, 120), (700, 170), (660, 960), (110, 900)], float)
SIZE = (820, 1080)


@pytest.fixture(scope="module")
def drawn():
    return bubble_sheet.draw()


def off_px(page):
    found = find_paper(page)
    assert found
    return min(float(np.abs(quad.corners_px - CORNERS).max()) for quad in found[:1])


@pytest.mark.parametrize("level", [10, 150])
def test_a_sheet_on_a_plain_ground(drawn, level):
    picture = bubble_sheet.photograph(drawn, CORNERS, SIZE, level)
    assert off_px(bubble_sheet.page(bubble_sheet.noisy(picture))) < 2.5


@pytest.mark.parametrize("seed", [0, 1])
def test_a_sheet_on_a_busy_table(drawn, seed):
    table = busy_table(SIZE, np.random.default_rng(seed))
    under = cv2.cvtColor(table, cv2.COLOR_BGR2GRAY)
    picture = bubble_sheet.photograph(drawn, CORNERS, SIZE, under)
    quads = find_paper(bubble_sheet.page(bubble_sheet.noisy(picture)))
    assert min(float(np.abs(quad.corners_px - CORNERS).max()) for quad in quads) < 6


def test_a_picture_that_is_all_sheet_shows_no_sheet(drawn):
    small = cv2.resize(drawn, SIZE, interpolation=cv2.INTER_AREA)
    assert all(quad.seen < 0.8 for quad in find_paper(bubble_sheet.page(small)))
