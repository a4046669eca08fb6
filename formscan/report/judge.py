"""Each field of the truth beside what the run made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from formscan.report.characters import compare_characters
from formscan.report.match import match_scans
from formscan.report.natures import Nature, Natures
from formscan.report.rows import PageRow, ReadRow, TruthRow

__all__ = ["Judged", "Judgement", "judge"]

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
        run_of_truth: Scan of the truth to scan of the run, where they could be paired.
        unmatched_scans: Scans of the truth that the run does not have.
        extra: Accepted, non-blank fields on matched pages that the truth does not mention.
    """

    fields: tuple[Judged, ...]
    clustered_by: str
    run_of_truth: Mapping[str, str]
    unmatched_scans: tuple[str, ...]
    extra: tuple[ReadRow, ...]


def judge(
    truth: Sequence[TruthRow],
    reads: Sequence[ReadRow],
    pages: Sequence[PageRow],
    natures: Natures,
    writers: Mapping[str, str],
) -> Judgement:
    """Compare every row of the truth with the run; a row without a partner was not read."""
    run_scans = {page.scan for page in pages} | {read.scan for read in reads}
    run_of_truth = match_scans((row.scan for row in truth), run_scans)
    read_at = {(read.scan, read.frame, read.field, read.row): read for read in reads}
    form_at = {(page.scan, page.frame): page.form for page in pages}
    cluster_of, clustered_by = _clusters(truth, reads, writers, run_of_truth)
    judged, used = [], set()
    for row in truth:
        scan = run_of_truth.get(row.scan, "")
        key = (scan, row.frame, row.field, row.row)
        nature = natures.of(form_at.get((scan, row.frame), ""), row.field)
        used.add(key)
        judged.append(_judge_one(row, read_at.get(key), nature, cluster_of[row.scan]))
    known = {key[:2] for key in used}
    extra = tuple(
        read
        for key, read in read_at.items()
        if key[:2] in known and key not in used and read.status == "accepted"
    )
    unmatched = tuple(sorted({row.scan for row in truth} - run_of_truth.keys()))
    return Judgement(tuple(judged), clustered_by, run_of_truth, unmatched, extra)


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
