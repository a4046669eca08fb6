"""Whether the audit is as it was written: the chain itself, and each decision against it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formscan.store.seals import SEALED, unseal

__all__ = ["COLUMNS", "ERASED", "START", "Audit", "Broken", "entry_sha256", "find_broken"]

START = "0" * 64
"""What stands before the first entry."""

ERASED = "erased"
"""Action of an entry which says that a record was forgotten."""

_LEAST_TYPED = 16

COLUMNS = ("record", "field", "row", "kind", "raw", "comment", "reviewer", "reading_sha256")
"""What the table of decisions repeats of an entry."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A place at which the audit does not hold.

    Attributes:
        entry: Its number, from 1.
        what: ``changed``, ``removed``, ``added``, ``moved``, ``decision_changed``,
            ``decision_removed``, ``decision_added``, ``key_removed``, ``end_removed``, ``head``.
    """

    entry: int
    what: str


@dataclass(frozen=True)
class Audit:
    """All that must agree, as it stood at one moment.

    Attributes:
        entries: Rows of the audit in order.
        decisions: Number of an entry to its row in the table of decisions.
        keys: KEY of each record to the key of its seals.
        head: As the store remembers it.
    """

    entries: Sequence[Mapping[str, Any]]
    decisions: Mapping[int, Mapping[str, Any]]
    keys: Mapping[str, bytes]
    head: str


def entry_sha256(entry: Mapping[str, Any]) -> str:
    """The hash of an entry, over all that it holds and the hash of the one before."""
    parts = [entry[name] for name in ("entry", "at", "person", "action", "body", "before")]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def find_broken(audit: Audit, head: str = "") -> tuple[Broken, ...]:
    """Every place at which it does not hold.

    Args:
        audit: As read from the store.
        head: As printed at some time, its first 16 characters at least; the chain must still
            pass through it.
    """
    entries = audit.entries
    broken = [*_chain(entries), *_against(audit)]
    sha256 = audit.head.partition(":")[2]
    if len(entries) < _number(audit.head):
        broken.append(Broken(len(entries) + 1, "end_removed"))
    elif entries and entries[-1]["sha256"] != sha256:
        broken.append(Broken(len(entries), "added"))
    if head and not _passes(entries, head):
        broken.append(Broken(_number(head), "head"))
    return tuple(sorted(set(broken), key=lambda one: (one.entry, one.what)))


def _chain(entries: Sequence[Mapping[str, Any]]) -> list[Broken]:
    broken, before, number = [], START, 0
    for entry in entries:
        if entry["entry"] != number + 1:
            broken.append(Broken(number + 1, "removed"))
        elif entry_sha256(entry) != entry["sha256"]:
            broken.append(Broken(entry["entry"], "changed"))
        elif entry["before"] != before:
            broken.append(Broken(entry["entry"], "moved"))
        number, before = entry["entry"], entry["sha256"]
    return broken


def _against(audit: Audit) -> list[Broken]:
    """Each decision is what the audit says was decided, or was forgotten on purpose."""
    broken = []
    told = {one["entry"]: one for one in audit.entries if one["action"] == "decision"}
    forgotten = {
        _told(one).get("record"): one["entry"] for one in audit.entries if one["action"] == ERASED
    }
    for number, entry in told.items():
        said = _told(entry)
        if number < forgotten.get(said.get("record"), 0):
            if number in audit.decisions:
                broken.append(Broken(number, "decision_added"))
            continue
        what = _differs(entry, said, audit.decisions.get(number), audit.keys)
        if what:
            broken.append(Broken(number, what))
    unknown = audit.decisions.keys() - told.keys()
    return broken + [Broken(number, "decision_added") for number in unknown]


def _told(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry says; nothing where it was changed into what no entry can hold."""
    try:
        told = json.loads(entry["body"])
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _differs(
    entry: Mapping[str, Any],
    said: dict[str, Any],
    row: Mapping[str, Any] | None,
    keys: Mapping[str, bytes],
) -> str:
    if row is None:
        return "decision_removed"
    if "sealed" in said:
        record = str(said.get("record"))
        key = keys.get(record)
        values = unseal(key, record, said["sealed"]) if key is not None else None
        if values is None:
            return "key_removed"
        said |= {name: values[name] for name in SEALED}
    same = all(said.get(name) == row[name] for name in COLUMNS)
    if not same or said.get("codes") != row["codes"].split() or entry["at"] != row["at"]:
        return "decision_changed"
    return ""


def _passes(entries: Sequence[Mapping[str, Any]], head: str) -> bool:
    said = "".join(head.partition(":")[2].split()).lower()
    if len(said) < _LEAST_TYPED:
        return False
    if _number(head) == 0:
        return START.startswith(said)
    found = (one["sha256"] for one in entries if one["entry"] == _number(head))
    return any(sha256.startswith(said) for sha256 in found)


def _number(head: str) -> int:
    count = head.partition(":")[0]
    return int(count) if count.isascii() and count.isdecimal() else 0
