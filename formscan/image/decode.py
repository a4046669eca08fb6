"""Single pictures: JPEG and PNG with OpenCV, everything unusual with Pillow."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, UnidentifiedImageError

from formscan.errors import UnreadableScanError
from formscan.image.kinds import FileKind
from formscan.image.limits import LoadOptions, check_pixels
from formscan.image.pixels import Pixels, dpi_of, from_array, from_pillow

__all__ = ["Header", "decode_jpeg", "load_picture", "read_header"]

_PILLOW_FORMATS: dict[FileKind, str] = {
    "jpeg": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
    "heic": "HEIF",
    "bmp": "BMP",
    "gif": "GIF",
}
_PNG_END = b"IEND\xaeB`\x82"


class Header(NamedTuple):
    """What a picture says of itself before it is decoded."""

    width: int
    height: int
    mode: str
    dpi: float | None
    transparent: bool


def load_picture(file: Path, kind: FileKind, options: LoadOptions) -> Pixels:
    """The (first) picture of a file.

    Raises:
        UnreadableScanError: ``damaged_file``, ``too_large``, or ``not_a_picture`` where the
            package that reads the format is missing.
    """
    data = _bytes(file)
    if kind == "heic":
        _enable_heic()
    header = read_header(data, kind)
    check_pixels(header.width, header.height, options)
    if kind == "jpeg" and header.mode in {"L", "RGB"}:
        return decode_jpeg(data, header, oriented=True)
    if kind == "png" and header.mode in {"L", "1", "RGB"} and not header.transparent:
        return _decode_png(data, header)
    return _decode_pillow(data, kind)


def read_header(data: bytes, kind: FileKind) -> Header:
    """Size, colour model and claimed resolution, from the first bytes; nothing is decoded."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=[_PILLOW_FORMATS[kind]]) as picture:
                width, height = picture.size
                transparent = picture.has_transparency_data
                return Header(width, height, picture.mode, dpi_of(picture), transparent)
        except Image.DecompressionBombError as error:
            detail = "more pixels than any scan has; scan at 300 dpi"
            raise UnreadableScanError("too_large", detail) from error
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
            raise _damaged("its header cannot be read") from error


def decode_jpeg(data: bytes, header: Header, *, oriented: bool) -> Pixels:
    """A JPEG as grey or colour.

    Args:
        data: The file's bytes.
        header: As from ``read_header``.
        oriented: Whether EXIF turns it; inside a PDF it does not.
    """
    flags = cv2.IMREAD_GRAYSCALE if header.mode == "L" else cv2.IMREAD_COLOR
    if not oriented:
        flags |= cv2.IMREAD_IGNORE_ORIENTATION
    picture = _imdecode(data, flags)
    if picture is None:
        raise _damaged("the picture breaks off")
    return from_array(picture, header.dpi)


def _decode_png(data: bytes, header: Header) -> Pixels:
    flags = cv2.IMREAD_COLOR if header.mode == "RGB" else cv2.IMREAD_GRAYSCALE
    picture = _imdecode(data, flags) if _PNG_END in data[-4096:] else None
    if picture is None or picture.shape[:2] not in {
        (header.height, header.width),
        (header.width, header.height),
    }:
        raise _damaged("the picture breaks off")
    return from_array(picture, header.dpi)


def _imdecode(data: bytes, flags: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]] | None:
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error:
        return None
    return None if picture is None else np.asarray(picture, dtype=np.uint8)


def _decode_pillow(data: bytes, kind: FileKind) -> Pixels:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=[_PILLOW_FORMATS[kind]]) as picture:
                picture.load()
                return from_pillow(picture, dpi_of(picture))
        except Exception as error:
            raise _damaged("the picture cannot be decoded") from error


def _enable_heic() -> None:
    try:
        import pillow_heif  # type: ignore[import-not-found, unused-ignore]
    except ImportError as error:
        detail = "HEIC needs a package: pip install 'formscan[heic]', or save it as JPEG"
        raise UnreadableScanError("not_a_picture", detail) from error
    pillow_heif.register_heif_opener()


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        detail = f"{error.strerror or 'cannot be read'}; check its permissions and the drive"
        raise UnreadableScanError("unreadable_file", detail) from error


def _damaged(what: str) -> UnreadableScanError:
    return UnreadableScanError("damaged_file", f"{what}; copy or scan it again")
