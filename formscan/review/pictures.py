"""Crops and pages as people see them: upright, from the kept originals, by hash."""

from __future__ import annotations

import base64
import io
import math
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from formscan.errors import PageError
from formscan.image.addresses import sha256_of
from formscan.image.load import load
from formscan.page import Page, PageRef
from formscan.reading import PageOutcome, Px
from formscan.report.scans import leaning_size, turn_box
from formscan.store import original_path

__all__ = ["Album", "Shown", "decoded", "scan_file"]

_PAGES_KEPT = 8
_LONG_SIDE_PX = 2200
_SMALL_PX = 400
_MARGIN = 0.45
_LEAST_MARGIN_PX = 14
_TURNS = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture ready for the browser.

    Attributes:
        jpeg: Its bytes.
        scale: Its pixels per pixel of the scan.
    """

    jpeg: bytes
    width: int
    height: int
    scale: float

    @property
    def base64(self) -> str:
        """``jpeg`` for a data: URI."""
        return base64.b64encode(self.jpeg).decode()


class Album:
    """Decodes pages of one batch, the last few kept. Safe to use from several threads.

    Args:
        out: The batch folder.
        gray: Leave the colours away, which takes half the time.
    """

    def __init__(self, out: Path, *, gray: bool = False) -> None:
        self._out = out
        self._gray = gray
        self._lock = threading.Lock()
        self._pages: OrderedDict[tuple[str, int, int], Image.Image] = OrderedDict()

    def crop(self, page: PageOutcome, box_px: Px, width_px: int = 1400) -> Shown | None:
        """A field with a margin, None where its scan is gone or was changed."""
        _, _, width, height = self.outline(page, box_px)
        margin = max(_LEAST_MARGIN_PX, _MARGIN * min(width, height))
        across, down = margin / width, margin / height
        cut = self.part(page, box_px, (-across, -down, 1 + 2 * across, 1 + 2 * down))
        return None if cut is None else _encoded(cut, width_px)

    def part(
        self, page: PageOutcome, box_px: Px, part: tuple[float, float, float, float]
    ) -> Image.Image | None:
        """A part of a field straightened, None where its scan is gone or was changed.

        Args:
            page: What it stands on.
            box_px: The field.
            part: x, y, width, height in parts of the field's own sides; (0, 0, 1, 1) is all of it.
        """
        upright = self._upright(page)
        if upright is None:
            return None
        x, y, width, height = self.turned(page, box_px)
        own_width, own_height, turn = leaning_size(width, height, page.skew_deg)
        left, top = (part[0] - 0.5) * own_width, (part[1] - 0.5) * own_height
        right, bottom = left + part[2] * own_width, top + part[3] * own_height
        cos, sin = math.cos(turn), math.sin(turn)
        across, down = (left + right) / 2, (top + bottom) / 2
        half = ((right - left) / 2, (bottom - top) / 2)
        around = _square(
            x + width / 2 + cos * across - sin * down,
            y + height / 2 + sin * across + cos * down,
            math.hypot(*half),
        )
        straight = upright.crop(around).rotate(math.degrees(turn), Image.Resampling.BICUBIC)
        middle = straight.width / 2
        cut = (middle - half[0], middle - half[1], middle + half[0], middle + half[1])
        left_px, top_px, right_px, bottom_px = (round(edge) for edge in cut)
        return straight.crop((left_px, top_px, right_px, bottom_px))

    def page(self, page: PageOutcome, long_side_px: int = _LONG_SIDE_PX) -> Shown | None:
        """The whole page upright, None where its scan is gone or was changed."""
        upright = self._upright(page)
        return None if upright is None else _encoded(upright, long_side_px)

    def small(self, page: PageOutcome) -> Image.Image | None:
        """The page in a few hundred pixels, not kept; None where its scan is gone."""
        picture = _decode(self._out, page, gray=True)
        if picture is not None:
            picture.thumbnail((_SMALL_PX, _SMALL_PX), Image.Resampling.BOX)
        return picture

    @staticmethod
    def turned(page: PageOutcome, box_px: Px) -> tuple[float, float, float, float]:
        """Where a box of the scan lies on the upright page, in pixels of the scan."""
        return turn_box(box_px, (page.width_px, page.height_px), page.orientation_deg)

    def outline(self, page: PageOutcome, box_px: Px) -> tuple[float, float, float, float]:
        """A field's own x, y, width, height on the upright page, to be turned by the skew."""
        x, y, width, height = self.turned(page, box_px)
        own_width, own_height, _ = leaning_size(width, height, page.skew_deg)
        left, top = x + (width - own_width) / 2, y + (height - own_height) / 2
        return left, top, own_width, own_height

    def _upright(self, page: PageOutcome) -> Image.Image | None:
        name = (page.ref.sha256, page.ref.frame, page.orientation_deg % 360)
        with self._lock:
            if name not in self._pages:
                picture = _decode(self._out, page, gray=self._gray)
                if picture is None:
                    return None
                self._pages[name] = picture
            self._pages.move_to_end(name)
            while len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
            return self._pages[name]


def scan_file(out: Path, ref: PageRef) -> str:
    """Path or address where a scan is looked for: the kept original, else where it came from."""
    kept = original_path(out, ref)
    return str(kept) if kept.is_file() else ref.path


def decoded(out: Path, page: PageOutcome) -> Page | None:
    """The pixels of a page as scanned, None where its scan is gone or was changed."""
    path = scan_file(out, page.ref)
    if sha256_of(path) != page.ref.sha256:
        return None
    try:
        return load(replace(page.ref, path=path))
    except PageError:
        return None


def _decode(out: Path, page: PageOutcome, *, gray: bool) -> Image.Image | None:
    found = decoded(out, page)
    if found is None:
        return None
    pixels = found.gray if gray or found.bgr is None else found.bgr[:, :, ::-1]
    picture = Image.fromarray(pixels)
    turn = _TURNS.get(page.orientation_deg % 360)
    return picture if turn is None else picture.transpose(turn)


def _square(x: float, y: float, reach: float) -> tuple[int, int, int, int]:
    return round(x - reach), round(y - reach), round(x + reach), round(y + reach)


def _encoded(picture: Image.Image, long_side_px: int) -> Shown:
    scale = min(1.0, long_side_px / max(picture.size))
    if scale < 1:
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture = picture.resize(size, Image.Resampling.BOX)
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=82)
    return Shown(data.getvalue(), picture.width, picture.height, scale)
