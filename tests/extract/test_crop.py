from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formscan.extract.crop import crop_field
from formscan.geometry import BoxMm, Displacement, Homography, PxFromMm
from formscan.page import Identity, Page, PageRef, RegisteredPage
from formscan.templates.model import Field, PageLayout, Template


def registered_page(picture: np.ndarray, px_from_mm: PxFromMm) -> RegisteredPage:
    gray = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    layout = PageLayout(page=1, width_mm=100, height_mm=80)
    return RegisteredPage(
        page=Page(PageRef("/x", 1, "x", "0" * 64), gray, picture if picture.ndim == 3 else None),
        template=Template(form="t", version="1", pages=(layout,)),
        layout=layout,
        identity=Identity("t", "1", 1),
        px_from_mm=px_from_mm,
        residual_mm=0.0,
    )


def scaled(px_per_mm: float) -> PxFromMm:
    # Pixel centres at integers: the sheet's corner lies at (-0.5, -0.5).
    return PxFromMm(Homography(np.array([[px_per_mm, 0, -0.5], [0, px_per_mm, -0.5], [0, 0, 1.0]])))


def field(x: float, y: float, width: float, height: float, drop_out: str = "") -> Field:
    return Field(
        name="f",
        kind="image",
        box=BoxMm(x=x, y=y, width=width, height=height),
        drop_out=drop_out,
    )


def waves(x_mm: np.ndarray, y_mm: np.ndarray) -> np.ndarray:
    return 128 + 60 * np.sin(x_mm / 3.1) + 50 * np.cos(y_mm / 2.7)


def render(px_from_mm: PxFromMm, width: int, height: int) -> np.ndarray:
    xs, ys = np.meshgrid(np.arange(width, dtype=float), np.arange(height, dtype=float))
    points_mm = px_from_mm.inverse(np.column_stack([xs.ravel(), ys.ravel()]), rounds=8)
    values = waves(points_mm[:, 0], points_mm[:, 1]).reshape(height, width)
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


@settings(max_examples=8, deadline=None)
@given(
    turn_deg=st.floats(-8, 8),
    tilt=st.floats(-4e-4, 4e-4),
    bend_mm=st.floats(-0.8, 0.8),
    px_per_mm=st.sampled_from([5.0, 8.0, 11.8]),
)
def test_crop_shows_what_the_sheet_shows_under_any_transform(turn_deg, tilt, bend_mm, px_per_mm):
    angle = np.radians(turn_deg)
    scale = 8.0
    matrix = np.array(
        [
            [scale * np.cos(angle), -scale * np.sin(angle), 100],
            [scale * np.sin(angle), scale * np.cos(angle), 60],
            [tilt, -tilt, 1.0],
        ]
    )
    knots = np.linspace(0, 100, 6)
    shift = np.zeros((6, 6, 2))
    shift[:, :, 1] = bend_mm * np.sin(knots / 100 * np.pi)[None, :]
    px_from_mm = PxFromMm(Homography(matrix), Displacement(knots, knots, shift))
    picture = render(px_from_mm, 620, 420)
    crop = crop_field(registered_page(picture, px_from_mm), field(30, 20, 24, 11), px_per_mm, 1.0)
    rows, columns = crop.gray.shape
    xs = crop.origin_mm[0] + np.arange(columns) / crop.px_per_mm
    ys = crop.origin_mm[1] + np.arange(rows) / crop.px_per_mm
    expected = waves(*np.meshgrid(xs, ys))
    assert np.abs(crop.gray - expected).max() < 6


def test_zero_means_the_scans_own_resolution_and_margin_is_added():
    picture = np.full((400, 500), 255, np.uint8)
    crop = crop_field(registered_page(picture, scaled(5.0)), field(20, 20, 30, 10), 0, 2.0)
    assert crop.px_per_mm == pytest.approx(5.0)
    assert crop.gray.shape == (70, 170)
    assert crop.px_box(crop.field.box) == pytest.approx((9.5, 9.5, 159.5, 59.5))


def test_orange_boxes_vanish_and_blue_ink_stays():
    picture = np.full((400, 500, 3), 255, np.uint8)
    orange_bgr, blue_bgr = (122, 167, 244), (150, 60, 30)
    cv2.rectangle(picture, (100, 100), (150, 150), orange_bgr, 2)
    cv2.line(picture, (110, 110), (140, 140), blue_bgr, 3)
    crop = crop_field(
        registered_page(picture, scaled(5.0)), field(20, 20, 10, 10, "#f4a77a"), 5.0, 1.0
    )
    assert crop.bgr is not None
    line = crop.gray[5:7, 10:50]
    assert line.min() > 235
    assert crop.gray.min() < 60
    plain = crop_field(registered_page(picture, scaled(5.0)), field(20, 20, 10, 10), 5.0, 1.0)
    assert plain.gray[5:7, 10:50].min() < 190


def test_a_fine_scan_is_averaged_so_that_thin_lines_survive():
    picture = np.full((2000, 2400), 255, np.uint8)
    picture[:, 1000:1003] = 0
    crop = crop_field(registered_page(picture, scaled(24.0)), field(35, 20, 20, 10), 6.0, 0.0)
    assert crop.gray.min(axis=1).max() < 120


def test_what_lies_outside_the_scan_is_blank_paper():
    picture = np.full((400, 500), 200, np.uint8)
    crop = crop_field(registered_page(picture, scaled(5.0)), field(95, 20, 30, 10), 5.0, 0.0)
    assert crop.paper == pytest.approx(200, abs=1)
    assert crop.gray.min() >= 199


def test_paper_level_follows_a_shadow_and_ink_follows_the_pen():
    light = np.linspace(120, 250, 1000)[None, :].repeat(800, axis=0)
    picture = light.copy()
    for x in range(20, 980, 40):
        cv2.line(picture, (x, 50), (x + 12, 700), 0.0, 2)
    picture = np.minimum(light, np.maximum(picture, light * 0.2)).astype(np.uint8)
    page = registered_page(picture, scaled(10.0))
    dark = crop_field(page, field(5, 30, 6, 6), 8.0, 0.0)
    bright = crop_field(page, field(90, 30, 6, 6), 8.0, 0.0)
    assert dark.paper == pytest.approx(130, abs=8)
    assert bright.paper == pytest.approx(241, abs=8)
    assert bright.ink == pytest.approx(0.2 * bright.paper, abs=12)


def test_a_bent_page_is_never_warped_whole():
    picture = np.full((2480, 3508, 3), 250, np.uint8)
    knots = np.linspace(0, 297, 9)
    bent = PxFromMm(scaled(11.8).homography, Displacement(knots, knots, np.full((9, 9, 2), 0.1)))
    page = registered_page(picture, bent)
    crop_field(page, field(10, 10, 20, 6, "#ffcba4"), 8.0, 1.0)
    assert page.page.bgr is picture
