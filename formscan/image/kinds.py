"""Which kind of file a scan is: judged by its first bytes, never by its name."""

from __future__ import annotations

from typing import Literal

__all__ = ["HEAD_BYTES", "SCAN_SUFFIXES", "FileKind", "file_kind"]

FileKind = Literal["jpeg", "png", "tiff", "pdf", "webp", "heic", "bmp", "gif", ""]

SCAN_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".tif", ".tiff", ".pdf", ".webp", ".heic", ".heif"}
    | {".bmp", ".gif"}
)
"""Names that promise a scan: such a file gets its row even when nothing in it can be read."""

HEAD_BYTES = 1024
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"})
_STARTS: tuple[tuple[bytes, FileKind], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "tiff"),
    (b"MM\x00+", "tiff"),
    (b"GIF8", "gif"),
)


def file_kind(head: bytes) -> FileKind:
    """The kind that the first ``HEAD_BYTES`` bytes show, "" where they show none."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return "heic"
    if head[:2] == b"BM" and len(head) > 26 and head[6:10] == b"\x00\x00\x00\x00":
        return "bmp"
    if b"%PDF-" in head[:HEAD_BYTES]:
        return "pdf"
    return ""
