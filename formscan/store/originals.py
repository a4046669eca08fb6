"""The bytes of every scan, kept under their hash: folders get cleaned, scanners reuse names."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from formscan.errors import StoreError, told
from formscan.image.addresses import is_address, opened, sha256_of
from formscan.page import PageRef

__all__ = ["Originals", "keep_original", "original_path"]

FOLDER = "originals"
_CHUNK = 1 << 20
_REMEMBERED = 1000


def original_path(out: Path, ref: PageRef) -> Path:
    """Where the bytes of a scan are kept: ``originals/ab/abcd….jpg``."""
    suffix = Path(ref.path).suffix.lower()
    return out / FOLDER / ref.sha256[:2] / f"{ref.sha256}{suffix}"


class Originals:
    """The scans of one run: kept, and never another picture than the one that was hashed.

    A file is hashed when the run begins and read page by page later; meanwhile a scanner may go
    on writing it or start again under its name.
    """

    def __init__(self, out: Path, *, copies: bool) -> None:
        """``copies``: whether the bytes are kept in ``out`` as well."""
        self._out = out
        self._copies = copies
        self._seen: dict[str, tuple[str, tuple[int, int, int]]] = {}

    def hold(self, ref: PageRef) -> bool:
        """Keep the bytes of a page that was just read; False where they are not those hashed.

        Raises:
            StoreError: The copy cannot be written.
        """
        before = self._seen.get(ref.path)
        try:
            now = (ref.sha256, _state(ref))
        except OSError:  # removed since; what was read before was right, and is kept
            return before is not None and before[0] == ref.sha256 and self._is_kept(ref)
        if before == now:
            return True
        kept = self._is_kept(ref) or not self._copies
        if not (sha256_of(ref.path) == ref.sha256 if kept else keep_original(self._out, ref)):
            self._seen.pop(ref.path, None)
            return False
        self._seen[ref.path] = now
        while len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return True

    def _is_kept(self, ref: PageRef) -> bool:
        return original_path(self._out, ref).is_file()


def _state(ref: PageRef) -> tuple[int, int, int]:
    """What changes when a file is written anew; who fetches one from elsewhere hashes it."""
    if is_address(ref.path):
        return 0, 0, 0
    state = Path(ref.path).stat()
    return state.st_size, state.st_mtime_ns, state.st_ino


def keep_original(out: Path, ref: PageRef) -> bool:
    """Copy the bytes of a scan into ``out``, once.

    Returns:
        False where the file no longer holds the bytes that were hashed: it was changed or
        removed while the batch ran.

    Raises:
        StoreError: The copy cannot be written.
    """
    target = original_path(out, ref)
    if target.is_file():
        return True
    partial = target.with_name(f"{target.name}.part")
    digest = hashlib.sha256()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as copy:
            for chunk in _chunks(ref):
                digest.update(chunk)
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        whole = digest.hexdigest() == ref.sha256
    except _ScanLostError:
        whole = False
    except OSError as error:
        raise StoreError(told("store.no_copy", folder=target.parent, why=error.strerror)) from error
    if not whole:
        partial.unlink(missing_ok=True)
        return False
    partial.replace(target)
    return True


class _ScanLostError(Exception):
    """The scan itself cannot be read (any more): no fault of the output folder."""


def _chunks(ref: PageRef) -> Iterator[bytes]:
    try:
        with opened(ref.path) as source:
            while chunk := source.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise _ScanLostError from error
