from __future__ import annotations

import cv2
import numpy as np
import pypdfium2
import pytest
import zxingcpp

from formscan.errors import TemplateError
from formscan.templates.bars import bars_code, parse_bars
from formscan.templates.draw import draw_pages
from formscan.templates.layout.metrics import METRICS
from formscan.templates.model import Template
from formscan.templates.payload import PageCode, parse_payload

DPI = 300


def _codes(template: Template) -> list[PageCode]:
    return [
        PageCode(template.form, template.version, page.page, "00012345", "7K2Q9X")
        for page in template.pages
    ]


def _rasters(pdf: bytes, dpi: int = DPI) -> list[np.ndarray]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [np.array(page.render(scale=dpi / 72).to_pil().convert("RGB")) for page in document]
    finally:
        document.close()


@pytest.fixture(scope="module")
def pictures(fk23: Template) -> list[np.ndarray]:
    return _rasters(draw_pages(fk23, _codes(fk23)))


def test_every_page_says_who_it_is(fk23: Template, pictures: list[np.ndarray]) -> None:
    for code, picture in zip(_codes(fk23), pictures, strict=True):
        found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
        assert [parse_payload(one.text) for one in found] == [code]


def test_tags_are_found_where_the_template_says(fk23: Template, pictures: list[np.ndarray]) -> None:
    detector = cv2.aruco.ArucoDetector(
        cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    )
    for page, picture in zip(fk23.pages, pictures, strict=True):
        grey = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), None, fx=0.5, fy=0.5)
        corners, ids, _ = detector.detectMarkers(grey)
        where = {int(i): c[0] * 25.4 / (DPI / 2) for i, c in zip(ids.ravel(), corners, strict=True)}
        assert set(where) == {anchor.tag_id for anchor in page.anchors}
        for anchor in page.anchors:
            assert np.abs(where[anchor.tag_id] - anchor.box.corners()).max() < 0.25


def test_boxes_vanish_in_the_red_channel_and_are_seen_in_the_others(
    fk23: Template, pictures: list[np.ndarray]
) -> None:
    px = DPI / 25.4
    for page, picture in zip(fk23.pages, pictures, strict=True):
        for field in page.fields:
            box = field.cells[0] if field.cells else field.box
            x, top, bottom = round(box.x * px), round(box.y * px) + 4, round(box.bottom * px) - 4
            edge = picture[top:bottom, x - 3 : x + 4]
            inside = picture[top:bottom, x + 6 : x + 16]
            assert edge[..., 0].min() >= 250, field.name
            assert edge[..., 2].min(axis=1).max() <= 190, field.name
            assert inside.min() == 255, field.name


def test_the_same_codes_give_the_same_bytes(posyandu: Template) -> None:
    codes = _codes(posyandu)
    assert draw_pages(posyandu, codes) == draw_pages(posyandu, codes)


def test_mono_has_the_same_geometry_in_grey(posyandu: Template) -> None:
    codes = _codes(posyandu)
    tinted = _rasters(draw_pages(posyandu, codes), 150)[0]
    grey = _rasters(draw_pages(posyandu, codes, mono=True), 150)[0]
    assert tinted.shape == grey.shape
    assert np.ptp(grey.astype(int), axis=2).max() <= 1
    px = 150 / 25.4
    for field in posyandu.pages[0].fields:
        box = field.box
        x, y = round(box.x * px), round(box.center[1] * px)
        for picture in (tinted, grey):
            assert picture[y, x - 2 : x + 3, 2].min() < 245


def test_f4_holds_the_page_unscaled_and_centred(posyandu: Template) -> None:
    codes = _codes(posyandu)
    a4 = _rasters(draw_pages(posyandu, codes), 127)[0]
    f4 = _rasters(draw_pages(posyandu, codes, paper="f4"), 127)[0]
    px = 127 / 25.4
    assert f4.shape[:2] == pytest.approx((330 * px, 215 * px), abs=1)
    tag = posyandu.pages[0].anchors[0].box
    mine = a4[round(tag.y * px) : round(tag.bottom * px), round(tag.x * px) : round(tag.right * px)]
    left, top = tag.x + (215 - 210) / 2, tag.y + (330 - 297) / 2
    other = f4[
        round(top * px) : round(top * px) + mine.shape[0],
        round(left * px) : round(left * px) + mine.shape[1],
    ]
    assert np.abs(mine.astype(int) - other).mean() < 25


def test_the_serial_is_printed_with_its_check_character(posyandu: Template) -> None:
    document = pypdfium2.PdfDocument(draw_pages(posyandu, _codes(posyandu)))
    words = document[0].get_textpage().get_text_range()
    document.close()
    assert "00012345-P" in words
    assert "7K2Q9X" in words


def test_a_code_of_another_form_is_refused(posyandu: Template) -> None:
    code = PageCode("other", "1", 1, "00000001", "AAAAAA")
    with pytest.raises(TemplateError, match="other 1 page 1"):
        draw_pages(posyandu, [code])


def test_bars_in_the_margin_say_the_same(fk23: Template, pictures: list[np.ndarray]) -> None:
    for code, picture in zip(_codes(fk23), pictures, strict=True):
        found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.Code128)
        assert [parse_bars(one.text) for one in found] == [bars_code(code)]
        box = fk23.layout(code.page).bars_box
        assert box is not None
        across = np.asarray(picture[:, round((box.x + 2) * DPI / 25.4)])[:, 0] < 128
        free = 10 * METRICS.bars_module_mm - 0.3
        black = np.flatnonzero(across) / (DPI / 25.4)
        inside = black[(black > box.y - free) & (black < box.bottom + free)]
        assert abs(inside[0] - box.y) < 0.2
        assert abs(inside[-1] - box.bottom) < 0.2
