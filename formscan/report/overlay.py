"""Page pictures with what was read where, coloured by what became of it."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from formscan.errors import StoreError, told
from formscan.messages import text
from formscan.page import Picture
from formscan.report.rows import PageRow, ReadRow, load_pages, load_reads
from formscan.report.scans import find_scan, leaning_size, page_picture, turn_box, turn_upright
from formscan.report.stored import linked_scans

__all__ = ["STATUS_COLOURS", "OverlayOptions", "draw_overlay", "overlay_name", "write_overlays"]

_LONGEST_NAME = 200
"""Bytes; a disk takes 255, with frame and ending."""

STATUS_COLOURS: Mapping[str, tuple[int, int, int]] = {
    "accepted": (24, 130, 78),
    "confirmed": (15, 110, 120),
    "review": (214, 106, 0),
    "blank": (140, 150, 160),
    "image": (33, 98, 180),
}
"""RGB of boxes and labels."""


@dataclass(frozen=True, slots=True)
class OverlayOptions:
    """How overlays look.

    Attributes:
        long_side_px: Of the drawing.
        quality: Of the JPEG.
        text_px: Height of labels; the labels of lower fields shrink down to ``min_text_px``.
    """

    long_side_px: int = 2200
    quality: int = 85
    text_px: int = 19
    min_text_px: int = 12


def write_overlays(
    out: Path,
    options: OverlayOptions | None = None,
    folder: Path | None = None,
    *,
    language: str = "id",
) -> tuple[Path, ...]:
    """Draw every registered page of the run in ``out``.

    A page of which nothing counts, since another scan of it was read more surely, says so.

    Args:
        out: Output folder of ``formscan run``; its CSVs must be written.
        options: How they look.
        folder: For the drawings; by default ``out/overlays``.
        language: Of what is said on them.

    Returns:
        The JPEGs; pages whose picture is gone are left out.
    """
    options = options or OverlayOptions()
    reads: dict[tuple[str, int], list[ReadRow]] = defaultdict(list)
    others: dict[tuple[str, int], str] = {}
    for read in load_reads(out):
        reads[read.scan, read.frame].append(read)
        others.setdefault((read.record, read.page), f"{read.scan} ({read.frame})")
    folder, linked = folder or out / "overlays", linked_scans(out)
    written = []
    for page in load_pages(out):
        here = reads.get((page.scan, page.frame), [])
        other = others.get((page.record, page.page), "") if page.status == "ok" else ""
        path = find_scan(out, page, linked) if here or other else None
        picture = page_picture(path, page) if path else None
        if picture is not None:
            note = "" if here else text("report.read_elsewhere", language, scan=other)
            drawn = draw_overlay(picture, page, here, options, note)
            target = folder / overlay_name(page)
            _save(Image.fromarray(drawn), target, options)
            written.append(target)
    return tuple(written)


def _save(drawing: Image.Image, target: Path, options: OverlayOptions) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        drawing.save(target, quality=options.quality, optimize=True)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise StoreError(told("store.no_file", file=target, why=why)) from error


def overlay_name(page: PageRow) -> str:
    """A flat file name that no other page of the run has, and that every disk takes."""
    name = page.scan.replace("/", "__")
    if len(name.encode()) > _LONGEST_NAME:
        start = name.encode()[: _LONGEST_NAME - 17].decode(errors="ignore")
        name = f"{start}~{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    return f"{name}__{page.frame}.jpg"


def draw_overlay(
    picture: Picture,
    page: PageRow,
    reads: Sequence[ReadRow],
    options: OverlayOptions,
    note: str = "",
) -> Picture:
    """(h, w, 3) RGB: the page upright and scaled, each field boxed, its reading beside it.

    Args:
        picture: (h, w, 3) BGR as scanned.
        page: Says how the page lies.
        reads: The fields read on it, boxes in scan pixels.
        options: Size of the drawing and of its texts.
        note: Written over the page.
    """
    height, width = picture.shape[:2]
    scale = min(1.0, options.long_side_px / max(height, width))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    upright = turn_upright(np.asarray(small, dtype=np.uint8), page.orientation_deg)
    base = Image.fromarray(cv2.cvtColor(upright, cv2.COLOR_BGR2RGB)).convert("RGBA")
    layer = Image.new("RGBA", base.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(layer)
    for read in reads:
        turned = turn_box(read.box_px, (width, height), page.orientation_deg)
        box = tuple(scale * side for side in turned)
        _draw_field(draw, box, _lean(box, page.skew_deg), read, options)
    if note:
        size_px = _note_px(note, base.width - 4 * options.text_px, 2 * options.text_px)
        corner = (2 * options.text_px, 4 * options.text_px)
        _draw_label(draw, corner, note, STATUS_COLOURS["blank"], size_px)
    return np.asarray(Image.alpha_composite(base, layer).convert("RGB"), dtype=np.uint8)


def _lean(box: tuple[float, ...], skew_deg: float) -> list[tuple[float, float]]:
    """The corners of the field that leans by ``skew_deg`` within its upright ``box``."""
    left, top, width, height = box
    own_width, own_height, turn = leaning_size(width, height, skew_deg)
    half_w, half_h = own_width / 2, own_height / 2
    x, y = left + width / 2, top + height / 2
    corners = ((-half_w, -half_h), (half_w, -half_h), (half_w, half_h), (-half_w, half_h))
    cos, sin = math.cos(turn), math.sin(turn)
    return [(x + u * cos - v * sin, y + u * sin + v * cos) for u, v in corners]


def _draw_field(
    draw: ImageDraw.ImageDraw,
    box: tuple[float, ...],
    corners: list[tuple[float, float]],
    read: ReadRow,
    options: OverlayOptions,
) -> None:
    colour = STATUS_COLOURS.get(read.status, STATUS_COLOURS["review"])
    empty = read.status == "blank"
    fill = (*colour, 0 if empty else 34)
    outline = (*colour, 110 if empty else 255)
    draw.polygon(corners, fill=fill, outline=outline, width=1 if empty else 2)
    said = "" if read.status == "image" else read.value or read.raw
    if said and not empty:
        size_px = _text_px(box[3], options)
        _draw_label(draw, (corners[0][0], min(corners[0][1], corners[3][1])), said, colour, size_px)


def _draw_label(
    draw: ImageDraw.ImageDraw,
    corner: tuple[float, float],
    said: str,
    colour: tuple[int, int, int],
    size_px: int,
) -> None:
    font = ImageFont.truetype(_typeface(), size_px)
    left, top = corner
    width = draw.textlength(said, font)
    upper = max(0.0, top - 0.92 * size_px)
    plate = (left, upper, left + width + 8, upper + 1.12 * size_px)
    draw.rounded_rectangle(plate, radius=3, fill=(*colour, 235))
    middle = (left + 4, (plate[1] + plate[3]) / 2)
    draw.text(middle, said, font=font, fill=(255, 255, 255, 255), anchor="lm")


def _text_px(height: float, options: OverlayOptions) -> int:
    return round(min(options.text_px, max(options.min_text_px, 0.5 * height)))


def _note_px(note: str, room_px: int, largest_px: int) -> int:
    """Height of a line that fits into ``room_px``."""
    needed = ImageFont.truetype(_typeface(), largest_px).getlength(note)
    return max(1, round(largest_px * min(1.0, room_px / needed)))


def _typeface() -> str:
    folder = resources.files("formscan.templates").joinpath("fonts")
    return str(folder.joinpath("RobotoCondensed-Bold.ttf"))
