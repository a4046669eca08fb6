"""Which files of a folder are whole: a scan is taken only when its writer has let go of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from formscan.image.enumerate import scan_files

__all__ = ["Growing", "Look"]

_LONGER = 10
"""So many times longer a file must lie still that does not look whole."""
_TAIL_BYTES = 2048
_ENDS = {
    b"%PDF": b"%%EOF",
    b"\xff\xd8\xff": b"\xff\xd9",
    b"\x89PNG": b"IEND",
}
"""How a file of a kind begins, and what stands near its end once it is written to the end."""


class _Shape(NamedTuple):
    """What changes when a file is written."""

    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Look:
    """The folder at one moment.

    Attributes:
        ready: Files that lie still and were not taken as they are.
        waiting: Files that are still growing, or may be.
    """

    ready: frozenset[Path]
    waiting: tuple[Path, ...]


class Growing:
    """Looks at a folder again and again; knows nothing of what was read before it began.

    What a store knows is not read twice, so forgetting costs no more than looking at the files.
    """

    def __init__(self, folder: Path, out: Path, still_s: float) -> None:
        """``still_s``: seconds a file must lie unchanged; ``out`` is left out of ``folder``."""
        self._folder = folder
        self._out = out
        self._still_s = still_s
        self._since: dict[Path, tuple[_Shape, float]] = {}
        self._taken: dict[Path, _Shape] = {}

    def look(self, now_s: float) -> Look:
        """What lies there ``now_s``, on a clock that only goes forward."""
        ready, waiting = set(), []
        since: dict[Path, tuple[_Shape, float]] = {}
        for file in scan_files(self._folder, self._out):
            shape = _shape(file)
            if shape is None or self._taken.get(file) == shape:
                continue
            before = self._since.get(file)
            since[file] = before if before is not None and before[0] == shape else (shape, now_s)
            lies_s = now_s - since[file][1]
            if lies_s >= self._still_s * _LONGER or (lies_s >= self._still_s and _is_whole(file)):
                ready.add(file)
            else:
                waiting.append(file)
        self._since = since
        return Look(frozenset(ready), tuple(waiting))

    def take(self, look: Look) -> None:
        """The ready files of ``look`` are read; one that changes later comes again."""
        for file in look.ready:
            self._taken[file] = self._since[file][0]


def _shape(file: Path) -> _Shape | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return _Shape(found.st_size, found.st_mtime_ns)


def _is_whole(file: Path) -> bool:
    """Whether it ends as files of its kind do; kinds without a known end count as whole."""
    try:
        with file.open("rb") as stream:
            head = stream.read(4)
            stream.seek(max(0, file.stat().st_size - _TAIL_BYTES))
            tail = stream.read()
    except OSError:
        return False
    ends = [end for begin, end in _ENDS.items() if head.startswith(begin)]
    return bool(head) and all(end in tail for end in ends)
