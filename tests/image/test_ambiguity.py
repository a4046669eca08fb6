"""A block of bubbles looks the same one bubble further: where nothing decides, nothing is sure."""

from __future__ import annotations

import bubble_sheet
import cv2
import numpy as np
import pytest

from formscan.geometry import Homography, PxFromMm
from formscan.image.ambiguity import AmbiguityOptions, ambiguous
from formscan.image.bubbles import bubble_pattern
from formscan.image.ends import block_ends, end_contrast
from formscan.image.structure import Channel

PX_PER_MM = 2.0
PITCH_MM = 8.5


@pytest.fixture(scope="module")
def layout():
    return bubble_sheet.template().pages[0]


@pytest.fixture(scope="module")
def channel():
    factor = PX_PER_MM / bubble_sheet.DRAW_PX_PER_MM
    small = cv2.resize(
        bubble_sheet.draw(), None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA
    )
    return Channel(bubble_sheet.noisy(small), 1.0)


def placed(dx_mm=0.0, dy_mm=0.0):
    """The sheet, taken for lying so far from its place."""
    matrix = np.diag([PX_PER_MM, PX_PER_MM, 1.0])
    matrix[:2, 2] = PX_PER_MM * dx_mm - 0.5, PX_PER_MM * dy_mm - 0.5
    return Homography(matrix)


def doubt(channel, layout, start, found):
    pattern = bubble_pattern(layout)
    return ambiguous(channel, layout, pattern, start, PxFromMm(found), AmbiguityOptions())


def test_blocks_end_where_they_are_printed_and_not_one_bubble_further(channel, layout):
    ends, middle = block_ends(layout), np.array([(105.0, 140.0)])
    near, whole = end_contrast(channel, PxFromMm(placed()), ends, middle, 35.0)
    assert min(near[0], whole) > 0.3
    for off in ((PITCH_MM, 0.0), (-PITCH_MM, 0.0)):
        near, whole = end_contrast(channel, PxFromMm(placed(*off)), ends, middle, 35.0)
        assert max(near[0], whole) < 0.15


def test_anchors_that_put_every_bubble_near_its_place_leave_no_doubt(channel, layout):
    assert not doubt(channel, layout, placed(1.5), placed()).any()


def test_where_the_fit_moved_further_the_ends_of_blocks_decide(channel, layout):
    assert not doubt(channel, layout, placed(3.4), placed()).any()
    assert doubt(channel, layout, placed(PITCH_MM - 3.4), placed(PITCH_MM)).all()


def test_one_bubble_off_is_seen_even_where_the_anchors_say_so(channel, layout):
    assert doubt(channel, layout, placed(PITCH_MM), placed(PITCH_MM)).all()


def test_a_sheet_that_was_searched_for_or_moved_too_far_is_never_sure(channel, layout):
    assert doubt(channel, layout, None, placed()).all()
    assert doubt(channel, layout, placed(8.5), placed()).all()
