"""Readers: what turns crops into readings, and how they are found.

A third party adds a reader through the entry-point group ``formscan.readers``; the built-in
ones come in by the same door.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib.metadata import entry_points
from typing import Protocol, runtime_checkable

from formscan.page import FieldCrop
from formscan.reading import FieldReading
from formscan.templates.model import FieldKind, Template

__all__ = ["Reader", "load_readers"]


@runtime_checkable
class Reader(Protocol):
    """Reads all the fields of its kinds on one page in one call.

    Attributes:
        name: Name and version, e.g. ``comb-1``; a change makes pages be read again.
        kinds: The field kinds that it reads.
        px_per_mm: Resolution that it wants its crops in; 0 = that of the scan.
        margin_mm: How much paper around the field it wants to see.
    """

    name: str
    kinds: frozenset[FieldKind]
    px_per_mm: float
    margin_mm: float

    def read(self, crops: Sequence[FieldCrop], template: Template) -> list[FieldReading]:
        """One reading per crop, in order; "cannot read" is an empty ``candidates``."""
        ...


@functools.cache
def load_readers() -> tuple[Reader, ...]:
    """Every installed reader, made once per process, in order of their entry-point names."""
    found = sorted(entry_points(group="formscan.readers"), key=lambda point: point.name)
    return tuple(point.load()() for point in found)
