"""A folder of scans becomes outcomes in a store, and the store becomes records.

Resumable: what the store knows already is not read again, so a run that was killed goes on
where it stood, and running twice costs nothing and changes nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from formscan import __version__
from formscan.errors import SettingsError, StoreError, TemplateError, told
from formscan.image.load import enumerate_pages
from formscan.page import PageRef
from formscan.pipeline import PageSetup, readers_version, template_sha256
from formscan.reading import PageOutcome
from formscan.rules import BatchHeader, Context
from formscan.rules.earlier import earlier_sightings, require_batch
from formscan.rules.header import parse_header
from formscan.rules.index import BatchIndex, needs_index
from formscan.runner import executor, failed
from formscan.settings import RunSettings, parse_max_error
from formscan.settle import Bundle, Settled, SettleOptions, bundles_of, follows, settle
from formscan.store import (
    Ledger,
    ReadWith,
    Store,
    any_decoded,
    bytes_needed,
    covered_files,
    keep_original,
)
from formscan.templates.load import library, load_template
from formscan.templates.model import Template

__all__ = [
    "BatchStarted",
    "Event",
    "PageDone",
    "RunSummary",
    "count_bundles",
    "indexed_options",
    "load_setup",
    "run_batch",
    "settle_batch",
    "settle_options",
]


@dataclass(frozen=True, slots=True)
class BatchStarted:
    """The pages are counted.

    Attributes:
        pages: Page pictures found.
        known: Of these, already in the store.
        bytes_needed: Upper estimate of what the run will write.
    """

    pages: int
    known: int
    bytes_needed: int


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
    """

    pages: int
    pages_read: int
    seconds: float
    decoded: bool
    all_pages_read: int
    all_seconds: float


def load_setup(forms: Sequence[str]) -> PageSetup:
    """The templates of a run: those named, or the whole library.

    A named template without page codes becomes the form of every page that carries none.

    Raises:
        TemplateError: One cannot be loaded, two differ under one (form, version), or two
            without page codes are named.
    """
    templates = _distinct([load_template(source) for source in forms or library()])
    if not templates:
        raise TemplateError("library", ("holds no form; name a template file with --form",))
    uncoded = [one for one in templates if forms and not _has_codes(one)]
    if len(uncoded) > 1:
        names = ", ".join(one.form for one in uncoded)
        problem = f"{names} carry no page codes; give one such --form a run"
        raise TemplateError("--form", (problem,))
    return PageSetup(templates=tuple(templates), forced=uncoded[0] if uncoded else None)


def _has_codes(template: Template) -> bool:
    return any(layout.qr_box is not None for layout in template.pages)


def _distinct(templates: Sequence[Template]) -> list[Template]:
    kept: dict[tuple[str, str], Template] = {}
    for template in templates:
        other = kept.setdefault((template.form, template.version), template)
        if other.sha256() != template.sha256():
            problem = f"version {template.version} is loaded twice with different contents"
            raise TemplateError(template.form, (f"{problem}; give one of them a new version",))
    return [kept[key] for key in sorted(kept)]


def run_batch(
    settings: RunSettings,
    setup: PageSetup,
    store: Store,
    today: date,
    on_event: Callable[[Event], None] = lambda event: None,
) -> RunSummary:
    """Read every page that the store does not know yet.

    Args:
        settings: Of this run.
        setup: The templates.
        store: Of ``settings.out``, which the caller has locked.
        today: Becomes ``as_of`` of a new store without ``--as-of``.
        on_event: Told of progress; never changes anything.

    Raises:
        SettingsError: A scan argument does not exist, ``as_of`` differs from the store's, or a
            folder of ``against`` is no batch.
        TemplateError: A template was changed under its version.
        StoreError: The disk refuses.
    """
    found = enumerate_pages(settings.scans, settings.out)
    _fix_as_of(store, settings, today)
    store.set_meta("max_error", json.dumps(dict(settings.max_error)))
    _remember_surroundings(store, settings)
    store.add_templates(setup.templates)
    read_with = _read_with(setup)
    start = time.perf_counter()
    refs = store.note(found)
    wanted = _unknown(refs, store.known(read_with))
    done = len(refs) - len(wanted)
    needed = bytes_needed(
        {Path(ref.path) for ref in wanted}, len(wanted), copies=not settings.link_scans
    )
    on_event(BatchStarted(len(refs), done, needed))
    for outcome in executor(settings.runner).run(setup, wanted):
        kept = _keep(outcome, settings, store, read_with, setup)
        done += 1
        on_event(PageDone(kept, done, len(refs)))
    seconds = time.perf_counter() - start
    return _summary(store, refs, len(wanted), seconds)


