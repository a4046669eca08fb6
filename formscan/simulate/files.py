"""Scans as files: JPEG, JPEG inside PDF, or TIFF with G4 compression."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from formscan.page import Picture

__all__ = ["FORMATS", "ScanFormat", "jpeg_bytes", "write_pages"]

ScanFormat = Literal["jpg", "pdf", "tiff"]
FORMATS: tuple[ScanFormat, ...] = ("jpg", "pdf", "tiff")

_BLACK_BELOW = 150


def jpeg_bytes(picture: Picture, quality: int, dpi: float) -> bytes:
    """A JPEG that claims ``dpi``."""
    image = Image.fromarray(picture if picture.ndim == 2 else picture[..., ::-1])
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, dpi=(round(dpi), round(dpi)))
    return buffer.getvalue()


def write_pages(
    folder: Path,
    stem: str,
    pages: Sequence[tuple[Picture, int, float]],
    scan_format: ScanFormat,
) -> list[tuple[str, int]]:
    """Write the pages of one record.

    Args:
        folder: Where to.
        stem: Name without its ending.
        pages: (picture, JPEG quality, dpi) each.
        scan_format: ``pdf`` and ``tiff`` hold all pages in one file.

    Returns:
        (file name, 1-based frame) of each page.
    """
    if scan_format == "jpg":
        names = [f"{stem}-{number}.jpg" for number in range(1, len(pages) + 1)]
        for name, page in zip(names, pages, strict=True):
            (folder / name).write_bytes(jpeg_bytes(*page))
        return [(name, 1) for name in names]
    name = f"{stem}.{'pdf' if scan_format == 'pdf' else 'tif'}"
    data = _pdf(pages) if scan_format == "pdf" else _tiff(pages)
    (folder / name).write_bytes(data)
    return [(name, frame) for frame in range(1, len(pages) + 1)]


def _pdf(pages: Sequence[tuple[Picture, int, float]]) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for picture, quality, dpi in pages:
        height, width = (side * 72 / dpi for side in picture.shape[:2])
        canvas.setPageSize((width, height))
        embedded = ImageReader(io.BytesIO(jpeg_bytes(picture, quality, dpi)))
        canvas.drawImage(embedded, 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _tiff(pages: Sequence[tuple[Picture, int, float]]) -> bytes:
    """Black and white, as fax-like scanners do it: the tint of the boxes is lost."""
    images = []
    for picture, _quality, _dpi in pages:
        grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        images.append(Image.fromarray(np.asarray(grey) >= _BLACK_BELOW))
    buffer = io.BytesIO()
    dots = round(pages[0][2])
    images[0].save(
        buffer,
        "TIFF",
        save_all=True,
        append_images=images[1:],
        compression="group4",
        dpi=(dots, dots),
    )
    return buffer.getvalue()
