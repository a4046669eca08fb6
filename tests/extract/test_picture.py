from __future__ import annotations

import cv2
import numpy as np
import pytest

from formscan.extract.picture import PictureReader
from formscan.geometry import BoxMm
from formscan.page import FieldCrop
from formscan.templates.model import Field, PageLayout, Template

TEMPLATE = Template(form="t", version="1", pages=(PageLayout(page=1, width_mm=90, height_mm=90),))


def crop(gray: np.ndarray) -> FieldCrop:
    height, width = gray.shape
    return FieldCrop(
        field=Field(
            name="sig",
            kind="signature",
            box=BoxMm(x=0, y=0, width=width / 6, height=height / 6),
        ),
        gray=gray,
        px_per_mm=6.0,
        origin_mm=(0.0, 0.0),
        paper=235.0,
        ink=40.0,
    )


def empty(noise: float = 4.0) -> np.ndarray:
    gray = np.full((90, 240), 235.0)
    gray += np.random.default_rng(1).normal(0, noise, gray.shape)
    gray = np.clip(gray, 0, 255).astype(np.uint8)
    cv2.rectangle(gray, (0, 0), (239, 89), 120, 2)
    return gray


def read(gray: np.ndarray):
    return PictureReader().read([crop(gray)], TEMPLATE)[0]


@pytest.mark.parametrize("noise", [0.0, 4.0, 12.0])
def test_an_empty_frame_is_blank(noise):
    assert read(empty(noise)).raw == ""


def test_a_signature_is_ink():
    gray = empty()
    points = np.array([(40 + 3 * i, 45 + round(20 * np.sin(i))) for i in range(50)], np.int32)
    cv2.polylines(gray, [points], False, 60, 2, cv2.LINE_AA)
    reading = read(gray)
    assert reading.raw == "1"
    assert reading.confidence > 0.99
    assert reading.measures[0].value > 20


def test_a_few_specks_are_no_signature():
    gray = empty()
    for x in range(40, 200, 40):
        cv2.circle(gray, (x, 40), 1, 60, -1)
    assert read(gray).raw == ""


@pytest.mark.parametrize("size", [(180, 0), (14, 14)])
def test_a_dash_or_a_tick_is_neither_a_signature_nor_none(size):
    gray = empty()
    width, height = size
    cv2.line(gray, (30, 40), (30 + width, 40 + height), 60, 2, cv2.LINE_AA)
    cv2.line(gray, (30, 40 + height), (30 + width, 40), 60, 2, cv2.LINE_AA)
    assert read(gray).confidence < 0.995
