"""The pictures behind a report, found again in OUT by their hash."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from formscan.errors import PageError
from formscan.image.load import load
from formscan.page import PageRef, Picture
from formscan.report.rows import PageRow

__all__ = ["find_scan", "page_picture", "turn_box", "turn_upright"]

Box = tuple[float, float, float, float]
"""x, y, width, height in pixels."""


def find_scan(out: Path, page: PageRow, linked: Mapping[str, Path]) -> Path | None:
    """The kept original of a page, else the linked file (``--link-scans``), else None."""
    if page.sha256:
        kept = sorted((out / "originals" / page.sha256[:2]).glob(f"{page.sha256}.*"))
        if kept:
            return kept[0]
    path = linked.get(page.scan)
    return path if path is not None and path.is_file() else None


def page_picture(path: Path, page: PageRow) -> Picture | None:
    """(h, w, 3) BGR of one page as scanned, None where it cannot be decoded."""
    try:
        decoded = load(PageRef(str(path), page.frame, page.scan, page.sha256))
    except PageError:
        return None
    if decoded.bgr is not None:
        return decoded.bgr
    return np.asarray(cv2.cvtColor(decoded.gray, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def turn_upright(picture: Picture, orientation_deg: int) -> Picture:
    """The picture turned clockwise by 0, 90, 180 or 270 degrees."""
    turns = {
        90: cv2.ROTATE_90_CLOCKWISE,
        180: cv2.ROTATE_180,
        270: cv2.ROTATE_90_COUNTERCLOCKWISE,
    }
    turn = turns.get(orientation_deg % 360)
    if turn is None:
        return picture
    return np.asarray(cv2.rotate(picture, turn), dtype=np.uint8)


def turn_box(box: Box, size: tuple[int, int], orientation_deg: int) -> Box:
    """Where a box of a picture of ``size`` (width, height) lies after ``turn_upright``."""
    x, y, width, height = box
    full_width, full_height = size
    match orientation_deg % 360:
        case 90:
            return full_height - y - height, x, height, width
        case 180:
            return full_width - x - width, full_height - y - height, width, height
        case 270:
            return y, full_width - x - width, height, width
        case _:
            return box
