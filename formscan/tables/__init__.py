"""Lookup tables that forms refer to by name, for ``pulldata``."""

from __future__ import annotations

from formscan.errors import TemplateError
from formscan.tables.regions import Regions, regions

__all__ = ["TABLES", "Regions", "lookup", "regions", "table_sha256"]

TABLES = frozenset({"wilayah"})
"""Names of the tables that come with the package."""


def lookup(table: str, wanted: str, key_column: str, key: str) -> str:
    """``pulldata``: the cell in column ``wanted`` of the row whose ``key_column`` is ``key``.

    Returns:
        "" where there is no such row.

    Raises:
        TemplateError: There is no such table or column.
    """
    if table not in TABLES:
        raise TemplateError(table, (f"no table {table!r}; known are: {', '.join(sorted(TABLES))}",))
    if (wanted, key_column) != ("nama", "kode"):
        raise TemplateError(table, ("pulldata can ask for column 'nama' by column 'kode' only",))
    return regions().name(key)


def table_sha256(table: str) -> str:
    """Hex digest of a table's data; raises TemplateError where there is no such table."""
    if table not in TABLES:
        raise TemplateError(table, (f"no table {table!r}; known are: {', '.join(sorted(TABLES))}",))
    return regions().sha256
