"""The tables of a store, and the numbered migrations that make them.

A migration is never edited once released: a new number is added. A store of a newer formscan
is refused, never guessed at.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    select,
    text,
)

from formscan.errors import StoreError, told

__all__ = [
    "AUDIT_HEAD",
    "audit",
    "decisions",
    "leases",
    "meta",
    "metadata",
    "migrate",
    "outcomes",
    "pages",
    "record_keys",
    "require_current",
    "templates",
]

metadata = MetaData()

AUDIT_HEAD = "audit_head"
"""Name in ``meta`` of the number and hash of the last entry of the audit."""

meta = Table(
    "meta",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

templates = Table(
    "templates",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("form", String(64), nullable=False),
    Column("version", String(32), nullable=False),
    Column("body", LargeBinary, nullable=False),  # zlib of template.json
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("bytes_key", String(80), primary_key=True),  # sha256 of the scan, see bytes_key()
    Column("frame", Integer, primary_key=True),
    Column("status", String(16), nullable=False),
    Column("setup_sha256", String(64), nullable=False),  # all templates and readers of that run
    Column("template_sha256", String(64), nullable=False),
    Column("readers", Text, nullable=False),
    Column("group_key", String(128), nullable=False),  # what belongs to one printed serial
    Column("body", LargeBinary, nullable=False),
    Column("follows", String(80), nullable=False, server_default=""),  # see Store.save
)

pages = Table(
    "pages",
    metadata,
    Column("scan", Text, primary_key=True),
    Column("frame", Integer, primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("bytes_key", String(80), nullable=False),
    Column("path", Text, nullable=False),
)
Index("pages_by_bytes", pages.c.bytes_key, pages.c.frame)

audit = Table(
    "audit",
    metadata,
    Column("entry", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("person", Text, nullable=False),
    Column("action", String(32), nullable=False),
    Column("body", Text, nullable=False),  # canonical JSON
    Column("before", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
)
"""All that people did, chained by hashes; see ``formscan.store.ledger``."""

decisions = Table(
    "decisions",
    metadata,
    Column("entry", Integer, primary_key=True),  # its number in the audit
    Column("record", String(64), nullable=False, index=True),
    Column("field", Text, nullable=False),
    Column("row", Integer),
    Column("kind", String(16), nullable=False),
    Column("raw", Text, nullable=False),
    Column("codes", Text, nullable=False),  # joined by spaces
    Column("comment", Text, nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("reading_sha256", String(64), nullable=False),
    Column("at", String(40), nullable=False),
)
"""What people decided: appended, never updated."""

record_keys = Table(
    "record_keys",
    metadata,
    Column("record", String(64), primary_key=True),
    Column("key", LargeBinary, nullable=False),
)
"""What people typed about a record is sealed with its key in the audit; see ``store.seals``."""

leases = Table(
    "leases",
    metadata,
    Column("item", String(255), primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until_s", Float, nullable=False),
)
"""Items in the hands of people."""


def _first(connection: Connection) -> None:
    metadata.create_all(connection, tables=[meta, templates, outcomes, pages])


def _second(connection: Connection) -> None:
    """Review; the first stores had a table ``decisions`` that nothing ever wrote to."""
    connection.execute(text("DROP TABLE IF EXISTS decisions"))
    metadata.create_all(connection, tables=[audit, decisions, leases])


def _third(connection: Connection) -> None:
    """Loose continuation sheets."""
    if "follows" not in {column["name"] for column in inspect(connection).get_columns("outcomes")}:
        connection.execute(text("ALTER TABLE outcomes ADD follows VARCHAR(80) NOT NULL DEFAULT ''"))


def _fourth(connection: Connection) -> None:
    """The audit has a head from the start, so that its first two writers cannot fork it."""
    if not connection.scalar(select(meta.c.value).where(meta.c.name == AUDIT_HEAD)):
        connection.execute(meta.insert().values(name=AUDIT_HEAD, value=f"0:{'0' * 64}"))


def _fifth(connection: Connection) -> None:
    """Keys that seal what people typed."""
    metadata.create_all(connection, tables=[record_keys])


MIGRATIONS: tuple[Callable[[Connection], None], ...] = (
    _first,
    _second,
    _third,
    _fourth,
    _fifth,
)
"""``MIGRATIONS[n]`` brings a store from version n to n + 1."""


def migrate(connection: Connection) -> None:
    """Bring the store to this formscan's version, inside the caller's transaction.

    Raises:
        StoreError: The store was made by a newer formscan.
    """
    if connection.dialect.name == "postgresql":  # two computers that open it at once
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(current_schema()))"))
    version = _known_version(connection)
    for step in MIGRATIONS[version:]:
        step(connection)
    if version < len(MIGRATIONS):
        connection.execute(meta.delete().where(meta.c.name == "schema"))
        connection.execute(meta.insert().values(name="schema", value=str(len(MIGRATIONS))))


def require_current(connection: Connection) -> None:
    """Refuse what cannot be read as it is, because nothing can be brought along.

    Raises:
        StoreError: The store was made by another formscan.
    """
    if _known_version(connection) < len(MIGRATIONS):
        raise StoreError(told("store.older"))


def _known_version(connection: Connection) -> int:
    version = _version(connection)
    if version > len(MIGRATIONS):
        raise StoreError(told("store.newer", version=version, known=len(MIGRATIONS)))
    return version


def _version(connection: Connection) -> int:
    if not inspect(connection).has_table("meta"):
        return 0
    value = connection.scalar(select(meta.c.value).where(meta.c.name == "schema"))
    return int(value or 0)
