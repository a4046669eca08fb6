"""Opening the store of a batch, wherever it is kept, and moving it to a server."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, Table, func, insert, select, text
from sqlalchemy.schema import CreateSchema

from formscan.errors import SettingsError, StoreError, told
from formscan.store.address import Address, new_address, read_address, write_address
from formscan.store.engine import closing_on_error, postgresql_engine, sqlite_engine, telling
from formscan.store.lock import locked
from formscan.store.repository import Store
from formscan.store.schema import metadata, migrate

__all__ = ["DATABASE", "has_store", "move_store", "open_store"]

DATABASE = "formscan.db"
_ROWS_AT_ONCE = 200


def has_store(out: Path) -> bool:
    """Whether ``out`` is the folder of a batch."""
    return read_address(out) is not None or (out / DATABASE).is_file()


def open_store(out: Path, url: str = "", *, make: bool = True) -> Store:
    """Open the store of ``out``.

    Args:
        out: The output folder.
        url: Address of a PostgreSQL database for a batch that is begun with it; "" keeps it in
            ``out``, or where it was begun.
        make: Make folder and store where they are missing.

    Raises:
        SettingsError: There is none and none is to be made, or ``url`` is no address of a
            PostgreSQL database.
        StoreError: It is kept elsewhere, it cannot be written, or a newer formscan
            made it.
    """
    kept = read_address(out)
    if kept is not None:
        if url and new_address(url).url != kept.url:
            raise StoreError(told("store.elsewhere", out=out, kept=kept.url))
        return _opened(kept.url, postgresql_engine(kept))
    file = out / DATABASE
    if file.is_file() and url:
        raise StoreError(told("store.elsewhere", out=out, kept=file))
    if not make and not file.is_file():
        raise SettingsError(told("store.no_store", out=out))
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(told("store.no_folder", out=out, why=error.strerror)) from error
    if not url:
        return _opened(str(file), sqlite_engine(file))
    address = new_address(url)
    store = _new(address)
    write_address(out, address)
    return store


def move_store(out: Path, url: str) -> bool:
    """Bring a batch that is kept in its folder to a server; False where it is there already.

    Whoever still has the old file open gets an error from then on: nothing is written to it any
    more.

    Raises:
        SettingsError: There is no batch, or ``url`` is no address of a PostgreSQL database.
        StoreError: A run holds it, or one of both databases refuses.
    """
    file = out / DATABASE
    if read_address(out) is not None or not file.is_file():
        open_store(out, url, make=False).close()
        return False
    address = new_address(url)
    with (
        locked(out),
        open_store(out) as old,
        _new(address) as new,
        old.transaction() as source,
    ):
        source.execute(text("UPDATE meta SET value = value"))  # nobody else writes from here on
        with new.transaction() as target:
            for table in metadata.sorted_tables:
                _copy(source, target, table)
        write_address(out, address)
        for table in reversed(metadata.sorted_tables):
            table.drop(source)
    file.unlink(missing_ok=True)
    return True


def _opened(where: str, engine: Engine) -> Store:
    with telling(where), closing_on_error(engine), engine.begin() as connection:
        migrate(connection)
    return Store(where, engine)


def _new(address: Address) -> Store:
    with telling(address.url):
        engine = postgresql_engine(address)
        with closing_on_error(engine), engine.begin() as connection:
            connection.execute(CreateSchema(address.schema))
    return _opened(address.url, engine)


def _copy(source: Connection, target: Connection, table: Table) -> None:
    target.execute(table.delete())  # what a migration put into it
    for rows in source.execute(select(table)).mappings().partitions(_ROWS_AT_ONCE):
        target.execute(insert(table), [dict(row) for row in rows])
    copied, kept = (one.scalar(select(func.count()).select_from(table)) for one in (target, source))
    if copied != kept:
        raise StoreError(told("store.not_moved", table=table.name, copied=copied, kept=kept))
