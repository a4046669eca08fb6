"""Scans that are broken, hostile or merely odd, the same bytes for the same seed.

Each must become rows of ``pages.csv`` with a reason, in bounded time and memory, and harm no other.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from broken import BROKEN, encoded, good_picture, png_bomb
from PIL import Image

Make = Callable[[np.random.Generator], bytes]

_HEAD = b"%PDF-1.7\n"


def pdf(*objects: bytes) -> bytes:
    """A PDF of numbered objects, the first of which is the catalogue; with a true xref."""
    body, places = bytearray(_HEAD), []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return bytes(body) + b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (size, start)


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(data), data)


def _one_page(content: bytes, resources: bytes = b"", *more: bytes) -> bytes:
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<%s>>>>"
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        page % resources,
        content,
        *more,
    )


def pdf_with_script_and_missing_font(_rng: np.random.Generator) -> bytes:
    font = b"/Font<</F<</Type/Font/Subtype/TrueType/BaseFont/NoSuchFont>>>>"
    return _one_page(_stream(b"", b"BT /F 40 Tf 90 400 Td (Halo) Tj ET"), font)


def pdf_of_many_pages(_rng: np.random.Generator, count: int = 10_000) -> bytes:
    kids = b" ".join(b"%d 0 R" % (3 + n) for n in range(count))
    pages = b"<</Type/Pages/Count %d/Kids[%s]/MediaBox[0 0 99 99]>>" % (count, kids)
    page = b"<</Type/Page/Parent 2 0 R>>"
    return pdf(b"<</Type/Catalog/Pages 2 0 R>>", pages, *[page] * count)


def pdf_picture_bomb(_rng: np.random.Generator, side: int = 60_000) -> bytes:
    """A page of one picture that is a few bytes and claims 3.6 thousand million pixels."""
    rows = zlib.compress(bytes(1 << 20), 9)
    entries = b"/Type/XObject/Subtype/Image/Width %d/Height %d" % (side, side)
    entries += b"/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/FlateDecode"
    drawn = _stream(b"", b"595 0 0 842 0 0 cm /I Do")
    return _one_page(drawn, b"/XObject<</I 5 0 R>>", _stream(entries, rows))


def pdf_content_bomb(_rng: np.random.Generator) -> bytes:
    """A content stream of 20 MB of nothing, in 20 KB."""
    packed = zlib.compress(b"q Q\n" * (5 << 20), 9)
    return _one_page(_stream(b"/Filter/FlateDecode", packed))


def pdf_forms_within_forms(_rng: np.random.Generator, deep: int = 2, wide: int = 4) -> bytes:
    """Forms that draw forms: ``wide`` to the power of ``deep`` + 2 rectangles, from 1 KB."""
    kind = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</X %d 0 R>>>>"
    forms = [_stream(kind % (6 + n), b"/X Do\n" * wide) for n in range(deep)]
    last = _stream(b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]", b"0 0 595 842 re f\n" * wide)
    return _one_page(_stream(b"", b"/X Do\n" * wide), b"/XObject<</X 5 0 R>>", *forms, last)


def pdf_that_contains_itself(_rng: np.random.Generator) -> bytes:
    return pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[2 0 R]>>")


def tiff(frames: int, width: int, height: int) -> bytes:
    """Directories that share one strip of fax code; each claims ``width`` x ``height``."""
    strip = bytes(16)
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 1), (259, 3, 1, 4), (262, 3, 1, 0),
            (273, 4, 1, 8), (278, 4, 1, height), (279, 4, 1, len(strip))]  # fmt: skip
    size = 2 + 12 * len(tags) + 4
    body = bytearray(struct.pack("<2sHI", b"II", 42, 8 + len(strip)) + strip)
    for frame in range(frames):
        following = 8 + len(strip) + (frame + 1) * size if frame + 1 < frames else 0
        body += struct.pack("<H", len(tags))
        body += b"".join(struct.pack("<HHII", *tag) for tag in tags)
        body += struct.pack("<I", following)
    return bytes(body)


def tiff_that_goes_round(_rng: np.random.Generator) -> bytes:
    whole = bytearray(tiff(2, 64, 64))
    whole[-4:] = struct.pack("<I", 24)
    return bytes(whole)


def webp_bomb(_rng: np.random.Generator, side: int = 16_383) -> bytes:
    head = b"\x2f" + struct.pack("<I", (side - 1) | (side - 1) << 14) + bytes(40)
    chunk = b"VP8L" + struct.pack("<I", len(head)) + head
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def _long_png(_rng: np.random.Generator) -> bytes:
    return encoded(Image.new("L", (60_000, 40), 255), "PNG")


def _turned(_rng: np.random.Generator) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(good_picture(3).convert("RGB"), "JPEG", exif=exif.tobytes())


def _animated(_rng: np.random.Generator) -> bytes:
    frames = [good_picture(seed) for seed in range(3)]
    stream = io.BytesIO()
    frames[0].save(stream, "WEBP", save_all=True, append_images=frames[1:], duration=40)
    return stream.getvalue()


def _deep(rng: np.random.Generator) -> bytes:
    return encoded(Image.fromarray(rng.integers(0, 1 << 16, (300, 200), np.uint16)), "TIFF")


NO_FORM = "no_identity"

MADE: dict[str, tuple[str, Make]] = {
    **{
        name: (reason, lambda rng, make=make: make(good_picture(int(rng.integers(99))), rng))
        for name, (reason, make) in BROKEN.items()
    },
    "nothing.pdf": ("empty_file", lambda rng: b""),
    "really_png.pdf": (NO_FORM, lambda rng: encoded(good_picture(4), "PNG")),
    "really_pdf.jpg": (NO_FORM, lambda rng: encoded(good_picture(4), "PDF")),
    "half_pdf.pdf": ("damaged_file", lambda rng: _HEAD + rng.bytes(400)),
    "wide_bomb.png": ("too_large", lambda rng: png_bomb(60_000)),
    "long.png": ("too_large", _long_png),
    "bomb.tif": ("too_large", lambda rng: tiff(1, 60_000, 60_000)),
    "many.tif": ("too_large", lambda rng: tiff(10_000, 2480, 3508)),
    "round.tif": ("damaged_file", tiff_that_goes_round),
    "many.pdf": ("too_large", pdf_of_many_pages),
    "picture_bomb.pdf": ("too_large", pdf_picture_bomb),
    "content_bomb.pdf": ("", pdf_content_bomb),
    "forms.pdf": (NO_FORM, pdf_forms_within_forms),
    "itself.pdf": ("damaged_file", pdf_that_contains_itself),
    "script.pdf": (NO_FORM, pdf_with_script_and_missing_font),
    "bomb.webp": ("too_large", webp_bomb),
    "turned.jpg": (NO_FORM, _turned),
    "animated.webp": (NO_FORM, _animated),
    "deep.tif": (NO_FORM, _deep),
    "cmyk.jpg": (NO_FORM, lambda rng: encoded(good_picture(5).convert("CMYK"), "JPEG")),
    "alpha.png": (NO_FORM, lambda rng: encoded(good_picture(6).convert("LA"), "PNG")),
}
"""File name to (reason in ``pages.csv``, "" for a blank page; maker)."""

NAMES = (
    "two\nlines.jpg", "'single' \"double\".jpg", "\U0001f469\u200d\U0001f469\u200d\U0001f467.jpg",
    "=cmd|' '!A0.jpg", "-rf.jpg", "<script>alert(1)<.jpg", "a,b;c.jpg", "%s{0}$(x)`y`.jpg",
    "r\re.jpg", "x" * 251 + ".jpg", "\u202egpj.exe.jpg", "spasi  .jpg", "a__b.jpg", "CON.jpg",
)  # fmt: skip
"""Names that a disk may hold, and that something on the way may take for something else."""


def write_poison(folder: Path, seed: int) -> dict[str, str]:
    """Write all; returns file name to expected reason."""
    folder.mkdir(parents=True, exist_ok=True)
    for at, (name, (_, make)) in enumerate(MADE.items()):
        (folder / name).write_bytes(make(np.random.default_rng([seed, at])))
    return {name: reason for name, (reason, _) in MADE.items()}
