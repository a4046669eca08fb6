"""Small pictures of the fields in review, to be shown beside their readings."""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from formscan.page import Picture
from formscan.report.rows import PageRow, ReadRow
from formscan.report.scans import find_scan, page_picture, turn_upright
from formscan.report.stored import linked_scans

__all__ = ["FieldPicture", "review_pictures"]

_MOST = 120
_WIDTH_PX = 460
_MARGIN = 0.35
_WIDE = 5


@dataclass(frozen=True, slots=True)
class FieldPicture:
    """One field in review.

    Attributes:
        field: Question name, with its row.
        problems: Codes, joined by spaces.
        wide: Much wider than high: needs two columns.
        jpeg: Base64.
    """

    field: str
    raw: str
    confidence: float
    problems: str
    scan: str
    frame: int
    wide: bool
    jpeg: str


def review_pictures(
    out: Path, pages: Sequence[PageRow], reads: Sequence[ReadRow]
) -> tuple[FieldPicture, ...]:
    """Crops of the first 120 fields in review, in order of pages; each page is decoded once."""
    wanted = [read for read in reads if read.status == "review"][:_MOST]
    by_page: dict[tuple[str, int], list[ReadRow]] = defaultdict(list)
    for read in wanted:
        by_page[read.scan, read.frame].append(read)
    shown: list[FieldPicture] = []
    linked = linked_scans(out)
    for page in pages:
        here = by_page.get((page.scan, page.frame), [])
        path = find_scan(out, page, linked) if here else None
        picture = page_picture(path, page) if path else None
        if picture is not None:
            shown += [_crop(picture, page, read) for read in here]
    return tuple(shown)


def _crop(picture: Picture, page: PageRow, read: ReadRow) -> FieldPicture:
    upright = turn_upright(_cut(picture, read), page.orientation_deg)
    wide = upright.shape[1] > _WIDE * upright.shape[0]
    return FieldPicture(
        field=read.field if read.row is None else f"{read.field} [{read.row}]",
        raw=read.raw,
        confidence=read.confidence,
        problems=" ".join(read.problems),
        scan=read.scan,
        frame=read.frame,
        wide=wide,
        jpeg=_jpeg(upright, 2 * _WIDTH_PX if wide else _WIDTH_PX),
    )


def _cut(picture: Picture, read: ReadRow) -> Picture:
    """The field with a margin of a third of its shorter side, clipped to the picture."""
    x, y, width, height = read.box_px
    margin = _MARGIN * min(width, height)
    top, bottom = max(0, round(y - margin)), round(y + height + margin)
    left, right = max(0, round(x - margin)), round(x + width + margin)
    cut = picture[top:bottom, left:right]
    return cut if cut.size else np.full((8, 8, 3), 255, dtype=np.uint8)


def _jpeg(picture: Picture, width_px: int) -> str:
    scale = min(1.0, width_px / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 72])
    return base64.b64encode(data.tobytes()).decode()
