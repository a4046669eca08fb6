"""Lookup tables that forms refer to by name, for ``pulldata``."""

from __future__ import annotations

from formscan.errors import TemplateError, told
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
    _require(table)
    if (wanted, key_column) != ("nama", "kode"):
        raise TemplateError(table, (told("definition.table_column"),))
    return regions().name(key)


def table_sha256(table: str) -> str:
    """Hex digest of a table's data; raises TemplateError where there is no such table."""
    _require(table)
    return regions().sha256


def _require(table: str) -> None:
    if table not in TABLES:
        names = ", ".join(sorted(TABLES))
        raise TemplateError(table, (told("definition.table_unknown", table=table, names=names),))
