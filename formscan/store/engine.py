"""The two databases behind one code, and what they refuse, told with a remedy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError

from formscan.errors import StoreError, told
from formscan.store.address import Address, connect_arguments

__all__ = ["closing_on_error", "postgresql_engine", "sqlite_engine", "telling"]

_CONNECTIONS = 10


def sqlite_engine(file: Path) -> Engine:
    """The database file of a batch; readers never wait for the one writer (WAL).

    What is committed is on the disk (``FULL``): a power cut takes back no decision of a person.
    """
    engine = create_engine(f"sqlite:///{file}")
    event.listen(engine, "connect", _on_connect)
    return engine


def postgresql_engine(address: Address) -> Engine:
    """The schema of a batch on a server; after a break all connections are made anew."""
    url, arguments = connect_arguments(address)
    return create_engine(
        url,
        connect_args=arguments,
        pool_size=_CONNECTIONS,
        max_overflow=_CONNECTIONS,
    )


def _on_connect(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@contextmanager
def closing_on_error(engine: Engine) -> Iterator[None]:
    """A store that cannot be opened leaves no connection behind."""
    try:
        yield
    except BaseException:
        engine.dispose()
        raise


@contextmanager
def telling(where: str) -> Iterator[None]:
    """What the database refuses, told with a remedy; a row that is there already is no refusal.

    Args:
        where: The database file, or the address of the server.
    """
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        why = error.orig.args[0] if error.orig is not None and error.orig.args else error
        if isinstance(why, dict):  # as PostgreSQL tells it: M is the message
            why = why.get("M", why)
        key = "store.server_refused" if where.startswith("postgresql") else "store.refused"
        raise StoreError(told(key, file=where, why=why)) from error
