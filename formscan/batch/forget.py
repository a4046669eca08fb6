"""A family that asks to be forgotten: its scans, readings, values and decisions."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from formscan.batch.records import settle_batch
from formscan.errors import StoreError, told
from formscan.image.addresses import is_there
from formscan.page import PageRef
from formscan.page_decision import page_subject
from formscan.store import Store, erase, original_path

__all__ = ["Forgotten", "forget"]

_EXPORT = "formscan-export.zip"  # of the review page


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased, and what somebody must still do.

    Attributes:
        pages: Page pictures whose readings are gone.
        decisions: Decisions that are gone.
        scans: Files outside the batch folder that the pages were scanned into.
        shared: Of the kept originals, those that hold pages of other families too and stay.
    """

    pages: int
    decisions: int
    scans: tuple[str, ...]
    shared: tuple[Path, ...]


def forget(out: Path, store: Store, record: str, person: str, at: str) -> Forgotten:
    """Erase a record and all that stands behind it; its pages stay as pages that came in.

    Args:
        out: The batch folder, which the caller has locked.
        store: Its store.
        record: KEY of the record.
        person: Who erases it.
        at: When, ISO 8601 in UTC.

    Raises:
        StoreError: There is no such record, or a file of it cannot be deleted.
    """
    mine, others = _pages(store, record)
    if not mine:
        raise StoreError(told("audit.no_record", record=record))
    names = [record, *dict.fromkeys(page_subject(ref) for ref in mine)]
    kept = {ref.sha256 for ref in others}
    done = erase(store, names, mine, person, at)
    originals = {original_path(out, ref): ref.sha256 in kept for ref in mine if ref.sha256}
    try:
        for file, shared in originals.items():
            if not shared:
                file.unlink(missing_ok=True)
        if (out / "overlays").is_dir():
            shutil.rmtree(out / "overlays")
        (out / _EXPORT).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(told("store.no_file", file=error.filename, why=error.strerror)) from error
    return Forgotten(
        pages=len(mine),
        decisions=done,
        scans=tuple(sorted({ref.path for ref in mine if is_there(ref.path)})),
        shared=tuple(sorted(file for file, shared in originals.items() if shared)),
    )


def _pages(store: Store, record: str) -> tuple[list[PageRef], Iterable[PageRef]]:
    """The page pictures of a record, the same bytes under other names too, and all others."""
    mine: list[PageRef] = []
    others: list[PageRef] = []
    for settled in settle_batch(store):
        for page in settled.pages:
            (mine if page.record == record else others).append(page.outcome.ref)
    pictures = {(ref.sha256, ref.frame) for ref in mine if ref.sha256}
    mine += [ref for ref in others if (ref.sha256, ref.frame) in pictures]
    return mine, [ref for ref in others if (ref.sha256, ref.frame) not in pictures]
