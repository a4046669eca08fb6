"""What a batch knows: its store, its lock, its place on disk and the scans' own bytes."""

from __future__ import annotations

from formscan.store.erasing import erase
from formscan.store.inquiries import any_decoded, covered_files
from formscan.store.leases import LEASE_S, Leases
from formscan.store.ledger import Ledger, Note
from formscan.store.lock import locked
from formscan.store.opening import has_store, move_store, open_store
from formscan.store.originals import Originals, keep_original, original_path
from formscan.store.place import Place, bytes_needed, judge_place
from formscan.store.read_with import ReadWith
from formscan.store.reading import read_store
from formscan.store.repository import Store
from formscan.store.verifying import Broken

__all__ = [
    "LEASE_S",
    "Broken",
    "Leases",
    "Ledger",
    "Note",
    "Originals",
    "Place",
    "ReadWith",
    "Store",
    "any_decoded",
    "bytes_needed",
    "covered_files",
    "erase",
    "has_store",
    "judge_place",
    "keep_original",
    "locked",
    "move_store",
    "open_store",
    "original_path",
    "read_store",
]
