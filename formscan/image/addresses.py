"""Scans that lie elsewhere: under any address that ``fsspec`` reads (``s3://``, ``https://`` …).

An address takes the place of a path in a ``PageRef``. Whoever reads the page fetches the file for
itself and holds it against the hash that it was met with, so a worker on another computer reads
the same bytes or none.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike, fspath
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from formscan.errors import MissingProgramError, SettingsError, UnreadableScanError, told
from formscan.image.kinds import SCAN_SUFFIXES
from formscan.page import PageRef

__all__ = [
    "files_at",
    "is_address",
    "is_there",
    "name_of",
    "on_disk",
    "opened",
    "require_address",
    "sha256_of",
    "size_of",
]

_CHUNK = 1 << 20
_fetched: dict[str, Path] = {}
"""The last file that was fetched, by its sha256: the pages of a PDF come one after the other."""

_one_at_a_time = threading.RLock()


@atexit.register
def _forget() -> None:
    for file in _fetched.values():
        shutil.rmtree(file.parent, ignore_errors=True)
    _fetched.clear()


def is_address(path: str | PathLike[str]) -> bool:
    """Whether this is an address and no path of this computer."""
    return "://" in fspath(path)


def require_address(argument: str) -> None:
    """Refuse an address that cannot be read, before anything is made or written.

    Raises:
        SettingsError: Nothing is there, it cannot be reached, or it holds a password or a
            signature, which the batch would keep.
        MissingProgramError: ``fsspec``, or what it needs for this kind of address, is missing.
    """
    parts = urlsplit(argument)
    if "@" in parts.netloc or parts.query or "::" in argument:
        raise SettingsError(told("run.address_secret", scheme=parts.scheme))
    try:
        system, path = _system(argument)
        found = system.exists(path)
    except OSError as error:
        raise SettingsError(told("run.address_lost", scan=argument, why=error)) from error
    if not found:
        raise SettingsError(told("cli.not_there", path=argument))


def files_at(argument: str) -> Iterator[tuple[str, str]]:
    """(address, path relative to ``argument``) of every file there, "" for a file named by itself.

    Raises:
        SettingsError: The place cannot be listed.
    """
    system, base = _system(argument)
    if PurePosixPath(base).suffix.lower() in SCAN_SUFFIXES:
        yield argument, ""
        return
    try:
        with _as_os_error():
            found = system.find(base)
    except OSError as error:
        raise SettingsError(told("run.address_lost", scan=argument, why=error)) from error
    for path in sorted(found):
        relative = path[len(base) :].strip("/") if path.startswith(base) else path
        yield system.unstrip_protocol(path), _text(argument, relative)


def name_of(argument: str) -> str:
    """What the last part of an address is called."""
    last = argument.rstrip("/").rpartition("/")[2]
    return _text(argument, last) or "scans"


def _text(argument: str, path: str) -> str:
    return unquote(path) if argument.startswith("http") else path


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """The bytes of a scan, wherever it lies.

    Raises:
        OSError: They cannot be read.
    """
    if not is_address(path):
        with Path(path).open("rb") as stream:
            yield stream
        return
    system, inside = _system(path)
    with _as_os_error(), system.open(inside, "rb") as stream:
        yield stream


def sha256_of(path: str) -> str:
    """Hex digest of a scan's bytes, wherever it lies; "" where they cannot be read."""
    digest = hashlib.sha256()
    try:
        with opened(path) as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    except OSError:
        return ""
    return digest.hexdigest()


def is_there(path: str) -> bool:
    """Whether a scan can be seen from this computer."""
    if not is_address(path):
        return Path(path).exists()
    try:
        system, inside = _system(path)
        with _as_os_error():
            return bool(system.exists(inside))
    except (OSError, MissingProgramError):
        return False


def size_of(path: str) -> int:
    """Bytes of a scan, 0 where that is not known."""
    try:
        if not is_address(path):
            return Path(path).stat().st_size
        system, inside = _system(path)
        with _as_os_error():
            return int(system.size(inside) or 0)
    except OSError:
        return 0


@contextmanager
def on_disk(ref: PageRef, most_bytes: int) -> Iterator[Path]:
    """The file of a page on a disk of this computer; fetched where it lies elsewhere.

    Args:
        ref: Whose file; with a sha256 it is fetched once for all its pages.
        most_bytes: Of a larger file no more than one byte beyond this is fetched.

    Raises:
        UnreadableScanError: It cannot be fetched, or is not what it was (``unreadable_file``).
    """
    if not is_address(ref.path):
        yield Path(ref.path)
        return
    with _one_at_a_time:
        if not ref.sha256 or ref.sha256 not in _fetched:
            _forget()
            _fetched[""] = Path(tempfile.mkdtemp(prefix="formscan-")) / "scan"
            digest = _fetch(ref.path, _fetched[""], most_bytes)
            if ref.sha256 not in ("", digest):
                detail = "it was changed since the run began; run again"
                raise UnreadableScanError("unreadable_file", detail)
            _fetched[digest] = _fetched.pop("")
        yield next(iter(_fetched.values()))


def _fetch(address: str, file: Path, most_bytes: int) -> str:
    """Copy what lies there; returns its sha256."""
    digest, left = hashlib.sha256(), most_bytes + 1
    try:
        with opened(address) as source, file.open("wb") as copy:
            while left > 0 and (chunk := source.read(min(_CHUNK, left))):
                digest.update(chunk)
                copy.write(chunk)
                left -= len(chunk)
    except OSError as error:
        detail = f"{error}; check the address and the connection"
        raise UnreadableScanError("unreadable_file", detail) from error
    return digest.hexdigest()


def _system(address: str) -> tuple[Any, str]:
    """The file system of an address, and the path in it.

    Raises:
        MissingProgramError: What reads such addresses is not installed.
        OSError: It cannot be reached.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise MissingProgramError(told("run.no_fsspec")) from error
    try:
        with _as_os_error():
            system, path = url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise MissingProgramError(told("run.no_protocol", scan=address, why=error)) from error
    return system, path


@contextmanager
def _as_os_error() -> Iterator[None]:
    """Each storage has errors of its own; whatever it is, the file cannot be read."""
    try:
        yield
    except (OSError, ImportError, ValueError):
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {error}") from error
