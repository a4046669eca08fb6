"""All the files of a batch, in one pass over its settled groups."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from formscan.errors import StoreError, told
from formscan.export import cells, columns
from formscan.export.files import CsvFile
from formscan.export.workbook import write_workbook
from formscan.record import Record
from formscan.settle import Settled
from formscan.templates.model import Template

__all__ = ["Counts", "Written", "write_outputs"]


@dataclass(frozen=True, slots=True)
class Counts:
    """What a batch holds, each as (word, number), in order of the words.

    Attributes:
        pages: By status.
        reasons: Pages by reason, "" left out.
        records: By status.
        forms: Records by form.
        fields: By status.
        review_items: Lines of ``review.csv``.
        waiting: These lines by reason.
        decoded: Pages that could be decoded.
        stage_ms: Milliseconds spent per stage when the pages were read, summed.
        peak_mb: Largest memory of any process that read a page, MB.
        slowest: (scan, frame, milliseconds) of the pages that took longest, slowest first.
    """

    pages: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]
    records: tuple[tuple[str, int], ...]
    forms: tuple[tuple[str, int], ...]
    fields: tuple[tuple[str, int], ...]
    review_items: int
    waiting: tuple[tuple[str, int], ...]
    decoded: int
    stage_ms: tuple[tuple[str, float], ...]
    peak_mb: float
    slowest: tuple[tuple[str, int, float], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    Attributes:
        files: Every file, by the name that it should have, and the one that it got.
        counts: What stands in them.
    """

    files: tuple[tuple[Path, Path], ...]
    counts: Counts

    @property
    def renamed(self) -> tuple[tuple[Path, Path], ...]:
        """Files that were held open by another program, and their other names."""
        return tuple((wanted, got) for wanted, got in self.files if wanted != got)


def write_outputs(
    directory: Path,
    templates: Sequence[Template],
    groups: Iterable[Settled],
    *,
    xlsx: bool = True,
) -> Written:
    """Write the files of the contract into ``directory``.

    Args:
        directory: Made where it is missing.
        templates: Of the batch. A form without a record gets its files only where no form has one:
            a run that names no form loads the whole library.
        groups: Settled groups in order of first scans; only one is in memory at a time.
        xlsx: Write a workbook per form, too.

    Raises:
        StoreError: A file cannot be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(told("store.no_folder", out=directory, why=error.strerror)) from error
    latest = {template.form: template for template in templates}
    with _opened(directory, latest) as files:
        tally = _Tally()
        page_rows: list[tuple[str, ...]] = []
        for group in groups:
            _write_records(files, group.records, latest)
            files[_REVIEW].write(cells.review_row(item) for item in group.review_items)
            page_rows += (cells.page_row(page) for page in group.pages)
            tally.add(group)
        files[_PAGES].write(sorted(page_rows, key=_page_order))
        counts = tally.counts()
        used = {form for form, _ in counts.forms} or latest.keys()
        kept = {form: template for form, template in latest.items() if form in used}
        put = [(files[name].path, files[name].finish()) for name in _columns(kept)]
    if xlsx:
        put += [write_workbook(directory, form, dict(put)) for form in kept.values()]
    return Written(tuple(put), counts)


_SLOWEST = 10
_FIELDS, _PAGES, _REVIEW = "fields.csv", "pages.csv", "review.csv"


def _columns(latest: Mapping[str, Template]) -> dict[str, tuple[str, ...]]:
    """Every CSV file of the batch and its columns."""
    files = {}
    for form, template in latest.items():
        files[f"{form}.csv"] = columns.record_columns(template)
        for repeat in columns.repeats(template):
            files[f"{form}-{repeat}.csv"] = columns.roster_columns(template, repeat)
    common = {
        _FIELDS: columns.FIELD_COLUMNS,
        _PAGES: columns.PAGE_COLUMNS,
        _REVIEW: columns.REVIEW_COLUMNS,
    }
    return files | common


@contextmanager
def _opened(directory: Path, latest: Mapping[str, Template]) -> Iterator[dict[str, CsvFile]]:
    """The files under their unfinished names; what is not finished leaves no trace."""
    files: dict[str, CsvFile] = {}
    try:
        for name, head in _columns(latest).items():
            files[name] = CsvFile(directory / name, head)
        yield files
    finally:
        for file in files.values():
            file.discard()


def _write_records(
    files: Mapping[str, CsvFile], records: Iterable[Record], latest: Mapping[str, Template]
) -> None:
    for record in records:
        template = latest[record.form]
        files[f"{record.form}.csv"].write([cells.record_row(record, template)])
        for repeat in columns.repeats(template):
            rows = cells.roster_rows(record, template, repeat)
            files[f"{record.form}-{repeat}.csv"].write(rows)
        files[_FIELDS].write(cells.field_rows(record))


def _page_order(row: Sequence[str]) -> tuple[str, int, str]:
    return row[0], int(row[1]), row[2]


class _Tally:
    """Counts while the groups pass by."""

    def __init__(self) -> None:
        self._pages: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._records: Counter[str] = Counter()
        self._forms: Counter[str] = Counter()
        self._fields: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()
        self._decoded = 0
        self._stage_ms: dict[str, float] = defaultdict(float)
        self._peak_mb = 0.0
        self._slowest: list[tuple[float, str, int]] = []

    def add(self, group: Settled) -> None:
        self._pages.update(page.status for page in group.pages)
        self._reasons.update(page.reason for page in group.pages if page.reason)
        self._decoded += sum(page.outcome.width_px > 0 for page in group.pages)
        for page in group.pages:
            if page.status != "duplicate":
                for stage in page.outcome.stage_ms:
                    self._stage_ms[stage.name] += stage.value
                took = sum(stage.value for stage in page.outcome.stage_ms)
                self._slowest.append((-took, page.outcome.ref.scan, page.outcome.ref.frame))
            self._peak_mb = max(self._peak_mb, page.outcome.peak_mb)
        self._slowest = heapq.nsmallest(_SLOWEST, self._slowest)
        self._records.update(record.status for record in group.records)
        self._forms.update(record.form for record in group.records)
        for record in group.records:
            self._fields.update(value.status for value in record.values)
        self._waiting.update(item.reason for item in group.review_items)

    def counts(self) -> Counts:
        return Counts(
            pages=tuple(sorted(self._pages.items())),
            reasons=tuple(sorted(self._reasons.items())),
            records=tuple(sorted(self._records.items())),
            forms=tuple(sorted(self._forms.items())),
            fields=tuple(sorted(self._fields.items())),
            review_items=self._waiting.total(),
            waiting=tuple(sorted(self._waiting.items())),
            decoded=self._decoded,
            stage_ms=tuple(self._stage_ms.items()),
            peak_mb=self._peak_mb,
            slowest=tuple((scan, frame, -took) for took, scan, frame in self._slowest if took),
        )
