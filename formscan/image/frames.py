"""How many pages a file holds, from its headers alone."""

from __future__ import annotations

from pathlib import Path

from formscan.errors import UnreadableScanError
from formscan.image.kinds import HEAD_BYTES, FileKind, file_kind
from formscan.image.limits import LoadOptions, check_bytes, check_frames
from formscan.image.pdf import pdf_frames
from formscan.image.tiff import tiff_frames

__all__ = ["count_frames", "kind_of"]


def kind_of(file: Path, options: LoadOptions) -> FileKind:
    """The kind of a file within the limits.

    Raises:
        UnreadableScanError: ``empty_file``, ``too_large``, ``not_a_picture`` or
            ``unreadable_file`` (no permission, gone, a device).
    """
    try:
        check_bytes(file.stat().st_size, options)
        with file.open("rb") as stream:
            kind = file_kind(stream.read(HEAD_BYTES))
    except OSError as error:
        detail = f"{error.strerror or 'cannot be opened'}; check its permissions and the drive"
        raise UnreadableScanError("unreadable_file", detail) from error
    if not kind:
        detail = "neither JPEG, PNG, TIFF, PDF, WebP nor HEIC; convert it or leave it out"
        raise UnreadableScanError("not_a_picture", detail)
    return kind


def count_frames(file: Path, options: LoadOptions | None = None) -> int:
    """How many pages there are to read: of an animated picture only the first counts.

    Raises:
        UnreadableScanError: The headers cannot be read or are beyond the limits.
    """
    options = options or LoadOptions()
    kind = kind_of(file, options)
    if kind == "pdf":
        count = pdf_frames(file)
    elif kind == "tiff":
        count = tiff_frames(file, options.max_frames)
    else:
        count = 1
    check_frames(count, options)
    return count
