"""The severities: the table is the contract, and pictures keep within it."""

from __future__ import annotations

import numpy as np
import pytest

from formscan.simulate.chance import stream
from formscan.simulate.devices import take_picture
from formscan.simulate.severity import SEVERITIES

SIZE_MM = (297.0, 210.0)
SHAPE = (2481, 3508, 3)

CONTRACT = {
    "clean": {"skew_deg": 0, "stretch": 0, "dpi": (300, 300), "jpeg": (95, 95), "noise": (1, 1),
              "blur_px": (0.3, 0.3), "falloff": 0, "overflow": 0, "corrections": 0},
    "office": {"skew_deg": 2, "stretch": 0.005, "dpi": (300, 300), "jpeg": (75, 90),
               "noise": (3, 8), "blur_px": (0.5, 0.9), "falloff": 0.1, "overflow": 0.1,
               "corrections": 0.01},
    "field": {"skew_deg": 5, "stretch": 0.01, "wave": 0.004, "fold": 0.3, "dpi": (200, 300),
              "jpeg": (50, 80), "noise": (5, 15), "blur_px": (0.7, 1.4), "falloff": 0.35,
              "overflow": 0.25, "corrections": 0.03, "pencil": 0.3, "stains": 0.3,
              "upside_down": 0.1, "crop": 0.01},
    "phone": {"tilt_deg": 15, "curl_mm": 2, "dpi": (130, 300), "jpeg": (60, 85), "noise": (5, 12),
              "blur_px": (0.8, 1.8), "falloff": 0.5, "overflow": 0.1, "corrections": 0.01},
    "copy": {"skew_deg": 3, "scale": (0.95, 1.03), "dpi": (200, 300), "jpeg": (70, 90),
             "noise": (5, 15), "blur_px": (0.8, 1.4), "overflow": 0.1, "corrections": 0.01,
             "copies": (1, 3)},
    "chat": {"tilt_deg": 15, "curl_mm": 2, "long_side_px": 1600, "jpeg": (60, 75)},
}  # fmt: skip


@pytest.mark.parametrize("name", CONTRACT)
def test_severities_are_those_of_the_contract_or_harder(name):
    severity = SEVERITIES[name]
    for key, wanted in CONTRACT[name].items():
        have = getattr(severity, key)
        if key in {"dpi", "jpeg"}:
            assert have[0] <= wanted[0], key
            assert have[1] <= wanted[1], key
        elif isinstance(wanted, tuple):
            assert have[1] >= wanted[1], key
            assert (
                abs(have[0] - 1) >= abs(wanted[0] - 1) if key == "scale" else have[0] >= wanted[0]
            )
        else:
            assert have >= wanted, key


def white():
    return np.full(SHAPE, 255, np.uint8)


def picture_of(name, number):
    return take_picture(white(), SIZE_MM, SEVERITIES[name], stream(5, name, number))


def axes(scan_map):
    """(skew in degrees within 90, px per mm along x and along y) at the sheet's middle."""
    x, y = SIZE_MM[0] / 2, SIZE_MM[1] / 2
    middle, right, down = scan_map(np.array([(x, y), (x + 1, y), (x, y + 1)]))
    along, across = right - middle, down - middle
    turn = np.rad2deg(np.arctan2(along[1], along[0]))
    return (turn + 45) % 90 - 45, np.hypot(*along), np.hypot(*across)


def test_clean_pages_are_straight_and_exactly_300_dpi():
    shot, scan_map = picture_of("clean", 0)
    turn, x, y = axes(scan_map)
    assert turn == pytest.approx(0, abs=1e-6)
    assert (x * 25.4, y * 25.4) == pytest.approx((300, 300))
    assert shot.quality == 95
    grey = shot.picture[400:-400, 400:-400].astype(float)
    assert grey.std() < 1.5


@pytest.mark.parametrize("number", range(3))
def test_office_pages_stay_within_their_row(number):
    shot, scan_map = picture_of("office", number)
    turn, x, y = axes(scan_map)
    assert abs(turn) <= 2
    assert abs(x / y - 1) <= 0.0051
    assert shot.dpi == pytest.approx(300, rel=0.006)
    assert 75 <= shot.quality <= 90
    inside = shot.picture[300:-300, 300:-300]
    grey = inside if inside.ndim == 2 else inside.mean(axis=2)
    coarse = grey[: len(grey) // 50 * 50].reshape(-1, 50, grey.shape[1]).mean(axis=(1, 2))
    assert coarse.min() / coarse.max() > 0.88


@pytest.mark.parametrize("name", ["field", "phone", "copy"])
def test_resolutions_stay_within_their_row(name):
    low, high = SEVERITIES[name].dpi
    for number in range(2):
        shot, _ = picture_of(name, number)
        assert low * 0.93 <= shot.dpi <= high * 1.07


def test_messengers_shrink_to_1600_pixels_and_drop_exif():
    shot, _ = picture_of("chat", 1)
    assert max(shot.picture.shape[:2]) == 1600
    assert shot.exif == 0


def test_phones_say_which_way_up_and_copiers_see_no_colour():
    assert picture_of("phone", 0)[0].exif in {1, 3, 6, 8}
    assert picture_of("copy", 0)[0].picture.ndim == 2
