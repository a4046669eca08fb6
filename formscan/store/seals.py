"""What people typed, sealed inside the audit with a key per record.

The chain of the audit hashes the sealed text, so it holds for ever; who destroys the key of a
record makes all that was ever typed about it unreadable, and the chain still holds.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, select

from formscan.store.schema import record_keys

__all__ = ["SEALED", "all_keys", "seal", "unseal"]

SEALED = ("raw", "comment")
"""What of a decision is sealed: all that can hold a person's data."""

_NONCE_BYTES = 12


def seal(connection: Connection, record: str, values: Mapping[str, str]) -> str:
    """The sealed values in base64; the record's key is made where it has none.

    The caller holds the audit, so that no two keys are made.
    """
    query = select(record_keys.c.key).where(record_keys.c.record == record)
    key = connection.scalar(query)
    if key is None:
        key = AESGCM.generate_key(256)
        connection.execute(record_keys.insert().values(record=record, key=key))
    nonce = secrets.token_bytes(_NONCE_BYTES)
    text = json.dumps(dict(values), ensure_ascii=False).encode()
    sealed = AESGCM(key).encrypt(nonce, text, record.encode())
    return base64.b64encode(nonce + sealed).decode()


def all_keys(connection: Connection) -> dict[str, bytes]:
    """The key of each record that has one."""
    return {row.record: row.key for row in connection.execute(select(record_keys))}


def unseal(key: bytes, record: str, sealed: str) -> dict[str, str] | None:
    """The values; None where this is not the key that they were sealed with."""
    try:
        data = base64.b64decode(sealed)
        text = AESGCM(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], record.encode())
    except (InvalidTag, ValueError, TypeError):
        return None
    values: dict[str, str] = json.loads(text)
    return values
