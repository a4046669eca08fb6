"""Where an output folder lies: a database does not bear every kind of drive."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from formscan.image.addresses import size_of

__all__ = ["Place", "bytes_needed", "judge_place", "kind_of_place"]

PlaceKind = Literal["local", "network", "synced", "removable"]

_SYNCED = ("onedrive", "dropbox", "google drive", "googledrive", "icloud", "nextcloud", "my drive")
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb", "smb3", "smbfs", "9p", "afs", "fuse.sshfs"})
_REMOVABLE = frozenset({"vfat", "exfat", "msdos", "fuseblk", "ntfs", "ntfs3"})
_STORE_BYTES_A_PAGE = 100_000
_MARGIN = 1.2


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of the drive under an output folder.

    Attributes:
        kind: ``local`` where nothing speaks against it.
        free_bytes: Room left.
    """

    kind: PlaceKind
    free_bytes: int


def judge_place(out: Path) -> Place:
    """Look at the drive that ``out`` lies on or will lie on; best effort, never an error."""
    out = out.resolve()
    there = out
    while not there.exists() and there != there.parent:
        there = there.parent
    return Place(kind_of_place(str(out), _filesystem(there)), shutil.disk_usage(there).free)


def kind_of_place(path: str, filesystem: str) -> PlaceKind:
    """Judge by path and type of file system.

    Args:
        path: Absolute, as the system writes it.
        filesystem: ``ext4``, ``nfs4``, ``vfat`` …; on Windows ``remote`` or ``removable``.
    """
    parts = path.lower().replace("\\", "/").split("/")
    if any(part.startswith(_SYNCED) for part in parts):
        return "synced"
    if filesystem in _NETWORK or filesystem == "remote" or path.startswith(("\\\\", "//")):
        return "network"
    if filesystem in _REMOVABLE or filesystem == "removable":
        return "removable"
    return "local"


def bytes_needed(scans: Iterable[str], pages: int, *, copies: bool) -> int:
    """An upper estimate of what a run writes: copies of the scans and the store, with a margin.

    Args:
        scans: Paths or addresses of the distinct scan files.
        pages: Number of page pictures.
        copies: Whether the scans are kept in the output folder.
    """
    kept = sum(size_of(scan) for scan in scans) if copies else 0
    return round((kept + pages * _STORE_BYTES_A_PAGE) * _MARGIN)


if sys.platform == "win32":
    import ctypes

    def _filesystem(there: Path) -> str:
        kind = ctypes.windll.kernel32.GetDriveTypeW(there.anchor)
        return {2: "removable", 4: "remote"}.get(kind, "")

else:

    def _filesystem(there: Path) -> str:
        try:
            mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        found = ("", "")
        for line in mounts.splitlines():
            _, point, kind, *_ = line.split(" ")
            point = point.replace("\\040", " ")
            if there.is_relative_to(point) and len(point) >= len(found[0]):
                found = (point, kind)
        return found[1]
