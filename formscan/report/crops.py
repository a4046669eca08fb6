"""Pictures of single fields, cut from their scans."""

from __future__ import annotations

import base64
import functools
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from formscan.page import Picture
from formscan.record import FieldValue
from formscan.report.rows import PageRow, ReadRow, load_pages
from formscan.report.scans import find_scan, page_picture, turn_upright
from formscan.report.stored import linked_scans

__all__ = ["FieldPicture", "field_cutter", "review_pictures"]

_MOST = 120
_WIDTH_PX = 460
_LARGE_PX = 1200
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


def field_cutter(out: Path) -> Callable[[FieldValue], bytes | None]:
    """What cuts fields of a run from the scans in ``out``, upright, as JPEG; None without a scan.

    The page that was decoded last is kept: fields should be asked for page by page.
    """
    pages = {(page.scan, page.frame): page for page in load_pages(out)}
    linked = linked_scans(out)

    @functools.lru_cache(maxsize=1)
    def picture(scan: str, frame: int) -> Picture | None:
        page = pages.get((scan, frame))
        path = find_scan(out, page, linked) if page is not None else None
        return page_picture(path, page) if path is not None and page is not None else None

    def cut(value: FieldValue) -> bytes | None:
        whole = picture(value.scan, value.frame)
        if whole is None:
            return None
        turn = pages[value.scan, value.frame].orientation_deg
        return _jpeg(turn_upright(_cut(whole, value.box_px), turn), _LARGE_PX)

    return cut


def _crop(picture: Picture, page: PageRow, read: ReadRow) -> FieldPicture:
    upright = turn_upright(_cut(picture, read.box_px), page.orientation_deg)
    wide = upright.shape[1] > _WIDE * upright.shape[0]
    return FieldPicture(
        field=read.field if read.row is None else f"{read.field} [{read.row}]",
        raw=read.raw,
        confidence=read.confidence,
        problems=" ".join(read.problems),
        scan=read.scan,
        frame=read.frame,
        wide=wide,
        jpeg=base64.b64encode(_jpeg(upright, 2 * _WIDTH_PX if wide else _WIDTH_PX)).decode(),
    )


def _cut(picture: Picture, box_px: tuple[float, float, float, float]) -> Picture:
    """The field with a margin of a third of its shorter side, clipped to the picture."""
    x, y, width, height = box_px
    margin = _MARGIN * min(width, height)
    top, bottom = max(0, round(y - margin)), round(y + height + margin)
    left, right = max(0, round(x - margin)), round(x + width + margin)
    cut = picture[top:bottom, left:right]
    return cut if cut.size else np.full((8, 8, 3), 255, dtype=np.uint8)


def _jpeg(picture: Picture, longest_px: int) -> bytes:
    scale = min(1.0, longest_px / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 72])
    return data.tobytes()
