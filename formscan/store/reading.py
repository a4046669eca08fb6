"""A store that is only read: of a batch in an archive, on a disc, in a folder of somebody else.

SQLite in WAL mode wants to write beside the database even where nothing is changed. Where the
folder cannot be written, the file is opened so that it need not.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

from sqlalchemy import Engine, NullPool, create_engine

from formscan.errors import StoreError
from formscan.store.address import read_address
from formscan.store.engine import sqlite_engine
from formscan.store.opening import DATABASE, open_store
from formscan.store.repository import Store
from formscan.store.schema import require_current

__all__ = ["read_store"]


def read_store(out: Path) -> Store:
    """Open the store of ``out`` for what only reads, also where nothing can be written.

    Raises:
        StoreError: There is none, it cannot be read, or another formscan made it.
    """
    file = out / DATABASE
    try:
        return open_store(out, make=False)
    except StoreError:
        if read_address(out) is not None or not file.is_file():
            raise
    try:
        return _opened(file, _engine(file, "mode=ro"))  # others may be writing meanwhile
    except StoreError:
        if os.access(out, os.W_OK):  # somebody has it open, or it is damaged
            raise
        return _left_alone(file)


def _left_alone(file: Path) -> Store:
    """A file that nobody writes any more.

    What was written last may still lie in the WAL beside it: then a copy of both is opened.
    """
    wal = file.with_name(f"{file.name}-wal")
    if not wal.is_file() or wal.stat().st_size == 0:
        return _opened(file, _engine(file, "mode=ro&immutable=1"))
    scratch = tempfile.TemporaryDirectory(prefix="formscan-")
    for one in (file, wal):
        shutil.copyfile(one, Path(scratch.name) / one.name)
    return _opened(file, sqlite_engine(Path(scratch.name) / file.name), scratch)


def _opened(
    file: Path, engine: Engine, scratch: tempfile.TemporaryDirectory[str] | None = None
) -> Store:
    store = Store(str(file), engine, scratch)
    try:
        with store.transaction() as connection:
            require_current(connection)
    except BaseException:
        store.close()
        raise
    return store


def _engine(file: Path, how: str) -> Engine:
    address = f"{file.absolute().as_uri()}?{how}"
    return create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool
    )
