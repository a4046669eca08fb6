"""How right a run was: its tables held against the truth."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from formscan.report.judge import Judged, judge
from formscan.report.masking import differing
from formscan.report.match import pair_scans
from formscan.report.natures import find_natures, find_templates
from formscan.report.records import RecordFigures, record_figures
from formscan.report.risk import coverage_at
from formscan.report.rows import PageRow, load_pages, load_reads, load_truth, load_writers
from formscan.report.score import Score, Scorer, confusions
from formscan.report.statistics import Rate, resampling
from formscan.report.stored import stored_templates
from formscan.templates.model import Template

__all__ = ["KINDS", "AcceptedError", "Evaluation", "evaluate", "to_json"]

KINDS = ("mark", "code", "number", "date", "id", "barcode", "name", "text", "unknown")
"""Order of the kinds in every table; ``unknown`` = no template of the form is at hand."""


_SHORT = 4
"""Longer texts (identifiers, names, dates, telephone numbers) may point at a person."""


@dataclass(frozen=True, slots=True)
class AcceptedError:
    """A wrong field that was accepted; long texts show only where they differ."""

    scan: str
    frame: int
    field: str
    row: int | None
    kind: str
    confidence: float
    truth: str
    reading: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures of one run.

    Attributes:
        truth_pages: Page pictures that the truth speaks of.
        page_status: How many of them ended in which status; ``missing`` = not in the run.
        clustered_by: What the intervals resample: ``writer``, ``record`` or ``scan``.
        clusters: How many of those there are.
        total: All fields but pictures.
        kinds: Per error kind.
        fields: Per question.
        images: Signature and free-handwriting fields, which have no accuracy.
        images_with_ink: Those of them in which the truth has something written.
        images_right: Those for which ink or no ink was told rightly.
        errors: Every accepted error.
        confusions: Commonest wrong characters (written, read, count).
        records: What became of whole records.
        extra: Accepted fields on known pages that the truth does not mention.
    """

    forms: tuple[str, ...]
    truth_pages: int
    page_status: dict[str, int]
    clustered_by: str
    clusters: int
    total: Score
    kinds: tuple[Score, ...]
    fields: tuple[Score, ...]
    images: int
    images_with_ink: int
    images_right: int
    errors: tuple[AcceptedError, ...]
    confusions: tuple[tuple[str, str, int], ...]
    unmatched_scans: tuple[str, ...]
    records: RecordFigures
    extra: int


def evaluate(
    out: Path, truth: Path, templates: Sequence[Template] = (), *, seed: int = 20230701
) -> Evaluation:
    """Hold the run in ``out`` against ``truth`` (a ``truth.csv``, with ``writers.csv`` beside it).

    Args:
        out: Output folder of ``formscan run``.
        truth: The truth; rows without a partner in the run count as not read.
        templates: Of forms that neither the run's store nor the library has; they tell kinds.
        seed: Of the bootstrap over writers.

    Raises:
        SettingsError: A table is missing, or the truth lacks a column.
    """
    reads, pages, true_rows = load_reads(out), load_pages(out), load_truth(truth)
    natures = find_natures(reads, find_templates(reads, (*stored_templates(out), *templates)))
    run_of_truth = pair_scans((row.scan for row in true_rows), pages, truth.parent)
    judgement = judge(true_rows, reads, pages, natures, load_writers(truth), run_of_truth)
    measured = [field for field in judgement.fields if field.kind != "image"]
    clusters = sorted({field.cluster for field in judgement.fields})
    scorer = Scorer(clusters, resampling(len(clusters), seed), measured)
    images = [field for field in judgement.fields if field.kind == "image"]
    truth_pages = {(row.scan, row.frame) for row in true_rows}
    return Evaluation(
        forms=tuple(sorted({f"{read.form} {read.version}" for read in reads if read.form})),
        truth_pages=len(truth_pages),
        page_status=_page_status(run_of_truth, pages, truth_pages),
        clustered_by=judgement.clustered_by,
        clusters=len(clusters),
        total=scorer.score("all", "", measured, curves=True),
        kinds=_scores_by_kind(scorer, measured),
        fields=_scores_by_field(scorer, measured),
        images=len(images),
        images_with_ink=sum(field.filled for field in images),
        images_right=sum(field.read and field.filled != field.called_blank for field in images),
        errors=tuple(_accepted_error(field) for field in measured if field.accepted_error),
        confusions=confusions(measured),
        unmatched_scans=judgement.unmatched_scans,
        records=record_figures(out, judgement.fields, reads, pages, run_of_truth),
        extra=len(judgement.extra),
    )


def to_json(evaluation: Evaluation) -> str:
    """``evaluation.json``: every figure, rates with their intervals, 6 decimals."""
    document: dict[str, Any] = {"schema_version": 1, **asdict(evaluation)}
    scores = [evaluation.total, *evaluation.kinds, *evaluation.fields]
    entries = [document["total"], *document["kinds"], *document["fields"]]
    for score, entry in zip(scores, entries, strict=True):
        for name, rate in _rates(score):
            entry[name] = {"rate": None if math.isnan(rate.value) else rate.value, **entry[name]}
        if score.curve:
            entry["coverage_at_risk_0.002"] = coverage_at(score.curve, 0.002)
        for name in ("curve", "bins"):
            if not entry[name]:
                del entry[name]
    return json.dumps(_rounded(document), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _rates(score: Score) -> list[tuple[str, Rate]]:
    names = ("right", "coverage", "accepted_errors", "characters", "digits", "letters")
    return [(name, getattr(score, name)) for name in names]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return value


def _scores_by_kind(scorer: Scorer, fields: Sequence[Judged]) -> tuple[Score, ...]:
    groups = defaultdict(list)
    for field in fields:
        groups[field.kind].append(field)
    order = sorted(groups, key=lambda kind: (KINDS.index(kind) if kind in KINDS else 99, kind))
    return tuple(scorer.score(kind, kind, groups[kind], curves=True) for kind in order)


def _scores_by_field(scorer: Scorer, fields: Sequence[Judged]) -> tuple[Score, ...]:
    groups: dict[tuple[str, str], list[Judged]] = defaultdict(list)
    for field in fields:
        groups[field.field, field.kind].append(field)
    return tuple(scorer.score(name, kind, group) for (name, kind), group in groups.items())


def _page_status(
    run_of_truth: Mapping[str, str], pages: Sequence[PageRow], truth_pages: set[tuple[str, int]]
) -> dict[str, int]:
    status_of = {(page.scan, page.frame): page.status for page in pages}
    counts = Counter(
        status_of.get((run_of_truth.get(scan, ""), frame), "missing") for scan, frame in truth_pages
    )
    return dict(sorted(counts.items()))


def _accepted_error(field: Judged) -> AcceptedError:
    truth, reading = field.truth, field.reading
    if max(len(truth), len(reading)) > _SHORT:
        truth, reading = differing(truth, reading)
    return AcceptedError(
        field.scan,
        field.frame,
        field.field,
        field.row,
        field.kind,
        field.confidence,
        truth,
        reading,
    )
