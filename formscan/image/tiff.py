"""TIFF: pages counted by walking the directories, and decoded one at a time."""

from __future__ import annotations

import struct
import warnings
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from formscan.errors import UnreadableScanError
from formscan.image.limits import LoadOptions, check_pixels
from formscan.image.pixels import Pixels, dpi_of, from_pillow

__all__ = ["load_tiff", "tiff_frames"]


def tiff_frames(file: Path, limit: int) -> int:
    """Number of pages, at most ``limit + 1``; a chain that breaks ends the count.

    Raises:
        UnreadableScanError: Not even the first directory can be read (``damaged_file``).
    """
    try:
        with file.open("rb") as stream:
            return _walk(stream, limit)
    except (OSError, struct.error) as error:
        raise _damaged("its directory cannot be read") from error


def _walk(stream: BinaryIO, limit: int) -> int:
    head = stream.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = struct.unpack(order + "H", head[2:4])[0] == 43
    size_of, entry, link = ("Q", 20, "Q") if big else ("H", 12, "I")
    offset = struct.unpack(order + link, head[8:16] if big else head[4:8])[0]
    seen: set[int] = set()
    while offset and offset not in seen and len(seen) <= limit:
        stream.seek(offset)
        try:
            (entries,) = struct.unpack(order + size_of, stream.read(struct.calcsize(size_of)))
            stream.seek(entries * entry, 1)
            (following,) = struct.unpack(order + link, stream.read(struct.calcsize(link)))
        except struct.error:
            if seen:
                break
            raise
        seen.add(offset)
        offset = following
    return len(seen)


def load_tiff(file: Path, frame: int, options: LoadOptions) -> Pixels:
    """Page ``frame`` (1-based) of a TIFF, whatever its compression and colour model.

    Raises:
        UnreadableScanError: ``damaged_file`` or ``too_large``.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file, formats=["TIFF"]) as picture:
                picture.seek(frame - 1)
                check_pixels(*picture.size, options)
                return from_pillow(picture, dpi_of(picture))
    except UnreadableScanError:
        raise
    except Image.DecompressionBombError as error:
        detail = "more pixels than any scan has; scan at 300 dpi"
        raise UnreadableScanError("too_large", detail) from error
    except Exception as error:
        raise _damaged(f"page {frame} cannot be decoded") from error


def _damaged(what: str) -> UnreadableScanError:
    return UnreadableScanError("damaged_file", f"{what}; copy or scan it again")
