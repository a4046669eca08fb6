"""Each field of the truth beside what the run made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from formscan.report.characters import compare_characters
from formscan.report.natures import Nature, Natures
from formscan.report.rows import PageRow, ReadRow, TruthRow

__all__ = ["SCANNED_TWICE", "Judged", "Judgement", "judge"]

SCANNED_TWICE = frozenset({"ok", "superseded", "duplicate"})
"""Status of a page that counts, or whose fields count from another scan of it."""

_ACCEPTED = frozenset({"accepted", "blank", "confirmed"})


@dataclass(frozen=True, slots=True)
class Judged:
    """One printed field: what it says, what was read, and what became of it.

    Attributes:
        field: Question name.
        row: Printed row, or None.
        kind: Error kind, ``image`` or ``unknown``.
        cluster: Whose hand wrote it (or which record or scan it stands in).
        filled: Something is written in it.
        read: The run has a row for it.
        right: What was read is what it says; never where it was not read.
        accepted: Nobody will look at it any more (``accepted``, ``blank``, ``confirmed``).
        called_blank: The run says that it is blank.
        truth: Compared text: ``value``, or ``raw`` where the true value is empty.
        reading: The same of the run.
        characters: (true, read) per written box, for combs.
    """

    scan: str
    frame: int
    field: str
    row: int | None
    kind: str
    cluster: str
    filled: bool
    read: bool
    right: bool
    accepted: bool
    called_blank: bool
    confidence: float
    truth: str
    reading: str
    characters: tuple[tuple[str, str], ...] = ()

    @property
    def phantom(self) -> bool:
        """A value was accepted although nothing is written."""
        return not self.filled and self.accepted and not self.called_blank

    @property
    def missed(self) -> bool:
        """The field was settled as blank although something is written."""
        return self.filled and self.accepted and self.called_blank

    @property
    def accepted_error(self) -> bool:
        """Wrong, and nobody will notice."""
        return self.accepted and (self.phantom or (self.filled and not self.right))


@dataclass(frozen=True, slots=True)
class Judgement:
    """All fields of the truth, judged.

    Attributes:
        clustered_by: ``writer``, ``record`` or ``scan``: what intervals resample.
        unmatched_scans: Scans of the truth that the run does not have.
        extra: Accepted, non-blank fields on matched pages that the truth does not mention.
    """

    fields: tuple[Judged, ...]
    clustered_by: str
    unmatched_scans: tuple[str, ...]
    extra: tuple[ReadRow, ...]


def judge(
    truth: Sequence[TruthRow],
    reads: Sequence[ReadRow],
    pages: Sequence[PageRow],
    natures: Natures,
    writers: Mapping[str, str],
    run_of_truth: Mapping[str, str],
) -> Judgement:
    """Compare every row of the truth with the run; a row without a partner was not read.

    A sheet that was scanned twice is read from either picture, field by field: a row is held
    against what its record says, and what both truths say alike counts once.

    Args:
        truth: What is written.
        reads: The run's fields.
        pages: The run's pages.
        natures: What sort of field each is.
        writers: Scan of the truth to whose hand wrote it; may be empty.
        run_of_truth: Scan of the truth to scan of the run, where they are known to be one.
    """
    form_at = {(page.scan, page.frame): page.form for page in pages}
    cluster_of, clustered_by = _clusters(truth, reads, writers, run_of_truth)
    read_of = _partners(truth, reads, pages, run_of_truth)
    judged, told, known = [], set(), set()
    for at, row in enumerate(truth):
        place = (run_of_truth.get(row.scan, ""), row.frame)
        known.add(place)
        read = read_of.get(at)
        if read is not None:
            words = (id(read), row.raw, row.value)
            if words in told:
                continue
            told.add(words)
        nature = natures.of(form_at.get(place, ""), row.field)
        judged.append(_judge_one(row, read, nature, cluster_of[row.scan]))
    used = {id(read) for read in read_of.values()}
    extra = tuple(
        read
        for read in reads
        if (read.scan, read.frame) in known and id(read) not in used and read.status == "accepted"
    )
    unmatched = tuple(sorted({row.scan for row in truth} - run_of_truth.keys()))
    return Judgement(tuple(judged), clustered_by, unmatched, extra)


def _partners(
    truth: Sequence[TruthRow],
    reads: Sequence[ReadRow],
    pages: Sequence[PageRow],
    run_of_truth: Mapping[str, str],
) -> dict[int, ReadRow]:
    """Place of a row in ``truth`` to its field of the run: on its own scan, else of its record."""
    read_at = {(read.scan, read.frame, read.field, read.row): read for read in reads}
    of_record = {
        (read.record, read.page, read.field, read.row): read for read in reads if read.record
    }
    page_at = {(page.scan, page.frame): page for page in pages if page.status in SCANNED_TWICE}
    found: dict[int, ReadRow] = {}
    for at, row in enumerate(truth):
        place = (run_of_truth.get(row.scan, ""), row.frame)
        read = read_at.get((*place, row.field, row.row))
        if read is None and (page := page_at.get(place)):
            read = of_record.get((page.record, page.page, row.field, row.row))
        if read is not None:
            found[at] = read
    return found


def _judge_one(row: TruthRow, read: ReadRow | None, nature: Nature, cluster: str) -> Judged:
    blank = ("", nature.empty_value)
    filled = row.raw not in blank
    expected = row.value or row.raw
    found = "" if read is None else (read.value if row.value else read.raw)
    right = read is not None and (found == expected if filled else read.raw in blank)
    characters: tuple[tuple[str, str], ...] = ()
    if nature.comb and filled:
        characters = tuple(compare_characters(row.raw, read.raw if read else ""))
    return Judged(
        scan=row.scan,
        frame=row.frame,
        field=row.field,
        row=row.row,
        kind=nature.kind,
        cluster=cluster,
        filled=filled,
        read=read is not None,
        right=right,
        accepted=read is not None and read.status in _ACCEPTED,
        called_blank=read is not None and (read.status == "blank" or read.raw in blank),
        confidence=read.confidence if read else 0.0,
        truth=expected if filled else "",
        reading=found if filled else (read.raw if read else ""),
        characters=characters,
    )


def _clusters(
    truth: Sequence[TruthRow],
    reads: Sequence[ReadRow],
    writers: Mapping[str, str],
    run_of_truth: Mapping[str, str],
) -> tuple[dict[str, str], str]:
    scans = {row.scan for row in truth}
    if scans <= writers.keys():
        return {scan: writers[scan] for scan in scans}, "writer"
    record_of = {read.scan: read.record for read in reads}
    found = {scan: record_of.get(run_of_truth.get(scan, ""), "") or scan for scan in scans}
    return found, "record" if any(found[scan] != scan for scan in scans) else "scan"
