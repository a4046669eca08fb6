"""Families that may be one: the same number of a family or person stands in both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from formscan.record import Record

__all__ = ["Double", "doubles_of"]


@dataclass(frozen=True, slots=True)
class Double:
    """Records that share a number.

    Attributes:
        field: Name of the question that the number answers.
        records: Two or more.
    """

    field: str
    records: tuple[Record, ...]


def doubles_of(records: Iterable[Record]) -> list[Double]:
    """Records of the batch that share a number which nobody let stand yet; each set once."""
    sharing: dict[tuple[str, str], dict[str, Record]] = defaultdict(dict)
    open_in: dict[tuple[str, str], bool] = defaultdict(bool)
    for record in records:
        told = {one.field: one for one in record.problems if one.code == "duplicate"}
        for each in record.values:
            if each.ref in told and each.value and record.status != "rejected":
                number = each.name, each.value
                sharing[number][record.key] = record
                open_in[number] |= not told[each.ref].confirmed
    found: dict[tuple[str, ...], Double] = {}
    for (field, value), those in sharing.items():
        if len(those) > 1 and open_in[field, value]:
            keys = tuple(sorted(those))
            found.setdefault(keys, Double(field, tuple(those[key] for key in keys)))
    return list(found.values())
