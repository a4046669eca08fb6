"""What one scan may cost: bytes, frames and pixels, judged before anything is decoded."""

from __future__ import annotations

from dataclasses import dataclass

from formscan.errors import UnreadableScanError

__all__ = ["LoadOptions", "check_bytes", "check_frames", "check_pixels"]


SMALLEST_SIDE_PX = 32
LONGEST_SIDE_PX = 32_000
"""Readers of barcodes take 65,535, and look at twice the size; A3 at 1200 dpi has 19,842."""


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """Limits of a scan, and how a PDF without an embedded picture is drawn.

    Attributes:
        max_bytes: Largest file that is read.
        max_pixels: Largest picture that is decoded; A3 at 600 dpi has 70 million.
        max_frames: Most pages in one file.
        render_dpi: Resolution at which a PDF page is drawn that is not one picture.
        max_rendered_pixels: A larger drawn page is drawn at a lower resolution.
    """

    max_bytes: int = 400_000_000
    max_pixels: int = 150_000_000
    max_frames: int = 5_000
    render_dpi: float = 300.0
    max_rendered_pixels: int = 40_000_000


def check_bytes(size: int, options: LoadOptions) -> None:
    """Refuse an empty file and one larger than ``options.max_bytes``."""
    if size == 0:
        raise UnreadableScanError("empty_file", "the file has 0 bytes; scan the page again")
    if size > options.max_bytes:
        detail = f"{size} bytes, at most {options.max_bytes} are read; scan at 300 dpi"
        raise UnreadableScanError("too_large", detail)


def check_frames(count: int, options: LoadOptions) -> None:
    """Refuse a file without pages, and one with more than ``options.max_frames``."""
    if count < 1:
        raise UnreadableScanError("damaged_file", "the file has no page; scan the page again")
    if count > options.max_frames:
        detail = f"{count} pages, at most {options.max_frames} are read; split the file"
        raise UnreadableScanError("too_large", detail)


def check_pixels(width: int, height: int, options: LoadOptions) -> None:
    """Refuse a picture too small for a page, and one with more than ``options.max_pixels``."""
    if min(width, height) < SMALLEST_SIDE_PX:
        detail = f"{width} x {height} pixels are no page; scan it again"
        raise UnreadableScanError("damaged_file", detail)
    if max(width, height) > LONGEST_SIDE_PX or width * height > options.max_pixels:
        detail = f"{width} x {height} pixels, at most {options.max_pixels}; scan at 300 dpi"
        raise UnreadableScanError("too_large", detail)
