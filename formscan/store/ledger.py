"""What people decided and did, appended to a chain of hashes that shows any later change.

Every entry holds the hash of the one before it, so nothing can be changed, taken out or moved
without breaking the chain at that place. Who owns the file could still make a new chain: the head
(``12:ab34…``) is printed after each run and export, and ``audit verify --head`` checks it. What
people typed is sealed in it, see ``formscan.store.seals``.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from formscan.decision import Decision
from formscan.store.repository import Store
from formscan.store.schema import AUDIT_HEAD, audit, decisions, meta
from formscan.store.seals import SEALED, all_keys, seal
from formscan.store.verifying import COLUMNS, START, Audit, Broken, entry_sha256, find_broken

__all__ = ["Ledger", "Note", "append", "hold"]


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
            hold(connection)
            if seen is not None and _is_late(connection, decision, seen):
                return 0
            sealed = seal(connection, decision.record, {name: told[name] for name in SEALED})
            public = {name: told[name] for name in told if name not in SEALED}
            entry = append(
                connection, decision.reviewer, "decision", public | {"sealed": sealed}, at
            )
            values = {name: told[name] for name in COLUMNS}
            codes = " ".join(decision.codes)
            connection.execute(decisions.insert().values(entry=entry, codes=codes, at=at, **values))
        return entry

    def note(self, person: str, action: str, told: Mapping[str, Any], at: str) -> int:
        """Append what somebody did or saw, such as ``login`` or ``view``."""
        with self._store.transaction() as connection:
            hold(connection)
            return append(connection, person, action, told, at)

    def notes(self, *actions: str, after: int = 0) -> list[Note]:
        """What people did of these kinds after an entry, in the order in which they did it."""
        columns = (audit.c.entry, audit.c.person, audit.c.action, audit.c.at, audit.c.body)
        of_kind = audit.c.action.in_(actions) & (audit.c.entry > after)
        query = select(*columns).where(of_kind).order_by(audit.c.entry)
        with self._store.transaction() as connection:
            rows = connection.execute(query).all()
        return [Note(*row[:4], told=json.loads(row[4])) for row in rows]

    def times(self) -> list[tuple[str, str]]:
        """Who decided about one field at a time, and when, in order."""
        query = select(decisions.c.reviewer, decisions.c.at).order_by(decisions.c.entry)
        alone = decisions.c.kind.not_in(("glyphs", "again", "undo"))
        with self._store.transaction() as connection:
            return [(row.reviewer, row.at) for row in connection.execute(query.where(alone))]

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

    def done_by(self, since: str, until: str) -> tuple[tuple[str, str, int], ...]:
        """(person, action, number) of what was done in a span of time, ISO 8601 in UTC."""
        when = (audit.c.at >= since) & (audit.c.at < until)
        query = select(audit.c.person, audit.c.action, func.count()).where(when)
        with self._store.transaction() as connection:
            rows = connection.execute(query.group_by(audit.c.person, audit.c.action)).all()
        return tuple(sorted((person, action, number) for person, action, number in rows))

    def head(self) -> str:
        """``<number of entries>:<hash of the last>``, to be kept outside the batch folder."""
        with self._store.transaction() as connection:
            return _head(connection)

    def verify(self, head: str = "") -> tuple[Broken, ...]:
        """Every place at which the audit does not hold; () where all is as it was written.

        Args:
            head: As printed at some time; the chain must still pass through it.
        """
        with self._store.snapshot() as connection:
            entries = [dict(row) for row in connection.execute(_ENTRIES).mappings()]
            rows = connection.execute(select(decisions)).mappings()
            kept = {row["entry"]: dict(row) for row in rows}
            found = Audit(entries, kept, all_keys(connection), _head(connection))
        return find_broken(found, head)


_ENTRIES = select(audit).order_by(audit.c.entry)


def hold(connection: Connection) -> None:
    """Nobody else appends until this transaction ends, so that two writers cannot fork the chain.

    It is a write because SQLite lets only one writer in, and PostgreSQL locks the row.
    """
    connection.execute(meta.update().where(meta.c.name == AUDIT_HEAD).values(value=meta.c.value))


def _is_late(connection: Connection, decision: Decision, seen: int) -> bool:
    columns = decisions.c
    same = (columns.record == decision.record) & (columns.field == decision.field)
    query = select(func.max(columns.entry)).where(same, columns.row == decision.row)
    return (connection.scalar(query) or 0) > seen


def append(
    connection: Connection, person: str, action: str, told: Mapping[str, Any], at: str
) -> int:
    """One more link; the caller holds the chain."""
    count, _, before = _head(connection).partition(":")
    body = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    values = {"entry": int(count) + 1, "at": at, "person": person, "action": action, "body": body}
    values["before"] = before
    values["sha256"] = entry_sha256(values)
    connection.execute(audit.insert().values(**values))
    head = f"{values['entry']}:{values['sha256']}"
    connection.execute(meta.update().where(meta.c.name == AUDIT_HEAD).values(value=head))
    return int(count) + 1


def _head(connection: Connection) -> str:
    kept = connection.scalar(select(meta.c.value).where(meta.c.name == AUDIT_HEAD))
    return kept or f"0:{START}"


def _decision(row: RowMapping) -> Decision:
    return Decision(codes=tuple(row["codes"].split()), **{name: row[name] for name in COLUMNS})
