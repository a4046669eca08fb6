"""The outcomes in a store, and what people decided, become records."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from formscan.batch.origins import Origins
from formscan.errors import StoreError, told
from formscan.rules import Context
from formscan.rules.earlier import earlier_records, earlier_sightings
from formscan.rules.header import parse_header
from formscan.rules.index import BatchIndex, needs_index
from formscan.settings import parse_max_error
from formscan.settle import Bundle, Settled, SettleOptions, bundles_of, settle, styles_of
from formscan.store import Ledger, Store, covered_files
from formscan.templates.model import Template

__all__ = ["count_bundles", "indexed_options", "settle_batch"]


def _options(store: Store) -> SettleOptions:
    """What the store was made with, and what its cover sheets say.

    Raises:
        StoreError: The store holds no run yet.
    """
    as_of = store.meta("as_of")
    if not as_of:
        raise StoreError(told("store.no_run", file=store.where))
    kept = json.loads(store.meta("max_error") or "{}")
    header = parse_header(json.loads(store.meta("header") or "{}"))
    bundles = count_bundles(store)
    short = (one.ref for one in bundles if not one.is_complete)
    return SettleOptions(
        as_of=date.fromisoformat(as_of),
        max_error=dict(parse_max_error(kept)),
        context=Context(header=header),
        short=frozenset((ref.sha256, ref.frame) for ref in short),
        covered={(ref.sha256, ref.frame): one.header for one in bundles for ref in one.behind},
        styles=styles_of(store.groups(), store.templates()),
    )


def count_bundles(store: Store) -> tuple[Bundle, ...]:
    """Every bundle with a cover sheet, and how many of its sheets came."""
    known = {(template.form, template.version): template for template in store.templates()}
    found = (one for file in covered_files(store) for one in bundles_of(file, known))
    return tuple(sorted(found, key=lambda one: (one.ref.scan, one.ref.frame)))


def settle_batch(store: Store) -> Iterator[Settled]:
    """Pass 2 with what people decided, one record or lone page at a time, in scan order.

    Each field tells whose word it is, see ``Origins``.

    Raises:
        SettingsError: An earlier batch that this one is held against is gone.
    """
    templates, ledger = store.templates(), Ledger(store)
    decisions = ledger.decisions()
    options, _ = indexed_options(store)
    origins = Origins.of(ledger, decisions)
    for group in store.groups():
        yield origins.told(settle(group, templates, options, decisions))


def indexed_options(store: Store) -> tuple[SettleOptions, BatchIndex]:
    """Options with all that the batch and earlier ones hold, and that index by itself.

    Raises:
        SettingsError: An earlier batch that this one is held against is gone.
    """
    options, templates = _options(store), store.templates()
    index = BatchIndex()
    for out in map(Path, json.loads(store.meta("against") or "[]")):
        _note_earlier(out, index, templates)
    if any(needs_index(template) for template in templates):
        decisions = Ledger(store).decisions()
        alone = (settle(group, templates, options, decisions) for group in store.groups())
        _note(alone, index, templates)
    return replace(options, context=replace(options.context, index=index)), index


def _note(groups: Iterable[Settled], index: BatchIndex, templates: Sequence[Template]) -> None:
    """What the records say together; ``groups`` are settled without that."""
    known = {(template.form, template.version): template for template in templates}
    for group in groups:
        for record in group.records:
            index.add(record, known[record.form, record.version])


def _note_earlier(out: Path, index: BatchIndex, templates: Sequence[Template]) -> None:
    for record in earlier_records(out, templates):
        index.note_record(record, out.name)
    for sighting in earlier_sightings(out, templates):
        index.note(sighting)
