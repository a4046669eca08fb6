"""PDF: a scanned page is its embedded picture, taken out undrawn; others are drawn.

PDFium is not thread-safe: every call into it holds one lock.
"""

from __future__ import annotations

import ctypes
import math
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from formscan.errors import UnreadableScanError
from formscan.image.decode import decode_jpeg, read_header
from formscan.image.limits import LoadOptions, check_pixels
from formscan.image.pixels import Pixels, from_array

__all__ = ["load_pdf", "pdf_frames"]

_LOCK = threading.Lock()
_COVERS = 0.95
_INVISIBLE = pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
_POINTS_PER_INCH = 72.0
_POPPLER_SIDE_PX = 3508


@contextmanager
def _document(file: Path) -> Iterator[pdfium.PdfDocument]:
    with _LOCK:
        try:
            document = pdfium.PdfDocument(file)
        except pdfium.PdfiumError as error:
            raise _refusal(error) from error
        try:
            yield document
        finally:
            document.close()


def _refusal(error: pdfium.PdfiumError) -> UnreadableScanError:
    if getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD or "assword" in str(error):
        detail = "it wants a password; save it without one"
        return UnreadableScanError("encrypted_pdf", detail)
    return UnreadableScanError("damaged_file", "no PDF reader can open it; copy or scan it again")


def pdf_frames(file: Path) -> int:
    """Number of pages.

    Raises:
        UnreadableScanError: ``encrypted_pdf`` or ``damaged_file``.
    """
    with _document(file) as document:
        return len(document)


def load_pdf(file: Path, frame: int, options: LoadOptions) -> Pixels:
    """Page ``frame`` (1-based): its one embedded picture, else the page drawn.

    Raises:
        UnreadableScanError: ``encrypted_pdf``, ``damaged_file`` or ``too_large``.
    """
    try:
        with _document(file) as document:
            page = document[frame - 1]
            picture = _whole_page_picture(page)
            if picture is not None:
                return _extract(picture, page, options)
            return _render(page, options)
    except (pdfium.PdfiumError, IndexError, ValueError) as error:
        if shutil.which("pdftoppm") is not None:
            return _render_poppler(file, frame, options)
        detail = f"page {frame} cannot be drawn; copy or scan it again"
        raise UnreadableScanError("damaged_file", detail) from error


def _whole_page_picture(page: pdfium.PdfPage) -> pdfium.PdfImage | None:
    """The picture if it is all that can be seen on the page, upright and covering it."""
    found: pdfium.PdfImage | None = None
    for item in page.get_objects(max_depth=3):
        if item.type == pdfium_c.FPDF_PAGEOBJ_TEXT:
            if pdfium_c.FPDFTextObj_GetTextRenderMode(item) != _INVISIBLE:
                return None
        elif isinstance(item, pdfium.PdfImage) and found is None and item.level == 0:
            found = item
        else:
            return None
    return found if found is not None and _covers(found, page) else None


def _covers(picture: pdfium.PdfImage, page: pdfium.PdfPage) -> bool:
    a, b, c, d, e, f = picture.get_matrix().get()
    if min(a, d) <= 0 or max(abs(b), abs(c)) > 1e-3 * min(a, d):
        return False
    left, bottom, right, top = page.get_bbox()
    area = (right - left) * (top - bottom)
    shared = (min(e + a, right) - max(e, left)) * (min(f + d, top) - max(f, bottom))
    return bool(area > 0 and shared > _COVERS * area and shared > _COVERS * a * d)


def _extract(picture: pdfium.PdfImage, page: pdfium.PdfPage, options: LoadOptions) -> Pixels:
    width, height = picture.get_px_size()
    check_pixels(width, height, options)
    dpi = width * _POINTS_PER_INCH / picture.get_matrix().get()[0]
    pixels = _extract_jpeg(picture) if picture.get_filters() == ["DCTDecode"] else None
    if pixels is None:
        pixels = _from_bitmap(picture.get_bitmap(render=False))
    return _turned(pixels, page.get_rotation(), dpi)


def _extract_jpeg(picture: pdfium.PdfImage) -> Pixels | None:
    size = pdfium_c.FPDFImageObj_GetImageDataRaw(picture, None, 0)
    buffer = (ctypes.c_ubyte * size)()
    pdfium_c.FPDFImageObj_GetImageDataRaw(picture, buffer, size)
    data = bytes(buffer)
    header = read_header(data, "jpeg")
    return decode_jpeg(data, header, oriented=False) if header.mode in {"L", "RGB"} else None


def _from_bitmap(bitmap: pdfium.PdfBitmap) -> Pixels:
    array = bitmap.to_numpy().copy()
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim == 3:
        array = array[:, :, :3]
        if bitmap.mode.startswith("RGB"):
            array = array[:, :, ::-1]
    return from_array(np.ascontiguousarray(array), None)


def _turned(pixels: Pixels, clockwise_deg: int, dpi: float) -> Pixels:
    turns = -(clockwise_deg // 90)
    gray = np.ascontiguousarray(np.rot90(pixels.gray, turns))
    bgr = None if pixels.bgr is None else np.ascontiguousarray(np.rot90(pixels.bgr, turns))
    return Pixels(gray, bgr, dpi)


def _render(page: pdfium.PdfPage, options: LoadOptions) -> Pixels:
    width, height = page.get_size()
    if width <= 0 or height <= 0:
        raise ValueError("a page without area")
    wanted = options.render_dpi / _POINTS_PER_INCH
    scale = min(wanted, math.sqrt(options.max_rendered_pixels / (width * height)))
    check_pixels(round(width * scale), round(height * scale), options)
    pixels = _from_bitmap(page.render(scale=scale))
    return Pixels(pixels.gray, pixels.bgr, scale * _POINTS_PER_INCH)


def _render_poppler(file: Path, frame: int, options: LoadOptions) -> Pixels:
    """The second way into a PDF page that PDFium refuses."""
    import pdf2image

    try:
        pictures = pdf2image.convert_from_path(
            file, size=_POPPLER_SIDE_PX, first_page=frame, last_page=frame, timeout=60
        )
        picture = np.array(pictures[0].convert("RGB"))
    except Exception as error:
        detail = f"page {frame} cannot be drawn; copy or scan it again"
        raise UnreadableScanError("damaged_file", detail) from error
    check_pixels(picture.shape[1], picture.shape[0], options)
    bgr = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), dtype=np.uint8)
    return from_array(bgr, None)
