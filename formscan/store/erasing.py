"""A family that must be forgotten: all that it wrote and all that was typed about it.

The key that seals its values in the audit is destroyed, its decisions and readings are deleted. The
entries of the audit stay, so the chain holds and shows that somebody decided, and who erased it.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text

from formscan.page import PageRef
from formscan.reading import PageOutcome
from formscan.store.codec import dump_outcome
from formscan.store.grouping import bytes_key, group_key
from formscan.store.ledger import append, hold
from formscan.store.repository import FORGOTTEN, Store
from formscan.store.schema import decisions, outcomes, record_keys
from formscan.store.verifying import ERASED

__all__ = ["erase"]


def erase(store: Store, names: Sequence[str], refs: Sequence[PageRef], person: str, at: str) -> int:
    """Forget a record, in one transaction.

    Its pages stay as pages that came in, rejected with the reason ``erased``, and are never read
    again.

    Args:
        store: Of the batch.
        names: Its KEY, and what its page pictures are called in decisions.
        refs: The page pictures that it was read from, duplicates included.
        person: Who erases it.
        at: When, ISO 8601 in UTC.

    Returns:
        Number of decisions that were deleted.
    """
    with store.transaction() as connection:
        hold(connection)
        found = connection.execute(decisions.delete().where(decisions.c.record.in_(names)))
        connection.execute(record_keys.delete().where(record_keys.c.record.in_(names)))
        for ref in refs:
            key = bytes_key(ref)
            bare = PageOutcome(ref, "rejected", reason="erased")
            same = (outcomes.c.bytes_key == key) & (outcomes.c.frame == ref.frame)
            values = {
                "status": bare.status,
                "setup_sha256": FORGOTTEN,
                "template_sha256": "",
                "readers": "",
                "group_key": group_key(bare),
                "body": dump_outcome(bare),
                "follows": "",
            }
            connection.execute(outcomes.update().where(same).values(**values))
        for name in names:
            append(connection, person, ERASED, {"record": name}, at)
    _overwrite(store)
    return found.rowcount


def _overwrite(store: Store) -> None:
    """Let nothing of it stay in the free space of the database."""
    with store.outside_transaction() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("VACUUM"))
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).all()
        else:
            connection.execute(text("VACUUM FULL outcomes, decisions, record_keys"))
