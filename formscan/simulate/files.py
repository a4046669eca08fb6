"""Scans as files: JPEG, JPEG inside PDF, or TIFF with G4 compression."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from formscan.page import Picture

__all__ = ["FORMATS", "ScanFormat", "Shot", "jpeg_bytes", "write_pages"]

ScanFormat = Literal["jpg", "pdf", "tiff"]
FORMATS: tuple[ScanFormat, ...] = ("jpg", "pdf", "tiff")

_BLACK_BELOW = 150
_ORIENTATION = 0x0112
_STORED_TURNS = {3: 2, 6: 1, 8: 3}
"""Quarter turns, anticlockwise, from the shown to the stored picture of an EXIF orientation."""


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One page picture on its way into a file.

    Attributes:
        picture: (h, w) or (h, w, 3) BGR, the way up that it is shown.
        quality: JPEG quality.
        dpi: Claimed resolution.
        exif: EXIF orientation that its file carries, 0 = no EXIF.
        one_bit: Only black and white.
    """

    picture: Picture = dataclasses.field(repr=False)
    quality: int
    dpi: float
    exif: int = 0
    one_bit: bool = False


def jpeg_bytes(shot: Shot) -> bytes:
    """The JPEG file; with EXIF, pixels are stored turned and the reader turns them back."""
    turned = np.rot90(shot.picture, _STORED_TURNS.get(shot.exif, 0))
    image = Image.fromarray(np.ascontiguousarray(turned if turned.ndim == 2 else turned[..., ::-1]))
    more: dict[str, Any] = {}
    if shot.exif:
        tags = Image.Exif()
        tags[_ORIENTATION] = shot.exif
        more["exif"] = tags
    buffer = io.BytesIO()
    dots = round(shot.dpi)
    image.save(buffer, "JPEG", quality=shot.quality, dpi=(dots, dots), **more)
    return buffer.getvalue()


def write_pages(
    folder: Path, stem: str, shots: Sequence[Shot], scan_format: ScanFormat
) -> list[tuple[str, int]]:
    """Write the pages of one record.

    Args:
        folder: Where to.
        stem: Name without its ending.
        shots: The pages.
        scan_format: ``pdf`` and ``tiff`` hold all pages in one file; among ``jpg`` a page in
            black and white is a TIFF of its own.

    Returns:
        (file name, 1-based frame) of each page.
    """
    if scan_format == "jpg":
        names = []
        for number, shot in enumerate(shots, start=1):
            names.append(f"{stem}-{number}.{'tif' if shot.one_bit else 'jpg'}")
            data = _tiff([shot]) if shot.one_bit else jpeg_bytes(shot)
            (folder / names[-1]).write_bytes(data)
        return [(name, 1) for name in names]
    name = f"{stem}.{'pdf' if scan_format == 'pdf' else 'tif'}"
    (folder / name).write_bytes(_pdf(shots) if scan_format == "pdf" else _tiff(shots))
    return [(name, frame) for frame in range(1, len(shots) + 1)]


def _pdf(shots: Sequence[Shot]) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for shot in shots:
        height, width = (side * 72 / shot.dpi for side in shot.picture.shape[:2])
        canvas.setPageSize((width, height))
        upright = dataclasses.replace(shot, exif=0)
        embedded = ImageReader(io.BytesIO(jpeg_bytes(upright)))
        canvas.drawImage(embedded, 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _tiff(shots: Sequence[Shot]) -> bytes:
    """Black and white, as fax-like scanners do it: the tint of the boxes is lost."""
    images = []
    for shot in shots:
        picture = shot.picture
        grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        images.append(Image.fromarray(np.asarray(grey) >= _BLACK_BELOW))
    buffer = io.BytesIO()
    dots = round(shots[0].dpi)
    images[0].save(
        buffer,
        "TIFF",
        save_all=True,
        append_images=images[1:],
        compression="group4",
        dpi=(dots, dots),
    )
    return buffer.getvalue()
