"""Who has what in hand: nothing is given to two people, and nothing is lost with a browser."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, not_, select
from sqlalchemy.exc import IntegrityError

from formscan.store.repository import Store
from formscan.store.schema import leases

__all__ = ["LEASE_S", "Leases"]

LEASE_S = 600
"""Seconds after which an item that was handed out goes to whoever asks next."""


class Leases:
    """Items in the hands of people, by a text that names each."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, item: str, holder: str, now_s: float) -> bool:
        """Give ``item`` to ``holder`` unless somebody else has it; takes it again for longer."""
        gone = not_(_counts(now_s)) | (leases.c.holder == holder)
        try:
            with self._store.transaction() as connection:
                connection.execute(leases.delete().where(leases.c.item == item, gone))
                values = {"item": item, "holder": holder, "until_s": now_s + LEASE_S}
                connection.execute(leases.insert().values(**values))
        except IntegrityError:
            return False
        return True

    def held(self, now_s: float) -> dict[str, str]:
        """Every item that somebody has, and who."""
        query = select(leases.c.item, leases.c.holder).where(_counts(now_s))
        with self._store.transaction() as connection:
            return {row.item: row.holder for row in connection.execute(query)}

    def give_back(self, items: Sequence[str], holder: str) -> None:
        """Let go of items."""
        mine = leases.c.item.in_(items) & (leases.c.holder == holder)
        with self._store.transaction() as connection:
            connection.execute(leases.delete().where(mine))

    def give_back_all(self, holder: str) -> None:
        """Let go of all that ``holder`` has."""
        with self._store.transaction() as connection:
            connection.execute(leases.delete().where(leases.c.holder == holder))


def _counts(now_s: float) -> ColumnElement[bool]:
    """Whether a lease is still good; one from the future is of a clock that was put back."""
    return and_(leases.c.until_s > now_s, leases.c.until_s <= now_s + LEASE_S)
