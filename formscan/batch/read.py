"""A folder of scans becomes outcomes in a store.

Resumable: what the store knows already is not read again, so a run that was killed goes on
where it stood, and running twice costs nothing and changes nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from formscan.batch.by_hand import read_with_of, told_by_hand
from formscan.batch.kept import Changed, keep_settings
from formscan.image.load import enumerate_pages
from formscan.page import PageRef
from formscan.pipeline import PageSetup, template_sha256
from formscan.reading import PageOutcome
from formscan.runner import executor, failed
from formscan.settings import RunSettings
from formscan.settle import follows
from formscan.store import Ledger, Originals, ReadWith, Store, any_decoded, bytes_needed

__all__ = ["BatchStarted", "Event", "PageDone", "RunSummary", "run_batch"]


@dataclass(frozen=True, slots=True)
class BatchStarted:
    """The pages are counted.

    Attributes:
        pages: Page pictures found.
        known: Of these, already in the store.
        doubles: Of these, byte for byte another one of this run.
        bytes_needed: Upper estimate of what the run will write.
        changes: Settings by which the batch was judged otherwise so far.
    """

    pages: int
    known: int
    doubles: int
    bytes_needed: int
    changes: tuple[Changed, ...] = ()


@dataclass(frozen=True, slots=True)
class PageDone:
    """One page is read and stored.

    Attributes:
        outcome: What was learned.
        done: Pages done so far, known ones included.
        pages: All pages of the run.
    """

    outcome: PageOutcome
    done: int
    pages: int


Event = BatchStarted | PageDone


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What one run did, and all runs of its output folder together.

    Attributes:
        pages: Page pictures found now.
        pages_read: Read now; the others were known.
        seconds: Wall time of reading them.
        decoded: Whether at least one page found now could be decoded; also where none was found.
        all_pages_read: By all finished runs of this folder.
        all_seconds: Wall time of those.
        changes: Settings by which the batch was judged otherwise so far.
    """

    pages: int
    pages_read: int
    seconds: float
    decoded: bool
    all_pages_read: int
    all_seconds: float
    changes: tuple[Changed, ...] = ()


def run_batch(
    settings: RunSettings,
    setup: PageSetup,
    store: Store,
    today: date,
    on_event: Callable[[Event], None] = lambda event: None,
    is_ready: Callable[[Path], bool] = lambda file: True,
) -> RunSummary:
    """Read every page that the store does not know yet.

    Args:
        settings: Of this run.
        setup: The templates.
        store: Of ``settings.out``, which the caller has locked.
        today: Becomes ``as_of`` of a new store without ``--as-of``.
        on_event: Told of progress; never changes anything.
        is_ready: Whether a file of a folder is to be read now; the others are not noted at all.

    Raises:
        SettingsError: A scan argument does not exist, ``as_of`` differs from the store's, or a
            folder of ``against`` is no batch.
        TemplateError: A template was changed under its version.
        StoreError: The disk refuses.
    """
    found = enumerate_pages(settings.scans, settings.out, is_ready)
    changes = keep_settings(store, settings, today)
    store.add_templates(setup.templates)
    store.set_meta("forced", template_sha256(setup.forced) if setup.forced else "")
    read_with = read_with_of(setup)
    start = time.perf_counter()
    refs = store.note(found)
    setup = replace(setup, by_hand=told_by_hand(Ledger(store).decisions(), refs))
    stored = store.known(read_with, setup.by_hand)
    wanted = _unknown(refs, stored)
    done = len(refs) - len(wanted)
    known = sum((ref.sha256, ref.frame) in stored for ref in refs)
    needed = bytes_needed({ref.path for ref in wanted}, len(wanted), copies=not settings.link_scans)
    on_event(BatchStarted(len(refs), known, done - known, needed, changes))
    originals = Originals(settings.out, copies=not settings.link_scans)
    for outcome in executor(settings.runner).run(setup, wanted):
        kept = _keep(outcome, originals, store, read_with, setup)
        done += 1
        on_event(PageDone(kept, done, len(refs)))
    seconds = time.perf_counter() - start
    return replace(_summary(store, refs, len(wanted), seconds), changes=changes)


def _summary(store: Store, refs: Sequence[PageRef], pages_read: int, seconds: float) -> RunSummary:
    before = json.loads(store.meta("speed") or "[0, 0]")
    total_read, total_seconds = before[0] + pages_read, before[1] + seconds * bool(pages_read)
    store.set_meta("speed", json.dumps([total_read, total_seconds]))
    decoded = not refs or any_decoded(store, refs)
    return RunSummary(len(refs), pages_read, seconds, decoded, total_read, total_seconds)


def _unknown(refs: Sequence[PageRef], known: frozenset[tuple[str, int]]) -> list[PageRef]:
    """The pages to read: of several with the same bytes only the first."""
    seen = set(known)
    wanted = []
    for ref in refs:
        picture = (ref.sha256, ref.frame)
        if not ref.sha256 or picture not in seen:
            wanted.append(ref)
            seen.add(picture)
    return wanted


def _keep(
    outcome: PageOutcome,
    originals: Originals,
    store: Store,
    read_with: ReadWith,
    setup: PageSetup,
) -> PageOutcome:
    """Store one page; its scan's bytes first, so that a stored page can always be shown."""
    ref = outcome.ref
    if ref.sha256 and not originals.hold(ref):
        detail = "the file was changed or removed while it was read; run again"
        outcome = failed(ref, "unreadable_file", detail)
    if outcome.reason == "unreadable_file":  # the drive's fault: try again next time
        outcome = replace(outcome, ref=replace(ref, sha256=""))
    store.save(outcome, read_with, follows(outcome, setup.templates))
    return outcome
