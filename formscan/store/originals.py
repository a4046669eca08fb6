"""The bytes of every scan, kept under their hash: folders get cleaned, scanners reuse names."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from formscan.errors import StoreError, told
from formscan.page import PageRef

__all__ = ["keep_original", "original_path"]

FOLDER = "originals"
_CHUNK = 1 << 20


def original_path(out: Path, ref: PageRef) -> Path:
    """Where the bytes of a scan are kept: ``originals/ab/abcd….jpg``."""
    suffix = Path(ref.path).suffix.lower()
    return out / FOLDER / ref.sha256[:2] / f"{ref.sha256}{suffix}"


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
        source = Path(ref.path).open("rb")  # noqa: SIM115 - closed below; its errors mean another thing
    except OSError:
        return False
    with source:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as copy:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
                    copy.write(chunk)
                copy.flush()
                os.fsync(copy.fileno())
        except OSError as error:
            why = error.strerror
            raise StoreError(told("store.no_copy", folder=target.parent, why=why)) from error
    if digest.hexdigest() != ref.sha256:
        partial.unlink()
        return False
    partial.replace(target)
    return True
