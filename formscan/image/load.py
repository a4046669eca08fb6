"""The first step of a page: from its file to pixels."""

from __future__ import annotations

from pathlib import Path

from formscan.errors import UnreadableScanError
from formscan.image.addresses import on_disk
from formscan.image.decode import load_picture
from formscan.image.enumerate import enumerate_pages
from formscan.image.frames import count_frames, kind_of
from formscan.image.limits import LoadOptions
from formscan.image.pdf import load_pdf
from formscan.image.pixels import Pixels
from formscan.image.tiff import load_tiff
from formscan.page import Page, PageRef

__all__ = ["LoadOptions", "enumerate_pages", "load"]


def load(ref: PageRef, options: LoadOptions | None = None) -> Page:
    """Decode one page picture; limits are judged from headers first.

    Args:
        ref: Which file and frame.
        options: Limits, and the resolution of drawn PDF pages.

    Raises:
        UnreadableScanError: With a reason out of ``empty_file``, ``not_a_picture``,
            ``damaged_file``, ``encrypted_pdf``, ``too_large`` and ``unreadable_file``.
    """
    options = options or LoadOptions()
    with on_disk(ref, options.max_bytes) as file:
        pixels = _decoded(file, ref, options)
    return Page(ref, pixels.gray, pixels.bgr, pixels.dpi)


def _decoded(file: Path, ref: PageRef, options: LoadOptions) -> Pixels:
    kind = kind_of(file, options)
    if ref.frame > count_frames(file, options):
        detail = f"it has no page {ref.frame}; was the file changed during the run?"
        raise UnreadableScanError("damaged_file", detail)
    if kind == "pdf":
        return load_pdf(file, ref.frame, options)
    if kind == "tiff":
        return load_tiff(file, ref.frame, options)
    return load_picture(file, kind, options)
