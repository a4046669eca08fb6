"""From the arguments of a run to its page pictures, in an order that never changes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from formscan.errors import SettingsError, UnreadableScanError, told
from formscan.image.addresses import (
    files_at,
    is_address,
    name_of,
    on_disk,
    opened,
    require_address,
    sha256_of,
)
from formscan.image.frames import count_frames
from formscan.image.kinds import HEAD_BYTES, SCAN_SUFFIXES, file_kind
from formscan.image.limits import LoadOptions
from formscan.page import PageRef

__all__ = ["enumerate_pages", "require_scans", "scan_files"]


def enumerate_pages(
    arguments: Sequence[str],
    exclude: Path | None = None,
    is_ready: Callable[[Path], bool] = lambda file: True,
) -> list[PageRef]:
    """Every page picture of ``arguments``, sorted by scan name and frame.

    Files named by themselves are always taken. In folders (recursively, links to folders not
    followed) hidden files are left out, and so is what neither has the name of a scan nor
    begins like one. A file that cannot be read or counted gives one ``PageRef`` of frame 1, and so
    do a link that leads nowhere and a folder that may not be looked into.

    Args:
        arguments: Files, folders and addresses.
        exclude: The output folder, left out wherever it lies.
        is_ready: Asked of each file of a folder; one that is not is left out.

    Raises:
        SettingsError: An argument does not exist.
    """
    require_scans(arguments)
    taken: dict[str, int] = {}
    refs: list[PageRef] = []
    for argument in arguments:
        if is_address(argument):
            refs.extend(_refs_at(argument, _told_apart(name_of(argument), taken)))
            continue
        path = Path(argument)
        name = _argument_name(path, taken)
        for file, scan in _scans(path, name, exclude):
            if not (file == path or is_ready(file)):
                continue
            refs.extend(_page_refs(file, scan))
    return sorted(refs, key=lambda ref: (ref.scan, ref.frame))


def scan_files(folder: Path, exclude: Path | None = None) -> Iterator[Path]:
    """The files of a folder that ``enumerate_pages`` would read."""
    for file, _ in _scans(folder, "", exclude):
        yield file


def require_scans(arguments: Sequence[str]) -> None:
    """SettingsError where an argument does not exist, before anything is made or written."""
    for argument in arguments:
        if is_address(argument):
            require_address(argument)
        elif not Path(argument).exists():
            raise SettingsError(told("cli.not_there", path=argument))


def _argument_name(path: Path, taken: dict[str, int]) -> str:
    name = _text(path.name or path.resolve().name or "scans")
    if name == "..":
        name = _text(path.resolve().name or "scans")
    return _told_apart(name, taken)


def _told_apart(name: str, taken: dict[str, int]) -> str:
    taken[name] = taken.get(name, 0) + 1
    return name if taken[name] == 1 else f"{name}~{taken[name]}"


def _text(name: str) -> str:
    """A file name as text that can be written as UTF-8, whatever bytes the disk holds."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _scans(path: Path, name: str, exclude: Path | None) -> Iterator[tuple[Path, str]]:
    if not path.is_dir():
        yield path, name
        return
    out = exclude.resolve() if exclude is not None else None
    closed: list[Path] = []
    for folder, subfolders, files in os.walk(path, onerror=lambda e: closed.append(_folder(e))):
        here = Path(folder)
        subfolders[:] = sorted(
            sub
            for sub in subfolders
            if not sub.startswith(".") and (out is None or (here / sub).resolve() != out)
        )
        if here.resolve() == out:
            subfolders.clear()
            continue
        for file_name in sorted(files):
            file = here / file_name
            if _looks_like_scan(file):
                yield file, f"{name}/{_text(file.relative_to(path).as_posix())}"
    for here in closed:
        yield here, _text((Path(name) / here.relative_to(path)).as_posix())


def _folder(error: OSError) -> Path:
    return Path(error.filename)


def _looks_like_scan(file: Path) -> bool:
    if file.name.startswith(".") or not (file.is_file() or _leads_nowhere(file)):
        return False
    if file.suffix.lower() in SCAN_SUFFIXES:
        return True
    try:
        with file.open("rb") as stream:
            return file_kind(stream.read(HEAD_BYTES)) != ""
    except OSError:
        return False


def _leads_nowhere(file: Path) -> bool:
    return file.is_symlink() and not file.exists()


def _refs_at(argument: str, name: str) -> Iterator[PageRef]:
    """The pages under an address, by the same choice as in a folder."""
    for address, inside in files_at(argument):
        hidden = any(part.startswith(".") for part in inside.split("/"))
        if inside and (hidden or not _reads_like_scan(address)):
            continue
        scan = f"{name}/{inside}" if inside else name
        try:
            with on_disk(PageRef(address, 1, scan, ""), LoadOptions().max_bytes) as file:
                yield from _page_refs(file, scan, address)
        except UnreadableScanError:
            yield PageRef(address, 1, scan, "")


def _reads_like_scan(address: str) -> bool:
    if PurePosixPath(address).suffix.lower() in SCAN_SUFFIXES:
        return True
    try:
        with opened(address) as stream:
            return file_kind(stream.read(HEAD_BYTES)) != ""
    except OSError:
        return False


def _page_refs(file: Path, scan: str, address: str = "") -> list[PageRef]:
    sha256 = _sha256(file)
    try:
        count = count_frames(file)
    except UnreadableScanError:
        count = 1
    path = address or str(file.absolute())
    return [PageRef(path, frame, scan, sha256) for frame in range(1, count + 1)]


def _sha256(file: Path) -> str:
    """Hex digest of the bytes, "" where they cannot be read or are more than any scan has."""
    try:
        if file.stat().st_size > LoadOptions().max_bytes:
            return ""
    except OSError:
        return ""
    return sha256_of(str(file))
