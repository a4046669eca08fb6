"""Which page of a foreign form a picture shows: its own program printed a number on each page."""

from __future__ import annotations

import cv2
import numpy as np
import zxingcpp

from formscan.page import Picture
from formscan.templates.model import PageLayout, Template

__all__ = ["coded_page"]

_FORMATS = ("ITF", "Code128", "Code39", "QRCode")
_STEPS = (1.0, 0.5, 2.0)
_MOST_PX = 20_000_000


def coded_page(gray: Picture, template: Template) -> PageLayout | None:
    """The page whose number a barcode of the picture says, whichever way up.

    Args:
        gray: The whole picture.
        template: Its form.

    Returns:
        None where no page carries a number, no barcode says one, or two say different ones.
    """
    pages = {text: layout for layout in template.pages for text in layout.page_codes}
    for scale in _STEPS if pages else ():
        if gray.size * scale**2 > _MOST_PX:
            continue
        picture = gray if scale == 1 else cv2.resize(gray, None, fx=scale, fy=scale)
        found = zxingcpp.read_barcodes(
            np.ascontiguousarray(picture), formats=_formats(), try_invert=False
        )
        told = {layout.page: layout for code in found if (layout := pages.get(code.text.strip()))}
        if told:
            return next(iter(told.values())) if len(told) == 1 else None
    return None


def _formats() -> zxingcpp.BarcodeFormats:
    """Made each time: an object of theirs that outlives the interpreter is told of as a leak."""
    return zxingcpp.BarcodeFormats([getattr(zxingcpp.BarcodeFormat, name) for name in _FORMATS])
