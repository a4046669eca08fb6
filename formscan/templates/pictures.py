"""The pictures inside a template: each must be one that a run can match with."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Iterator

from formscan.errors import Sentence, told
from formscan.templates.model import PageLayout

__all__ = ["unusable_pictures"]

_MAX_PIXELS = 50_000_000
_MIN_PX_PER_MM = 1.0
_OTHER_SHAPE = 0.1
"""A reference is stretched to its page: so much more in one direction is another page."""


def unusable_pictures(page: PageLayout) -> Iterator[tuple[str, Sentence]]:
    """(path in the page, what is wrong) of each picture that cannot be used."""
    if page.reference_png:
        found = _size_px(page.reference_png)
        problem = _of_page(found, page) if isinstance(found, tuple) else found
        yield from [("reference_png", problem)] if problem else []
    for at, anchor in enumerate(page.anchors):
        if anchor.kind == "picture":
            found = _size_px(anchor.picture_png)
            if not isinstance(found, tuple):
                yield f"anchors[{at}].picture_png", found


def _size_px(png: str) -> tuple[int, int] | Sentence:
    """(width, height) of a whole PNG in Base64 that shows something, or what is wrong with it."""
    from PIL import Image

    try:
        data = base64.b64decode(png, validate=True)
    except (binascii.Error, ValueError):
        return told("template.not_base64")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            width, height = picture.size
            if width * height > _MAX_PIXELS:
                most = _MAX_PIXELS // 1_000_000
                return told("template.large", width=width, height=height, most=most)
            darkest, lightest = picture.convert("L").getextrema()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        return told("template.not_png", why=str(error).partition(" <_io")[0])
    return (width, height) if darkest != lightest else told("template.empty_picture")


def _of_page(size_px: tuple[int, int], page: PageLayout) -> Sentence:
    """A problem where a picture of this size cannot be the blank page, else ""."""
    across, down = size_px[0] / page.width_mm, size_px[1] / page.height_mm
    if abs(across / down - 1) <= _OTHER_SHAPE and min(across, down) >= _MIN_PX_PER_MM:
        return ""
    width_mm, height_mm = f"{page.width_mm:g}", f"{page.height_mm:g}"
    px = {"width": size_px[0], "height": size_px[1]}
    return told("template.wrong_size", **px, width_mm=width_mm, height_mm=height_mm)
