"""Twelve kinds of broken scans, the same bytes for the same seed."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

GOOD_SIZE = (420, 297)


def good_picture(seed: int) -> Image.Image:
    """A grey page with some lines; noise makes it hard to compress, so that cuts hit pixels."""
    rng = np.random.default_rng(seed)
    gray = rng.normal(235, 6, GOOD_SIZE).clip(0, 255).astype(np.uint8)
    gray[50:-50:40, 30:-30] = 40
    return Image.fromarray(gray)


def encoded(picture: Image.Image, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def png_bomb(side: int = 30_000) -> bytes:
    """A small PNG that claims ``side`` x ``side`` pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        check = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 200_000, 9)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


ENCRYPTED_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\n"
    b"4 0 obj<</Filter/Standard/V 1/R 2/Length 40/P -4/O<"
    + b"ab" * 32
    + b">/U<"
    + b"cd" * 32
    + b">"
    b">>endobj\ntrailer<</Root 1 0 R/Size 5/Encrypt 4 0 R/ID[<aa><aa>]>>\n%%EOF\n"
)


def _cut(data: bytes, share: float) -> bytes:
    return data[: int(len(data) * share)]


def _flipped(data: bytes, rng: np.random.Generator) -> bytes:
    """The second half overwritten with noise."""
    half = len(data) // 2
    return data[:half] + rng.bytes(len(data) - half)


def _cut_tiff(picture: Image.Image) -> bytes:
    """A TIFF whose directory stands first and whose pixels break off."""
    whole = encoded(picture, "TIFF")
    return whole[: len(whole) * 2 // 3]


BROKEN: dict[str, tuple[str, Callable[[Image.Image, np.random.Generator], bytes]]] = {
    "empty.jpg": ("empty_file", lambda page, rng: b""),
    "text.jpg": ("not_a_picture", lambda page, rng: b"this is not a picture\n" * 20),
    "noise.tif": ("not_a_picture", lambda page, rng: b"\0" + rng.bytes(3000)),
    "cut.jpg": ("damaged_file", lambda page, rng: _cut(encoded(page, "JPEG"), 0.6)),
    "head_only.jpg": ("damaged_file", lambda page, rng: encoded(page, "JPEG")[:18]),
    "cut.png": ("damaged_file", lambda page, rng: _cut(encoded(page, "PNG"), 0.5)),
    "flipped.png": ("damaged_file", lambda page, rng: _flipped(encoded(page, "PNG"), rng)),
    "bomb.png": ("too_large", lambda page, rng: png_bomb()),
    "cut.tif": ("damaged_file", lambda page, rng: _cut_tiff(page)),
    "cut.pdf": ("damaged_file", lambda page, rng: _cut(encoded(page, "PDF"), 0.3)),
    "locked.pdf": ("encrypted_pdf", lambda page, rng: ENCRYPTED_PDF),
    "cut.webp": ("damaged_file", lambda page, rng: _cut(encoded(page, "WEBP"), 0.5)),
}
"""File name to (expected reason, maker)."""


def write_broken(folder: Path, seed: int) -> dict[str, str]:
    """Write all twelve; returns file name to expected reason."""
    folder.mkdir(parents=True, exist_ok=True)
    page, rng = good_picture(seed), np.random.default_rng(seed)
    for name, (_, make) in BROKEN.items():
        (folder / name).write_bytes(make(page, rng))
    return {name: reason for name, (reason, _) in BROKEN.items()}
