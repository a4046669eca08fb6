"""What became of whole records, and whether those that nobody will look at are right."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from formscan.report.judge import SCANNED_TWICE, Judged
from formscan.report.rows import PageRow, ReadRow

__all__ = ["RecordFigures", "record_figures"]

_FINISHED = frozenset({"accepted", "confirmed"})


@dataclass(frozen=True, slots=True)
class RecordFigures:
    """Figures of the records that the truth speaks of.

    Attributes:
        status: Records by status.
        finished: Accepted or confirmed: nobody will look at them any more.
        finished_wrong: Those with at least one wrong field, a phantom or a missed one.
        fields: Printed fields of finished records, pictures left out.
        fields_wrong: Wrong ones among them.
    """

    status: Mapping[str, int]
    finished: int
    finished_wrong: int
    fields: int
    fields_wrong: int


def record_figures(
    out: Path,
    fields: Iterable[Judged],
    reads: Sequence[ReadRow],
    pages: Sequence[PageRow],
    run_of_truth: Mapping[str, str],
) -> RecordFigures:
    """Figures of the records in ``out``.

    Args:
        out: Output folder of a run; its ``<form>.csv`` tell the status of each record.
        fields: All fields of the truth, judged.
        reads: The run's fields: they tell which record a page belongs to.
        pages: Those of the run; they tell it of a page that was read from another scan.
        run_of_truth: Scan of the truth to scan of the run.
    """
    record_of = {
        (page.scan, page.frame): page.record for page in pages if page.status in SCANNED_TWICE
    } | {(read.scan, read.frame): read.record for read in reads}
    status_of = _statuses(out, sorted({read.form for read in reads if read.form}))
    of_record: dict[str, list[Judged]] = defaultdict(list)
    for field in fields:
        record = record_of.get((run_of_truth.get(field.scan, ""), field.frame), "")
        if record in status_of:
            of_record[record].append(field)
    finished = {
        record: [field for field in its if field.kind != "image"]
        for record, its in of_record.items()
        if status_of[record] in _FINISHED
    }
    wrong = [sum(field.accepted_error for field in its) for its in finished.values()]
    counts = Counter(status_of[record] for record in of_record)
    return RecordFigures(
        status=dict(sorted(counts.items())),
        finished=len(finished),
        finished_wrong=sum(n > 0 for n in wrong),
        fields=sum(map(len, finished.values())),
        fields_wrong=sum(wrong),
    )


def _statuses(out: Path, forms: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for file in (out / f"{form}.csv" for form in forms):
        if file.is_file():
            with file.open(encoding="utf-8", newline="") as stream:
                found |= {row["KEY"]: row["_status"] for row in csv.DictReader(stream)}
    return found
