"""The figures of a run report, out of OUT's own tables."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from formscan.errors import SettingsError
from formscan.report.natures import Natures
from formscan.report.plots import Histogram, histogram
from formscan.report.rows import PageRow, ReadRow

__all__ = [
    "BANDS",
    "STATUSES",
    "KindFigures",
    "ProblemCount",
    "Spread",
    "confidence_histogram",
    "kind_figures",
    "load_run",
    "problem_counts",
    "spread",
    "stage_seconds",
]

STATUSES = ("accepted", "confirmed", "blank", "review", "image")
"""Field statuses in order of rest."""

BANDS = (0.0, 0.5, 0.9, 0.97, 0.99, 0.995, 0.999, 0.9999, 1.0)
"""Edges of the bands of confidence: finer towards 1."""

_LABELS = ("0", "0.5", "0.9", "0.97", "0.99", "0.995", "0.999", "0.9999")


@dataclass(frozen=True, slots=True)
class KindFigures:
    """What became of the fields of one kind.

    Attributes:
        counts: Number per status, in the order of ``STATUSES``.
        histogram: Confidence of those with something read in them.
    """

    kind: str
    n: int
    counts: tuple[int, ...]
    histogram: Histogram


@dataclass(frozen=True, slots=True)
class ProblemCount:
    """How often a rule spoke against a question."""

    code: str
    field: str
    n: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, 95th percentile and extremes of a measure over pages."""

    n: int
    low: float
    median: float
    p95: float
    high: float


def load_run(out: Path) -> dict[str, Any]:
    """``OUT/run.json``; SettingsError where it is missing or damaged."""
    path = out / "run.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"{path}: no such file; run `formscan run SCANS --out {out}` first"
        raise SettingsError(message) from None
    except ValueError:
        message = f"{path}: not readable as JSON; run `formscan run` on {out} again"
        raise SettingsError(message) from None
    return dict(document)


def kind_figures(
    reads: Sequence[ReadRow], natures: Natures, order: Sequence[str]
) -> list[KindFigures]:
    """Per kind, in ``order``; kinds that do not occur are left out."""
    groups: dict[str, list[ReadRow]] = defaultdict(list)
    for read in reads:
        groups[natures.of(read.form, read.field).kind].append(read)
    figures = []
    for kind in sorted(groups, key=lambda name: order.index(name) if name in order else 99):
        status = Counter(read.status for read in groups[kind])
        figures.append(
            KindFigures(
                kind=kind,
                n=len(groups[kind]),
                counts=tuple(status[name] for name in STATUSES),
                histogram=confidence_histogram(groups[kind]),
            )
        )
    return figures


def confidence_histogram(reads: Sequence[ReadRow]) -> Histogram:
    """Confidences of fields that say something, in bands that grow finer towards 1."""
    values = [read.confidence for read in reads if read.raw and read.status != "image"]
    return histogram(values, BANDS, _LABELS)


def problem_counts(reads: Sequence[ReadRow]) -> list[ProblemCount]:
    """Problems by code and question, commonest first."""
    counter = Counter((code, read.field) for read in reads for code in read.problems)
    ranked = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    return [ProblemCount(code, field, n) for (code, field), n in ranked]


def spread(pages: Sequence[PageRow], measure: str) -> Spread | None:
    """Spread of a page measure over registered pages, None where there are none."""
    values = sorted(
        abs(getattr(page, measure)) for page in pages if page.residual_mm == page.residual_mm
    )
    values = [value for value in values if not math.isnan(value)]
    if not values:
        return None
    last = len(values) - 1
    return Spread(
        len(values), values[0], values[last // 2], values[math.ceil(0.95 * last)], values[-1]
    )


def stage_seconds(run: dict[str, Any]) -> dict[str, float]:
    """Seconds per stage, summed over the pages that were read."""
    stages = run.get("speed", {}).get("seconds_per_stage", {})
    return {name: float(seconds) for name, seconds in stages.items()}
