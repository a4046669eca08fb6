from __future__ import annotations

import numpy as np
import pytest
import sheet
from test_register import errors_mm, register, sighted, taken


def wave(mm):
    return np.column_stack([0.5 * np.sin(mm[:, 1] / 22), 0.9 * np.sin(mm[:, 0] / 33)])


def stretch(mm):
    """1 % along the feed, uneven."""
    share = mm[:, 0] / sheet.WIDTH_MM
    return np.column_stack([2.1 * share**2, np.zeros(len(mm))])


def fold(mm):
    lift = np.exp(-(((mm[:, 0] - 105) / 12) ** 2))
    return np.column_stack([0.3 * lift, 0.8 * lift])


def curl(mm):
    away = np.clip(mm[:, 0] - 120, 0, None) / 90
    return np.column_stack([-1.5 * away**2, 1.2 * away**2])


BENDS = {"wave": wave, "stretch": stretch, "fold": fold, "curl": curl}


@pytest.mark.parametrize("name", list(BENDS))
@pytest.mark.parametrize("colour", [True, False])
def test_bent_paper_is_followed(demo, demo_drawn, name, colour):
    how = sheet.shot(turn_deg=1, bend=BENDS[name])
    seen = taken(demo_drawn, how)
    page = seen if colour else sheet.page(seen.gray)
    registered = register(page, sighted(page, demo))
    off = errors_mm(registered, how, demo)
    assert np.percentile(off, 95) < 0.3
    assert off.max() < 0.6
    assert registered.residual_mm < 0.4


def scribbled(drawn, seed):
    """Heavy strokes along and across many boxes."""
    import cv2

    rng = np.random.default_rng(seed)
    inked = drawn.copy()
    scale = sheet.DRAW_PX_PER_MM
    for field in sheet.fields():
        for cell in field.cells:
            points = rng.uniform(-0.5, [cell.width + 0.5, cell.height + 0.5], (4, 2))
            places = ((points + np.array([cell.x, cell.y])) * scale).astype(np.int32)
            cv2.polylines(inked, [places], False, (90, 40, 30), 9, cv2.LINE_AA)
    return inked


@pytest.mark.parametrize("bend", [None, wave])
def test_handwriting_drags_nothing(demo, demo_drawn, bend):
    how = sheet.shot(turn_deg=-1, bend=bend)
    page = taken(scribbled(demo_drawn, 3), how)
    registered = register(page, sighted(page, demo))
    off = errors_mm(registered, how, demo)
    assert np.percentile(off, 95) < 0.3


def test_lost_tint_leaves_a_flat_page_where_the_tags_put_it(demo, demo_drawn):
    """A black and white copy on which every orange line is gone."""
    how = sheet.shot(turn_deg=1)
    gray = taken(demo_drawn, how).gray
    page = sheet.page(np.where(gray < 120, 0, 255).astype(np.uint8))
    registered = register(page, sighted(page, demo))
    assert errors_mm(registered, how, demo).max() < 0.3
