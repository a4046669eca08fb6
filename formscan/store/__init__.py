"""What a batch knows: its store, its lock and the scans' own bytes."""

from __future__ import annotations

from formscan.store.lock import locked
from formscan.store.originals import keep_original, original_path
from formscan.store.repository import ReadWith, Store, open_store

__all__ = ["ReadWith", "Store", "keep_original", "locked", "open_store", "original_path"]
