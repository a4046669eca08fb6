"""Barcodes: decoded by their own formats, refused where a check or the other half disagrees."""

from __future__ import annotations

import numpy as np
import pytest

from formscan.extract.barcode import BarcodeReader, gs1_check_holds
from formscan.geometry import BoxMm
from formscan.page import FieldCrop
from formscan.settle.accept import judge
from formscan.simulate.chance import stream
from formscan.simulate.machine import stick_barcode
from formscan.templates.model import Field, PageLayout, Template

TEMPLATE = Template(form="t", version="1", pages=(PageLayout(page=1, width_mm=90, height_mm=90),))
PX = 14.0
BOX = BoxMm(x=2, y=2, width=80, height=20)


def sheet():
    size = (round((BOX.bottom + 2) * PX), round((BOX.right + 2) * PX), 3)
    noise = np.random.default_rng(3).normal(232, 4, size)
    return np.clip(noise, 0, 255).astype(np.uint8)


def read(picture, *formats):
    field = Field(
        name="b", kind="barcode", value_type="barcode", box=BOX, formats=formats,
        error_kind="barcode",
    )  # fmt: skip
    crop = FieldCrop(
        field=field, gray=picture[..., 0].copy(), px_per_mm=PX, origin_mm=(0.0, 0.0),
        paper=232.0, ink=30.0,
    )  # fmt: skip
    (reading,) = BarcodeReader().read([crop], TEMPLATE)
    return reading, judge(field, reading, TEMPLATE)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Code128", "RM-00123"),
        ("ITF", "15464522043167"),
        ("EAN13", "8991234567891"),
        ("EAN8", "96385074"),
        ("DataMatrix", "RM-00123"),
        ("QRCode", "https://contoh.id/1"),
    ],
)
def test_a_label_is_read_and_accepted(name, text):
    picture = sheet()
    assert stick_barcode(picture, PX, text, BOX, (name,), stream(1, name)) == text
    reading, judged = read(picture, name)
    assert reading.raw == text
    assert judged.value == text
    assert not judged.doubt


def test_other_formats_than_those_of_the_field_are_not_read():
    picture = sheet()
    stick_barcode(picture, PX, "96385074", BOX, ("EAN8",), stream(2))
    reading, judged = read(picture, "Code128", "QRCode")
    assert reading.candidates == ()
    assert judged.doubt == "unreadable"


def test_no_label_is_blank():
    reading, judged = read(sheet(), "Code128", "EAN13")
    assert judged.blank
    assert not judged.doubt
    assert reading.confidence >= 0.999


def test_itf_without_a_check_digit_goes_to_a_person():
    picture = sheet()
    stick_barcode(picture, PX, "15464522043160", BOX, ("ITF",), stream(3))
    reading, judged = read(picture, "ITF")
    assert reading.raw == "15464522043160"
    assert judged.doubt == "low_confidence"


def test_two_labels_go_to_a_person():
    picture = sheet()
    left = BoxMm(x=2, y=2, width=40, height=20)
    right = BoxMm(x=42, y=2, width=40, height=20)
    stick_barcode(picture, PX, "96385074", left, ("EAN8",), stream(4))
    stick_barcode(picture, PX, "RM-1", right, ("DataMatrix",), stream(5))
    reading, judged = read(picture, "EAN8", "DataMatrix")
    assert {one.text for one in reading.candidates} == {"96385074", "RM-1"}
    assert judged.doubt == "low_confidence"


def test_a_torn_label_is_not_read_by_half():
    picture = sheet()
    stick_barcode(picture, PX, "RM-00123", BOX, ("Code128",), stream(6))
    dark = np.flatnonzero((picture[..., 0] < 90).any(axis=0))
    picture[:, (dark[0] + dark[-1]) // 2 :] = 232
    reading, judged = read(picture, "Code128")
    assert reading.raw == ""
    assert judged.doubt == "unreadable"


@pytest.mark.parametrize(
    ("digits", "holds"),
    [
        ("96385074", True),
        ("15464522043167", True),
        ("96385073", False),
        ("5", False),
        ("a1", False),
    ],
)
def test_the_check_digit_of_gs1(digits, holds):
    assert gs1_check_holds(digits) is holds
