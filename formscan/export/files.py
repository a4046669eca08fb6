"""Files that are whole or not there: written beside their name, then renamed onto it.

A file that a spreadsheet holds open cannot be replaced on Windows. That never fails a run: the
file is then written as ``name (2).csv``, and the caller tells so.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from formscan.errors import StoreError, told

__all__ = ["CsvFile", "put_in_place", "write_bytes", "write_text"]

_TRIES = 20


class CsvFile:
    """A CSV file that appears under its name only when it is finished.

    UTF-8 without BOM, comma, lines end in a line feed.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self.partial = path.with_name(f".{path.name}.part")
        try:
            self._stream = self.partial.open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise _refused(path, error) from error
        self._writer = csv.writer(_Lines(self._stream), lineterminator="\r\n")
        self._writer.writerow(columns)

    def write(self, rows: Iterable[Sequence[str]]) -> None:
        """Append rows.

        Raises:
            StoreError: The disk refuses.
        """
        try:
            self._writer.writerows(rows)
        except OSError as error:
            raise _refused(self.path, error) from error

    def finish(self) -> Path:
        """Put the file in its place; returns the name that it got."""
        try:
            self._stream.close()
        except OSError as error:
            raise _refused(self.path, error) from error
        return put_in_place(self.partial, self.path)

    def discard(self) -> None:
        """Leave no trace of an unfinished file."""
        self._stream.close()
        self.partial.unlink(missing_ok=True)


class _Lines:
    """Ends lines in a line feed alone.

    The writer is told of both characters, since it only quotes a cell for one that may end a
    line, while readers take either for the end.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, line: str) -> None:
        self._stream.write(line.removesuffix("\r\n") + "\n")


def write_text(path: Path, text: str) -> Path:
    """Write a whole small file; returns the name that it got."""
    return write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> Path:
    """The same, for what is no text."""
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.write_bytes(content)
    except OSError as error:
        raise _refused(path, error) from error
    return put_in_place(partial, path)


def put_in_place(partial: Path, path: Path) -> Path:
    """Rename ``partial`` to ``path``, or to ``name (2).ext`` and so on where it is held open.

    Raises:
        StoreError: The folder refuses every name.
    """
    names = [path, *(path.with_stem(f"{path.stem} ({n})") for n in range(2, _TRIES))]
    for name in names:
        try:
            partial.replace(name)
        except PermissionError:
            continue
        except OSError as error:
            raise _refused(path, error) from error
        return name
    raise StoreError(told("store.held_open", file=path))


def _refused(path: Path, error: OSError) -> StoreError:
    why = error.strerror or type(error).__name__
    return StoreError(told("store.no_file", file=path, why=why))
