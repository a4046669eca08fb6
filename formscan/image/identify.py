"""Which form a page belongs to, and which page of it: the printed page code is the word.

The code is looked for where the known templates print it, in all four ways up, then on the
whole picture, then on repaired versions of it. Only QR is allowed (ISO/IEC 18004): a reader
that tries every symbology takes 500 ms and finds codes in handwriting. Where it is lost, the bars
in the margin say the same, before anything is repaired.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp

from formscan.errors import UnidentifiedPageError
from formscan.geometry import Points
from formscan.image.bars import find_by_bars
from formscan.image.page_codes import coded_page
from formscan.image.tags import find_tags
from formscan.page import Identity, Page, Picture
from formscan.templates.cover import parse_cover
from formscan.templates.model import PageLayout, Template
from formscan.templates.payload import PageCode, parse_payload

__all__ = ["Sighting", "find_cover", "identify"]

_OURS = "FS1|"
_MARGIN_MM = 22.0
_ENLARGE = 3.0
_ENLARGE_PX = 700


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """What a page says it is.

    Attributes:
        identity: Form, version, page, serial.
        template: The template of that form and version.
        layout: Its page.
        qr_px: (4, 2) corners of the QR in the picture (as printed: top-left, top-right,
            bottom-right, bottom-left), None where the form has none or it could not be read.
        inverted: The picture is a negative: white print on black.
        by_hand: (4, 2) mm and (4, 2) px of the corners that a person pointed at, else None.
        page_known: False where ``layout`` is but one of the pages that it may be.
    """

    identity: Identity
    template: Template
    layout: PageLayout
    qr_px: Points | None = dataclasses.field(default=None, repr=False)
    inverted: bool = False
    by_hand: tuple[Points, Points] | None = dataclasses.field(default=None, repr=False)
    page_known: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class _Code:
    text: str
    corners_px: Points
    valid: bool
    inverted: bool = False


def identify(page: Page, templates: Sequence[Template], forced: Template | None = None) -> Sighting:
    """Find the page code, or take ``forced`` for a form that carries none.

    Args:
        page: The decoded picture, any way up.
        templates: Every form that may be in the batch.
        forced: A template without page code of ours, chosen with ``--form``.

    Raises:
        UnidentifiedPageError: ``no_identity``, ``damaged_identity``, ``unknown_form`` or
            ``unknown_version``.
    """
    coded = [template for template in templates if _has_code(template)]
    sighting, damaged = None, False
    if coded or forced is None:
        sighting, damaged = _by_code(_quick_searches(page.gray, coded), templates)
        sighting = sighting or _by_bars(page.gray, coded)
        if sighting is None:
            sighting, hurt = _by_code(_repaired_searches(page.gray), templates)
            damaged = damaged or hurt
    if sighting is not None:
        return sighting
    if forced is not None:
        return _forced(forced, page.gray)
    if damaged or _has_our_corners(page.gray, coded):
        detail = "a sheet of ours whose page code cannot be read; type the serial by hand"
        raise UnidentifiedPageError("damaged_identity", detail)
    detail = "no page code was found; scan the whole sheet, or name its form with --form"
    raise UnidentifiedPageError("no_identity", detail)


def _has_our_corners(gray: Picture, templates: Iterable[Template]) -> bool:
    """Whether a corner mark of any form is there: a sheet of ours that lost its code."""
    layouts = (layout for template in templates for layout in template.pages)
    anchors = {one.tag_id: one for layout in layouts for one in layout.anchors if one.kind == "tag"}
    return bool(find_tags(gray, tuple(anchors.values())).anchors)


def find_cover(page: Page) -> str:
    """The text of a cover sheet's code on a page that has no page code; "" where there is none."""
    half = cv2.resize(page.gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    for picture in (np.asarray(half, np.uint8), page.gray):
        for code in _read(picture):
            if parse_cover(code.text) is not None:
                return code.text
    return ""


def _has_code(template: Template) -> bool:
    return any(layout.qr_box is not None for layout in template.pages)


def _sighting(told: PageCode, corners_px: Points, templates: Sequence[Template]) -> Sighting:
    same_form = [template for template in templates if template.form == told.form]
    if not same_form:
        detail = f"form {told.form} is not loaded; add it with --form"
        raise UnidentifiedPageError("unknown_form", detail)
    for template in same_form:
        if template.version != told.version:
            continue
        for layout in template.pages:
            if layout.page == told.page:
                identity = Identity(
                    told.form, told.version, told.page, told.serial, told.print_run, "qr"
                )
                return Sighting(identity, template, layout, corners_px)
        detail = f"form {told.form} {told.version} has no page {told.page}"
        raise UnidentifiedPageError("unknown_form", detail)
    known = ", ".join(sorted(template.version for template in same_form))
    detail = (
        f"form {told.form} version {told.version} is not loaded (loaded: {known}); "
        "add its template with --form"
    )
    raise UnidentifiedPageError("unknown_version", detail)


def _by_code(codes: Iterator[_Code], templates: Sequence[Template]) -> tuple[Sighting | None, bool]:
    """The page of the first whole code of ours; whether one was seen that is not whole."""
    damaged = False
    for code in codes:
        told = parse_payload(code.text) if code.valid else None
        if told is not None:
            sighting = _sighting(told, code.corners_px, templates)
            return dataclasses.replace(sighting, inverted=code.inverted), damaged
        damaged = damaged or code.text.startswith(_OURS) or not code.valid
    return None, damaged


def _by_bars(gray: Picture, templates: Sequence[Template]) -> Sighting | None:
    found = find_by_bars(gray, templates)
    if found is None:
        return None
    said, template = found.said, found.template
    identity = Identity(
        template.form, template.version, said.page, said.serial, said.print_run, "barcode"
    )
    return Sighting(identity, template, found.layout)


def _forced(template: Template, gray: Picture) -> Sighting:
    single = len(template.pages) == 1
    told = None if single else coded_page(gray, template)
    layout = told or template.pages[0]
    identity = Identity(template.form, template.version, layout.page, source="option")
    return Sighting(identity, template, layout, page_known=single or told is not None)


def _quick_searches(gray: Picture, templates: Sequence[Template]) -> Iterator[_Code]:
    """Codes where they are printed, then anywhere, cheapest search first."""
    for left, top, right, bottom in _regions(gray, templates):
        yield from _read(gray[top:bottom, left:right], offset=(left, top))
    half = cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    yield from _read(np.asarray(half, np.uint8), scale=0.5)
    yield from _read(gray)
    for code in _read(np.asarray(cv2.bitwise_not(half), np.uint8), scale=0.5):
        yield dataclasses.replace(code, inverted=True)
    for left, top, right, bottom in _regions(gray, templates):
        for enlarged in _enlarged(gray[top:bottom, left:right]):
            yield from _read(enlarged, offset=(left, top), scale=_ENLARGE)


def _repaired_searches(gray: Picture) -> Iterator[_Code]:
    for repaired, scale in _repairs(gray):
        yield from _read(repaired, scale=scale, errors=True)


def _regions(gray: Picture, templates: Sequence[Template]) -> Iterator[tuple[int, int, int, int]]:
    """(left, top, right, bottom) px in which a code may lie if the picture is the sheet."""
    height, width = gray.shape
    seen: set[tuple[int, int, int, int]] = set()
    for layout in (layout for template in templates for layout in template.pages):
        if layout.qr_box is None:
            continue
        size = np.array([layout.width_mm, layout.height_mm])
        corners = layout.qr_box.grow(_MARGIN_MM).corners()[[0, 2]] / size
        for turn in range(4):
            if (turn % 2 == 0) != ((width > height) == (size[0] > size[1])):
                corners = np.column_stack([1 - corners[:, 1], corners[:, 0]])
                continue
            low = np.clip(corners.min(axis=0), 0, 1) * (width, height)
            high = np.clip(corners.max(axis=0), 0, 1) * (width, height)
            region = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
            if region not in seen:
                seen.add(region)
                yield region
            corners = np.column_stack([1 - corners[:, 1], corners[:, 0]])


def _enlarged(region: Picture) -> Iterator[Picture]:
    """A coarse or blurred code, enlarged, then sharpened too."""
    if max(region.shape, default=0) > _ENLARGE_PX or min(region.shape) < 16:
        return
    large = cv2.resize(region, None, fx=_ENLARGE, fy=_ENLARGE, interpolation=cv2.INTER_CUBIC)
    yield np.asarray(large, np.uint8)
    blurred = cv2.GaussianBlur(large, (0, 0), 1.5 * _ENLARGE)
    yield np.asarray(cv2.addWeighted(large, 3.0, blurred, -2.0, 0), np.uint8)


def _repairs(gray: Picture) -> Iterator[tuple[Picture, float]]:
    """Versions of a picture in which a blurred, faint or dirty code may come out."""
    blurred = cv2.GaussianBlur(gray, (0, 0), 2.0)
    yield np.asarray(cv2.addWeighted(gray, 2.5, blurred, -1.5, 0), np.uint8), 1.0
    yield np.asarray(cv2.medianBlur(gray, 3), np.uint8), 1.0
    if gray.size < 12_000_000:
        double = cv2.resize(gray, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        yield np.asarray(double, np.uint8), 2.0
    third = cv2.resize(gray, None, fx=1 / 3, fy=1 / 3, interpolation=cv2.INTER_AREA)
    yield np.asarray(third, np.uint8), 1 / 3
    local = cv2.adaptiveThreshold(
        cv2.GaussianBlur(gray, (0, 0), 1.0), 255, cv2.ADAPTIVE_THRESH_MEAN_C,
        cv2.THRESH_BINARY, 61, 12,
    )  # fmt: skip
    yield np.asarray(local, np.uint8), 1.0


def _read(
    picture: Picture,
    *,
    offset: tuple[int, int] = (0, 0),
    scale: float = 1.0,
    errors: bool = False,
) -> Iterator[_Code]:
    if min(picture.shape) < 16:
        return
    found = zxingcpp.read_barcodes(
        np.ascontiguousarray(picture),
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
        try_invert=False,
        try_downscale=min(picture.shape) > 700,
        return_errors=errors,
    )
    for barcode in found:
        at = barcode.position
        corners = [at.top_left, at.top_right, at.bottom_right, at.bottom_left]
        points = np.array([(corner.x, corner.y) for corner in corners], dtype=np.float64)
        points = (points + 0.5) / scale - 0.5 + np.array(offset)
        yield _Code(barcode.text, points, bool(barcode.valid))
