"""What people decided and did, appended to a chain of hashes that shows any later change.

Every entry holds the hash of the one before it, so nothing can be changed, taken out or moved
without breaking the chain at that place. Who owns the file could still make a new chain: the head
(``12:ab34…``) is printed after each run and export, and ``audit verify --head`` checks it.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from formscan.decision import Decision
from formscan.store.repository import Store
from formscan.store.schema import AUDIT_HEAD, audit, decisions, meta

__all__ = ["Broken", "Ledger", "Note"]

_START = "0" * 64
_COLUMNS = ("record", "field", "row", "kind", "raw", "comment", "reviewer", "reading_sha256")


@dataclass(frozen=True, slots=True)
class Broken:
    """A place at which the audit does not hold.

    Attributes:
        entry: Its number, from 1.
        what: ``changed``, ``removed``, ``added``, ``moved``, ``decision_changed``,
            ``decision_removed``, ``decision_added``, ``end_removed``, ``head``.
    """

    entry: int
    what: str


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody did, as ``Ledger.note`` was told of it."""

    entry: int
    person: str
    action: str
    at: str
    told: dict[str, Any]


class Ledger:
    """The decisions of one batch, and the audit of all that was done in it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def decide(self, decision: Decision, at: str, *, seen: int | None = None) -> int:
        """Append a decision; returns the number of its entry in the audit.

        Args:
            decision: What was decided.
            at: When, ISO 8601 in UTC.
            seen: Number of the last decision that the person could know of; None asks nothing.

        Returns:
            0 where somebody else decided about the same field after ``seen``: nothing is kept.
        """
        told = asdict(decision) | {"codes": list(decision.codes)}
        with self._store.transaction() as connection:
            _hold(connection)
            if seen is not None and _is_late(connection, decision, seen):
                return 0
            entry = _append(connection, decision.reviewer, "decision", told, at)
            values = {name: told[name] for name in _COLUMNS}
            codes = " ".join(decision.codes)
            connection.execute(decisions.insert().values(entry=entry, codes=codes, at=at, **values))
        return entry

    def note(self, person: str, action: str, told: Mapping[str, Any], at: str) -> int:
        """Append what somebody did or saw, such as ``login`` or ``view``."""
        with self._store.transaction() as connection:
            _hold(connection)
            return _append(connection, person, action, told, at)

    def notes(self, *actions: str, after: int = 0) -> list[Note]:
        """What people did of these kinds after an entry, in the order in which they did it."""
        columns = (audit.c.entry, audit.c.person, audit.c.action, audit.c.at, audit.c.body)
        of_kind = audit.c.action.in_(actions) & (audit.c.entry > after)
        query = select(*columns).where(of_kind).order_by(audit.c.entry)
        with self._store.transaction() as connection:
            rows = connection.execute(query).all()
        return [Note(*row[:4], told=json.loads(row[4])) for row in rows]

    def since(self, seen: int) -> tuple[int, frozenset[str]]:
        """The last decision, and the records that were decided about after the one numbered."""
        query = select(decisions.c.entry, decisions.c.record).where(decisions.c.entry > seen)
        with self._store.transaction() as connection:
            rows = connection.execute(query).all()
        return max((entry for entry, _ in rows), default=seen), frozenset(key for _, key in rows)

    def decisions(self, *records: str) -> dict[str, list[Decision]]:
        """KEY of each record to its decisions as they were made; of some records where named."""
        query = select(decisions).order_by(decisions.c.entry)
        if records:
            query = query.where(decisions.c.record.in_(records))
        found: dict[str, list[Decision]] = defaultdict(list)
        with self._store.transaction() as connection:
            for row in connection.execute(query).mappings():
                found[row["record"]].append(_decision(row))
        return dict(found)

    def head(self) -> str:
        """``<number of entries>:<hash of the last>``, to be kept outside the batch folder."""
        with self._store.transaction() as connection:
            return _head(connection)

    def verify(self, head: str = "") -> tuple[Broken, ...]:
        """Every place at which the audit does not hold; () where all is as it was written.

        Args:
            head: As printed at some time; the chain must still pass through it.
        """
        with self._store.transaction() as connection:
            entries = [dict(row) for row in connection.execute(_ENTRIES).mappings()]
            rows = connection.execute(select(decisions)).mappings()
            kept = {row["entry"]: dict(row) for row in rows}
            known = _head(connection)
        broken = [*_chain(entries), *_against(entries, kept)]
        count, _, sha256 = known.partition(":")
        if len(entries) < int(count):
            broken.append(Broken(len(entries) + 1, "end_removed"))
        elif entries and entries[-1]["sha256"] != sha256:
            broken.append(Broken(len(entries), "added"))
        if head and not _passes(entries, head):
            broken.append(Broken(_number(head), "head"))
        return tuple(sorted(set(broken), key=lambda one: (one.entry, one.what)))


_ENTRIES = select(audit).order_by(audit.c.entry)


def _hold(connection: Connection) -> None:
    """Nobody else appends until this transaction ends, so that two writers cannot fork the chain.

    It is a write because SQLite lets only one writer in, and PostgreSQL locks the row.
    """
    connection.execute(meta.update().where(meta.c.name == AUDIT_HEAD).values(value=meta.c.value))


def _is_late(connection: Connection, decision: Decision, seen: int) -> bool:
    columns = decisions.c
    same = (columns.record == decision.record) & (columns.field == decision.field)
    query = select(func.max(columns.entry)).where(same, columns.row == decision.row)
    return (connection.scalar(query) or 0) > seen


def _append(
    connection: Connection, person: str, action: str, told: Mapping[str, Any], at: str
) -> int:
    """One more link; the caller holds the chain."""
    count, _, before = _head(connection).partition(":")
    body = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    values = {"entry": int(count) + 1, "at": at, "person": person, "action": action, "body": body}
    values["before"] = before
    values["sha256"] = _sha256(values)
    connection.execute(audit.insert().values(**values))
    head = f"{values['entry']}:{values['sha256']}"
    connection.execute(meta.update().where(meta.c.name == AUDIT_HEAD).values(value=head))
    return int(count) + 1


def _head(connection: Connection) -> str:
    kept = connection.scalar(select(meta.c.value).where(meta.c.name == AUDIT_HEAD))
    return kept or f"0:{_START}"


def _sha256(entry: Mapping[str, Any]) -> str:
    parts = [entry[name] for name in ("entry", "at", "person", "action", "body", "before")]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def _chain(entries: list[dict[str, Any]]) -> list[Broken]:
    broken, before, number = [], _START, 0
    for entry in entries:
        if entry["entry"] != number + 1:
            broken.append(Broken(number + 1, "removed"))
        elif _sha256(entry) != entry["sha256"]:
            broken.append(Broken(entry["entry"], "changed"))
        elif entry["before"] != before:
            broken.append(Broken(entry["entry"], "moved"))
        number, before = entry["entry"], entry["sha256"]
    return broken


def _against(entries: list[dict[str, Any]], kept: dict[int, dict[str, Any]]) -> list[Broken]:
    """Each decision is what the audit says was decided."""
    broken = []
    told = {one["entry"]: one for one in entries if one["action"] == "decision"}
    for number, entry in told.items():
        row = kept.get(number)
        if row is None:
            broken.append(Broken(number, "decision_removed"))
            continue
        said = json.loads(entry["body"])
        same = all(said.get(name) == row[name] for name in _COLUMNS)
        if not same or said.get("codes") != row["codes"].split() or entry["at"] != row["at"]:
            broken.append(Broken(number, "decision_changed"))
    return broken + [Broken(number, "decision_added") for number in kept.keys() - told.keys()]


def _passes(entries: list[dict[str, Any]], head: str) -> bool:
    sha256 = head.partition(":")[2]
    if _number(head) == 0:
        return sha256 == _START
    return any(one["entry"] == _number(head) and one["sha256"] == sha256 for one in entries)


def _number(head: str) -> int:
    count = head.partition(":")[0]
    return int(count) if count.isascii() and count.isdecimal() else 0


def _decision(row: RowMapping) -> Decision:
    return Decision(codes=tuple(row["codes"].split()), **{name: row[name] for name in _COLUMNS})
