"""Checks of a definition that pyxform does not make, or makes one at a time."""

from __future__ import annotations

from formscan.templates.workbook import Workbook

__all__ = ["check", "warn"]


def check(book: Workbook) -> list[str]:
    """Every problem of the sheets."""
    return [f"there is no sheet {name!r}" for name in ("survey", "settings") if not book.rows(name)]


def warn(book: Workbook) -> tuple[str, ...]:
    """What is legal and yet seldom meant."""
    return ()
