"""Which pages must be settled together: keys of bytes and groups, and ties by loose sheets."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from formscan.page import PageRef
from formscan.reading import PageOutcome

__all__ = ["NO_BYTES", "bytes_key", "group_key", "groups_together"]

NO_BYTES = "?"
"""First character of the key of a file whose bytes could not be read."""


def bytes_key(ref: PageRef) -> str:
    """The sha256 of the scan; for a file whose bytes could not be read, a key of its name."""
    return ref.sha256 or NO_BYTES + hashlib.sha256(ref.scan.encode()).hexdigest()


def group_key(outcome: PageOutcome) -> str:
    """``form|print_run|serial``; for a page without a serial, its bytes and frame."""
    identity = outcome.identity
    if identity is None or not identity.serial:
        return f"{bytes_key(outcome.ref)}|{outcome.ref.frame}"
    return f"{identity.form}|{identity.print_run}|{identity.serial}"


def groups_together(groups: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each group's leader: groups of one leader can touch each other.

    Args:
        groups: (group key, serial that one of its pages says it continues or "").
    """
    found = sorted(set(groups))
    of_serial: dict[tuple[str, str], list[str]] = defaultdict(list)
    for group, _ in found:
        form, *_, serial = group.split("|")
        of_serial[form, serial].append(group)
    lead = {group: group for group, _ in found}
    for group, follows in found:
        for other in of_serial.get((group.split("|")[0], follows), ()) if follows else ():
            first, second = sorted((_leader(lead, group), _leader(lead, other)))
            lead[second] = first
    return {group: _leader(lead, group) for group in lead}


def _leader(lead: dict[str, str], group: str) -> str:
    while lead[group] != group:
        group = lead[group]
    return group
