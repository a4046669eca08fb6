from __future__ import annotations

import numpy as np
import pytest
import sheet
from test_register import errors_mm, known, register, taken

from formscan.errors import RegistrationError


def torn(dx, dy, left=138.0, top=91.0):
    """A part of the sheet, with its print, that lies elsewhere: cut, or crumpled at its rim."""

    def bend(mm):
        inside = (mm[:, 0] > left) & (mm[:, 1] > top) & (mm[:, 0] < 206) & (mm[:, 1] < 122)
        return np.where(inside[:, None], (dx, dy), 0.0)

    return bend


def bump(height_mm):
    def bend(mm):
        away = ((mm[:, 0] - 60) / 22) ** 2 + ((mm[:, 1] - 75) / 22) ** 2
        return height_mm * np.exp(-away)[:, None] * (1.0, -1.0)

    return bend


def off_and_doubt(demo, demo_drawn, bend):
    """(n,) each: error of every field, mm, and whether it is sent to review."""
    how = sheet.shot(turn_deg=1, bend=bend)
    page = taken(demo_drawn, how)
    registered = register(page, known(demo))
    off = errors_mm(registered, how, demo).reshape(-1, 4).max(axis=1)
    doubt = [registered.is_doubtful(field.box) for field in demo.pages[0].fields]
    return off, np.array(doubt)


@pytest.mark.parametrize("bend", [torn(3, 2), torn(4.8, 0), bump(3)])
def test_a_part_that_lies_elsewhere_sends_its_own_fields_to_review(demo, demo_drawn, bend):
    """Even where a comb looks the same one box (4.8 mm) further."""
    off, doubt = off_and_doubt(demo, demo_drawn, bend)
    assert off.max() > 1.0
    assert off[~doubt].max() < 1.0
    assert doubt.sum() < 0.34 * len(doubt)


def test_a_flat_sheet_sends_nothing_to_review(demo, demo_drawn):
    off, doubt = off_and_doubt(demo, demo_drawn, None)
    assert off.max() < 0.1
    assert not doubt.any()


def test_a_page_that_is_half_elsewhere_is_refused(demo, demo_drawn):
    bend = torn(3, 2, left=80.0, top=20.0)
    with pytest.raises(RegistrationError, match="flatten the sheet") as caught:
        off_and_doubt(demo, demo_drawn, bend)
    assert caught.value.reason == "residual_too_large"
