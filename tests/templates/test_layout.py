from __future__ import annotations

import itertools

import pytest

from formscan.geometry import BoxMm
from formscan.templates.decor import Text
from formscan.templates.layout.fit import misfits, written_boxes
from formscan.templates.model import PageLayout, Template
from formscan.templates.typeface import MM_PER_PT, text_width_mm

NOT_PRINTABLE_MM = 12.0


def _text_box(item: Text) -> BoxMm:
    width = max(0.1, text_width_mm(item.text, item.size_pt, item.bold))
    left = item.x - {"left": 0.0, "center": width / 2, "right": width}[item.align]
    height = 0.711 * item.size_pt * MM_PER_PT
    return BoxMm(x=left, y=item.y - height, width=width, height=height)


def _overlap(first: BoxMm, second: BoxMm) -> bool:
    across = min(first.right, second.right) - max(first.x, second.x)
    down = min(first.bottom, second.bottom) - max(first.y, second.y)
    return across > 0.02 and down > 0.02


@pytest.fixture(params=["fk23", "posyandu"])
def pages(request: pytest.FixtureRequest) -> tuple[PageLayout, ...]:
    template: Template = request.getfixturevalue(request.param)
    return template.pages


def test_no_box_lies_on_another_and_none_leaves_the_sheet(pages: tuple[PageLayout, ...]) -> None:
    for page in pages:
        boxes = [box for field in page.fields for box in written_boxes(field)]
        assert len(boxes) > 10
        assert not [(a, b) for a, b in itertools.combinations(boxes, 2) if _overlap(a, b)]
        assert all(
            box.x >= 10 and box.y >= 10 and box.right <= page.width_mm - 10
            and box.bottom <= page.height_mm - 10
            for box in boxes
        )  # fmt: skip
        assert misfits(page, {}) == []


def test_tags_and_qr_keep_off_the_edge_and_have_free_paper(pages: tuple[PageLayout, ...]) -> None:
    for page in pages:
        assert page.qr_box is not None
        assert [anchor.tag_id for anchor in page.anchors] == [
            4 * (page.page - 1) + corner for corner in range(4)
        ]
        codes = [*(anchor.box for anchor in page.anchors), page.qr_box]
        for box in codes:
            assert min(box.x, box.y) >= NOT_PRINTABLE_MM
            assert page.width_mm - box.right >= NOT_PRINTABLE_MM
            assert page.height_mm - box.bottom >= NOT_PRINTABLE_MM
            zone = box.grow(1.0)
            printed = [_text_box(item) for item in page.decor if item.kind == "text"]
            printed += [box for field in page.fields for box in written_boxes(field)]
            assert not [other for other in printed if _overlap(zone, other)]


def test_type_is_large_enough_to_read(pages: tuple[PageLayout, ...]) -> None:
    for page in pages:
        sizes = {item.size_pt for item in page.decor if item.kind == "text"}
        assert min(sizes) >= 6.0
        assert {size for size in sizes if size < 6.5} <= {6.2}  # code lists


def test_no_text_lies_on_a_box_or_on_another_text(pages: tuple[PageLayout, ...]) -> None:
    for page in pages:
        texts = [item for item in page.decor if item.kind == "text" and item.text]
        places = [_text_box(item) for item in texts]
        boxes = [box for field in page.fields for box in written_boxes(field)]
        for item, place in zip(texts, places, strict=True):
            assert not [box for box in boxes if _overlap(place, box)], item.text
        clashes = [
            (a.text, b.text)
            for (a, p), (b, q) in itertools.combinations(zip(texts, places, strict=True), 2)
            if _overlap(p, q)
        ]
        assert clashes == []


def test_combs_have_the_pitch_that_hands_need(pages: tuple[PageLayout, ...]) -> None:
    for page in pages:
        for field in page.fields:
            for left, right in itertools.pairwise(field.cells):
                assert right.x - left.x == pytest.approx(4.8, abs=0.01) or (
                    right.x - left.x == pytest.approx(5.8, abs=0.01)
                )
            assert sum(field.groups) == len(field.cells)


def test_another_form_lays_out_portrait(posyandu: Template) -> None:
    page = posyandu.pages[0]
    assert (page.width_mm, page.height_mm) == (210.0, 297.0)
    kinds = {field.name: field.kind for field in page.fields}
    assert kinds["jk"] == kinds["keluhan"] == "mark_group"
    assert kinds["vaksin"] == "comb"
    assert kinds["ttd"] == "signature"


def test_codes_are_printed_beside_their_question(posyandu: Template) -> None:
    texts = [item.text for item in posyandu.pages[0].decor if item.kind == "text"]
    assert {"BCG", "Polio", "Campak", "Tidak → 4", "(bila 2 = Ya)"} <= set(texts)
