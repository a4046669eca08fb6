from __future__ import annotations

import cv2
import numpy as np
import sheet

from formscan.image.quality import ink_levels, is_blank, sharpness


def test_sharpness_falls_with_blur_and_hardly_with_resolution(demo_drawn):
    how = sheet.shot()
    crisp = cv2.cvtColor(sheet.photograph(demo_drawn, how), cv2.COLOR_BGR2GRAY)
    values = [sharpness(crisp, 11.8)]
    values += [sharpness(cv2.GaussianBlur(crisp, (0, 0), sigma), 11.8) for sigma in (1.5, 3, 6)]
    assert values == sorted(values, reverse=True)
    assert values[0] - values[-1] > 0.3
    half = cv2.resize(crisp, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    assert abs(sharpness(half, 5.9) - values[0]) < 0.2


def test_nothing_to_see_is_not_sharp():
    assert sharpness(np.full((1000, 800), 240, np.uint8), 11.8) == 0.0


def test_empty_backs_are_blank_and_printed_or_written_pages_are_not(demo_drawn):
    rng = np.random.default_rng(1)
    empty = rng.normal(240, 4, (1200, 900)).clip(0, 255).astype(np.uint8)
    assert is_blank(empty)
    shaded = (empty * np.linspace(1, 0.85, 900)).astype(np.uint8)
    assert is_blank(shaded)
    assert not is_blank(np.full_like(empty, 4))
    written = empty.copy()
    cv2.putText(written, "tolong lihat", (200, 500), 0, 2, (60,), 4)
    assert not is_blank(written)
    page = cv2.cvtColor(sheet.photograph(demo_drawn, sheet.shot()), cv2.COLOR_BGR2GRAY)
    assert not is_blank(page)


def test_levels_of_ink_and_paper(demo_drawn):
    page = cv2.cvtColor(sheet.photograph(demo_drawn, sheet.shot()), cv2.COLOR_BGR2GRAY)
    levels = ink_levels(page)
    assert levels.paper == 255
    assert levels.ink < 60
