"""One batch: a folder of scans becomes outcomes in a store, and the store becomes records."""

from __future__ import annotations

from formscan.batch.by_hand import read_again
from formscan.batch.forget import Forgotten, forget
from formscan.batch.kept import Changed, check_against
from formscan.batch.read import BatchStarted, Event, PageDone, RunSummary, run_batch
from formscan.batch.records import count_bundles, indexed_options, settle_batch
from formscan.batch.setup import load_setup

__all__ = [
    "BatchStarted",
    "Changed",
    "Event",
    "Forgotten",
    "PageDone",
    "RunSummary",
    "check_against",
    "count_bundles",
    "forget",
    "indexed_options",
    "load_setup",
    "read_again",
    "run_batch",
    "settle_batch",
]