def _summary(store: Store, refs: Sequence[PageRef], pages_read: int, seconds: float) -> RunSummary:
    before = json.loads(store.meta("speed") or "[0, 0]")
    total_read, total_seconds = before[0] + pages_read, before[1] + seconds * bool(pages_read)
    store.set_meta("speed", json.dumps([total_read, total_seconds]))
    decoded = not refs or any_decoded(store, refs)
    return RunSummary(len(refs), pages_read, seconds, decoded, total_read, total_seconds)


def _fix_as_of(store: Store, settings: RunSettings, today: date) -> None:
    kept = store.meta("as_of")
    given = settings.as_of.isoformat() if settings.as_of else ""
    if kept and given and kept != given:
        raise SettingsError(told("settings.as_of", kept=kept))
    if not kept:
        store.set_meta("as_of", given or today.isoformat())


def _remember_surroundings(store: Store, settings: RunSettings) -> None:
    """Header and earlier batches; a run that is not told of them keeps those of the last."""
    if settings.header != BatchHeader():
        store.set_meta("header", json.dumps(settings.header.as_table()))
    for out in settings.against:
        require_batch(out)
    if settings.against:
        store.set_meta("against", json.dumps([str(out.resolve()) for out in settings.against]))


def _read_with(setup: PageSetup) -> ReadWith:
    return ReadWith(
        version=__version__,
        templates=frozenset(template_sha256(one) for one in setup.templates),
        forced=template_sha256(setup.forced) if setup.forced else "",
        readers=readers_version(),
    )


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
    settings: RunSettings,
    store: Store,
    read_with: ReadWith,
    setup: PageSetup,
) -> PageOutcome:
    """Store one page; its scan's bytes first, so that a stored page can always be shown."""
    ref = outcome.ref
    if ref.sha256 and not settings.link_scans and not keep_original(settings.out, ref):
        detail = "the file was changed or removed while it was read; run again"
        outcome = failed(replace(ref, sha256=""), "unreadable_file", detail)
    store.save(outcome, read_with, follows(outcome, setup.templates))
    return outcome


def settle_options(store: Store) -> SettleOptions:
    """What the store was made with.

    Raises:
        StoreError: The store holds no run yet.
    """
    as_of = store.meta("as_of")
    if not as_of:
        raise StoreError(told("store.no_run", file=store.file))
    kept = json.loads(store.meta("max_error") or "{}")
    header = parse_header(json.loads(store.meta("header") or "{}"))
    return SettleOptions(
        as_of=date.fromisoformat(as_of),
        max_error=dict(parse_max_error(kept)),
        context=Context(header=header),
    )


def count_bundles(store: Store) -> tuple[Bundle, ...]:
    """Every bundle with a cover sheet, and how many of its sheets came."""
    known = {(template.form, template.version): template for template in store.templates()}
    found = (one for file in covered_files(store) for one in bundles_of(file, known))
    return tuple(sorted(found, key=lambda one: (one.ref.scan, one.ref.frame)))


def settle_batch(store: Store) -> Iterator[Settled]:
    """Pass 2 with what people decided, one record or lone page at a time, in scan order.

    Raises:
        SettingsError: An earlier batch that this one is held against is gone.
    """
    short = (one.ref for one in count_bundles(store) if not one.is_complete)
    short_covers = frozenset((ref.sha256, ref.frame) for ref in short)
    templates, decisions = store.templates(), Ledger(store).decisions()
    options = replace(indexed_options(store)[0], short=short_covers)
    for group in store.groups():
        yield settle(group, templates, options, decisions)


def indexed_options(store: Store) -> tuple[SettleOptions, BatchIndex]:
    """``settle_options`` with all that the batch and earlier ones hold; the index by itself, too.

    Raises:
        SettingsError: An earlier batch that this one is held against is gone.
    """
    options, templates = settle_options(store), store.templates()
    index = BatchIndex()
    if any(needs_index(template) for template in templates):
        decisions = Ledger(store).decisions()
        alone = (settle(group, templates, options, decisions) for group in store.groups())
        index = _index(alone, templates, store)
    return replace(options, context=replace(options.context, index=index)), index


def _index(groups: Iterable[Settled], templates: Sequence[Template], store: Store) -> BatchIndex:
    """What the records say together; ``groups`` are settled without that."""
    known = {(template.form, template.version): template for template in templates}
    index = BatchIndex()
    for group in groups:
        for record in group.records:
            index.add(record, known[record.form, record.version])
    for out in json.loads(store.meta("against") or "[]"):
        for sighting in earlier_sightings(Path(out), templates):
            index.note(sighting)
    return index
