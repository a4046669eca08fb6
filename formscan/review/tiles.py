"""Small pictures of single boxes, cut once per page and kept: a grid of a hundred loads at once."""

from __future__ import annotations

import base64
import io
import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Iterable

from PIL import Image

from formscan.review.glyphs import Glyph
from formscan.review.pictures import Album

__all__ = ["Tiles", "by_page"]

_KEPT = 60_000
_HEIGHT_PX = 64
_STAND_BACK_S = 0.02


class Tiles:
    """Pictures of glyphs as JPEG in base64. Safe to use from several threads."""

    def __init__(self, album: Album) -> None:
        self._album = album
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._waiting = 0

    def of(self, glyphs: Iterable[Glyph]) -> dict[str, str]:
        """Id of each glyph to its picture, "" where its scan is gone or was changed."""
        found: dict[str, str] = {}
        wanted = []
        with self._lock:
            for one in glyphs:
                if one.id in self._kept:
                    found[one.id] = self._kept[one.id]
                    self._kept.move_to_end(one.id)
                else:
                    wanted.append(one)
            self._waiting += 1
        try:
            for page in by_page(wanted):
                found |= self._cut(page)
        finally:
            with self._lock:
                self._waiting -= 1
        return found

    def has(self, glyph: Glyph) -> bool:
        """Whether its picture is there already."""
        with self._lock:
            return glyph.id in self._kept

    def warm(self, page: Iterable[Glyph]) -> None:
        """Cut the boxes of one page beforehand, and stand back while somebody waits."""
        while self._waiting:
            time.sleep(_STAND_BACK_S)
        self._cut([one for one in page if not self.has(one)])

    def _cut(self, glyphs: Iterable[Glyph]) -> dict[str, str]:
        found = {}
        for one in glyphs:
            picture = self._album.part(one.page, one.box_px, one.part)
            found[one.id] = "" if picture is None else _encoded(picture)
        with self._lock:
            self._kept |= found
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return found


def by_page(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Together what stands on one page, in the order in which pages come up."""
    pages: dict[tuple[str, int], list[Glyph]] = defaultdict(list)
    for one in glyphs:
        pages[one.page.ref.sha256, one.page.ref.frame].append(one)
    return list(pages.values())


def _encoded(picture: Image.Image) -> str:
    size = (max(1, round(picture.width * _HEIGHT_PX / picture.height)), _HEIGHT_PX)
    data = io.BytesIO()
    small = picture.resize(size, Image.Resampling.BICUBIC)
    small.save(data, "JPEG", quality=80)
    return base64.b64encode(data.getvalue()).decode()
