"""The bars in a page's margin: its identity where the QR is lost, and a witness where it is not.

The corner marks, or the finished registration, say where the bars lie; they are cut out level
and read at several sizes. Only Code128 is allowed, and only digits whose checks agree count.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp

from formscan.errors import UnidentifiedPageError
from formscan.geometry import BoxMm, Points, PxFromMm
from formscan.image.fit import fit_groups
from formscan.image.tags import find_tags
from formscan.page import Identity, Picture, RegisteredPage
from formscan.templates.bars import BARS_MODULES, BarsCode, bars_code, parse_bars
from formscan.templates.model import PageLayout, Template
from formscan.templates.payload import PageCode

__all__ = ["ByBars", "confirm_by_bars", "find_by_bars", "read_bars"]

_FEWEST_TAGS = 2
_ALONG = 12
"""Paper beyond both ends of the bars that is looked at, in modules."""
_ACROSS_MM = 1.6
"""Likewise to both sides: a bent sheet lies so far from where its corner marks put it."""
_TRIES = ((3.0, 0.8), (3.0, 0.3), (2.0, 0.3), (5.0, 0.2))
"""Pixels per module, and mm from one row of pixels to the next; most bars are read at once."""
_SHRINK = 1.6
"""A scan so much finer than the cut-out is softened before."""


@dataclass(frozen=True, slots=True)
class ByBars:
    """A page that its bars tell."""

    said: BarsCode
    template: Template
    layout: PageLayout


def find_by_bars(gray: Picture, templates: Sequence[Template]) -> ByBars | None:
    """The page whose corner marks and bars are found, any way up; None where there is none.

    Raises:
        UnidentifiedPageError: ``unknown_form``: bars are read that no template prints.
    """
    unknown = False
    for layout in _distinct(templates):
        said = _read_by_tags(gray, layout)
        if said is None:
            continue
        for template in templates:
            for other in template.pages:
                if other.bars_box is not None and said == _said(template, other, said):
                    return ByBars(said, template, other)
        unknown = True
    if unknown:
        detail = (
            "the page code cannot be read, and the bars in the margin name a form or a version "
            "that is not loaded; add its template with --form"
        )
        raise UnidentifiedPageError("unknown_form", detail)
    return None


def confirm_by_bars(registered: RegisteredPage) -> None:
    """Refuse a page whose bars can be read and say something else than its QR.

    Raises:
        UnidentifiedPageError: ``damaged_identity``.
    """
    identity = registered.identity
    if identity.source != "qr" or registered.layout.bars_box is None:
        return
    said = read_bars(registered.page.gray, registered.px_from_mm, registered.layout.bars_box)
    if said is not None and said != _said(registered.template, registered.layout, identity):
        detail = (
            f"the page code says serial {identity.serial} of print run {identity.print_run}, the "
            f"bars in the margin {said.serial} of {said.print_run}: is something stuck on the "
            "sheet, or another one below it? Type the serial by hand"
        )
        raise UnidentifiedPageError("damaged_identity", detail)


def read_bars(gray: Picture, px_from_mm: PxFromMm, box: BoxMm) -> BarsCode | None:
    """What the bars in ``box`` say; None where they cannot be read."""
    for picture in _cut_out(gray, px_from_mm, box):
        found = zxingcpp.read_barcodes(
            picture,
            formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.Code128]),
            try_rotate=False,
            try_invert=False,
            try_downscale=False,
        )
        for barcode in found:
            said = parse_bars(barcode.text)
            if said is not None:
                return said
    return None


def _said(template: Template, layout: PageLayout, of: BarsCode | Identity) -> BarsCode:
    """What the bars of a page say when they are of the serial and print run of ``of``."""
    return bars_code(
        PageCode(template.form, template.version, layout.page, of.serial, of.print_run)
    )


def _distinct(templates: Sequence[Template]) -> Iterator[PageLayout]:
    """The pages that print bars, one of each set of corner marks in the same places."""
    seen = set()
    for layout in (layout for template in templates for layout in template.pages):
        key = (layout.bars_box, *((one.tag_id, one.box) for one in layout.anchors))
        if layout.bars_box is not None and key not in seen:
            seen.add(key)
            yield layout


def _read_by_tags(gray: Picture, layout: PageLayout) -> BarsCode | None:
    found = find_tags(gray, layout.anchors)
    if len(found.anchors) < _FEWEST_TAGS or layout.bars_box is None:
        return None
    fit = fit_groups([anchor.box.corners() for anchor in found.anchors], list(found.corners_px))
    return None if fit is None else read_bars(gray, PxFromMm(fit.homography), layout.bars_box)


def _cut_out(gray: Picture, px_from_mm: PxFromMm, box: BoxMm) -> Iterator[Picture]:
    """The bars upright, read along, at several sizes, with free paper at both ends."""
    long, short = max(box.width, box.height), min(box.width, box.height)
    module = long / BARS_MODULES
    for px_per_module, row_mm in _TRIES:
        along = np.arange(-_ALONG, BARS_MODULES + _ALONG, 1.0 / px_per_module) * module
        across = np.arange(-_ACROSS_MM, short + _ACROSS_MM, row_mm)
        grid = np.stack(np.meshgrid(along, across), axis=-1).reshape(-1, 2)
        if box.height > box.width:
            grid = grid[:, ::-1]
        px = px_from_mm(grid + np.array([box.x, box.y]))
        yield _sampled(gray, px, (len(across), len(along)))


def _sampled(gray: Picture, px: Points, shape: tuple[int, int]) -> Picture:
    """(h, w) of the scan at the points, softened where it is much finer than they are."""
    low = np.floor(px.min(axis=0)).astype(int) - 8
    high = np.ceil(px.max(axis=0)).astype(int) + 9
    left, top = np.clip(low, 0, gray.shape[::-1])
    right, bottom = np.clip(high, 0, gray.shape[::-1])
    part = gray[top:bottom, left:right]
    if min(part.shape) < 2:
        return np.full(shape, 255, np.uint8)
    apart = float(np.linalg.norm(px[1] - px[0]))
    if apart > _SHRINK:
        part = np.asarray(cv2.GaussianBlur(part, (0, 0), 0.4 * apart), np.uint8)
    x, y = ((px[:, axis] - origin).reshape(shape) for axis, origin in ((0, left), (1, top)))
    read = cv2.remap(
        part, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT, borderValue=255.0,
    )  # fmt: skip
    return np.asarray(read, np.uint8)
