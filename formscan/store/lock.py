"""One writer per output folder: a lock that the system takes back when its holder dies."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from formscan.errors import StoreError, told

__all__ = ["locked"]

LOCK = "formscan.lock"


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold ``out`` for this process.

    Raises:
        StoreError: Another run holds it, or the folder cannot be written.
    """
    file = out / LOCK
    try:
        out.mkdir(parents=True, exist_ok=True)
        stream = file.open("a+b")
    except OSError as error:
        raise StoreError(told("store.no_folder", out=out, why=error.strerror)) from error
    with stream:
        try:
            _lock(stream)
        except OSError as error:
            raise StoreError(told("store.locked", out=out)) from error
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(stream: IO[bytes]) -> None:
        stream.seek(0)
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(stream: IO[bytes]) -> None:
        fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
