"""The pictures behind a report, found again in OUT by their hash."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from formscan.errors import PageError
from formscan.image.addresses import is_there
from formscan.image.load import load
from formscan.page import PageRef, Picture
from formscan.report.rows import PageRow

__all__ = ["find_scan", "leaning_size", "page_picture", "turn_box", "turn_upright"]

Box = tuple[float, float, float, float]
"""x, y, width, height in pixels."""


def find_scan(out: Path, page: PageRow, linked: Mapping[str, str]) -> str | None:
    """The kept original of a page, else the linked file (``--link-scans``), else None."""
    if page.sha256:
        kept = sorted((out / "originals" / page.sha256[:2]).glob(f"{page.sha256}.*"))
        if kept:
            return str(kept[0])
    path = linked.get(page.scan, "")
    return path if path and is_there(path) else None


def page_picture(path: str, page: PageRow) -> Picture | None:
    """(h, w, 3) BGR of one page as scanned, None where it cannot be decoded."""
    try:
        decoded = load(PageRef(path, page.frame, page.scan, page.sha256))
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


_STEEPEST_DEG = 30.0


def leaning_size(width: float, height: float, skew_deg: float) -> tuple[float, float, float]:
    """The field that leans by ``skew_deg`` within its upright box.

    Args:
        width: Of the box.
        height: Of the box.
        skew_deg: Of the page; a steeper lean than 30 degrees is taken for none.

    Returns:
        Width and height of the field along its own sides, and its lean in radians.
    """
    turn = math.radians(skew_deg) if abs(skew_deg) < _STEEPEST_DEG else 0.0
    cos, sin = math.cos(turn), abs(math.sin(turn))
    room = cos * cos - sin * sin
    own_width = max((width * cos - height * sin) / room, 2.0)
    own_height = max((height * cos - width * sin) / room, 0.6 * height)
    return own_width, own_height, turn
