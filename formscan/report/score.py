"""Figures of one group of fields: a kind, a question, or all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from formscan.report.judge import Judged
from formscan.report.risk import ReliabilityBin, RiskPoint, reliability, risk_coverage
from formscan.report.statistics import (
    Counts,
    Rate,
    Resampling,
    design_effect,
    intra_correlation,
    weighted_size,
)

__all__ = ["Score", "Scorer", "confusions"]


@dataclass(frozen=True, slots=True)
class Score:
    """Figures of a group of fields.

    Attributes:
        name: Kind, field name or ``all``.
        kind: Error kind of the group, "" where mixed.
        right: Filled fields read rightly, of all filled ones (unread ones are wrong).
        coverage: Filled fields that nobody need look at, of all filled ones.
        accepted_errors: Wrong ones among the accepted: filled ones read wrongly or called blank,
            and phantoms; of the accepted filled ones and phantoms (rightly blank fields, the
            easy ones, do not dilute it).
        not_read: Filled fields without a reading.
        missed: Filled fields settled as blank.
        blanks: Fields with nothing written in them.
        blanks_settled: Those settled as blank.
        phantoms: Those settled with a value.
        characters: Characters read rightly, box by box, of those written in combs.
        digits: The digits among them.
        letters: The letters among them.
        field_effect: Design effect of the error of reading.
        expected_errors: Sum of 1 - confidence over accepted fields: what the run itself expects.
        curve: Risk against coverage, over filled fields.
        bins: Stated against observed error, over all fields read.
    """

    name: str
    kind: str
    right: Rate
    coverage: Rate
    accepted_errors: Rate
    not_read: int
    missed: int
    blanks: int
    blanks_settled: int
    phantoms: int
    characters: Rate
    digits: Rate
    letters: Rate
    field_effect: float
    expected_errors: float
    curve: tuple[RiskPoint, ...] = ()
    bins: tuple[ReliabilityBin, ...] = ()


class Scorer:
    """Scores groups of fields over one and the same draw of writers."""

    def __init__(self, clusters: Sequence[str], draw: Resampling, fields: Iterable[Judged]) -> None:
        self._index = {cluster: place for place, cluster in enumerate(clusters)}
        self._draw = draw
        self._correlation = self._pooled_correlation([field for field in fields if field.filled])

    def score(
        self, name: str, kind: str, fields: Sequence[Judged], *, curves: bool = False
    ) -> Score:
        """The figures of ``fields``; ``curves`` adds the two curves."""
        filled = [field for field in fields if field.filled]
        totals = self._count(filled, lambda field: 1)
        effect = self._effect(filled, totals)
        settled = [field for field in fields if field.accepted and (field.filled or field.phantom)]
        accepted = [field for field in fields if field.accepted]
        blanks = [field for field in fields if not field.filled]
        return Score(
            name=name,
            kind=kind,
            right=self._draw.rate(self._count(filled, lambda f: f.right), totals, effect),
            coverage=self._draw.rate(self._count(filled, lambda f: f.accepted), totals, effect),
            accepted_errors=self._draw.rate(
                self._count(settled, lambda f: f.accepted_error),
                self._count(settled, lambda f: 1),
                effect,
            ),
            not_read=sum(not field.read for field in filled),
            missed=sum(field.missed for field in filled),
            blanks=len(blanks),
            blanks_settled=sum(field.accepted and field.called_blank for field in blanks),
            phantoms=sum(field.phantom for field in blanks),
            characters=self._characters(filled, lambda true: True),
            digits=self._characters(filled, str.isdigit),
            letters=self._characters(filled, str.isalpha),
            field_effect=effect,
            expected_errors=sum(1.0 - field.confidence for field in accepted),
            curve=_curve(filled) if curves else (),
            bins=_bins(fields) if curves else (),
        )

    def _count(self, fields: Iterable[Judged], weigh: Callable[[Judged], float]) -> Counts:
        counts = np.zeros(len(self._index))
        for field in fields:
            counts[self._index[field.cluster]] += weigh(field)
        return counts

    def _characters(self, fields: Sequence[Judged], wanted: Callable[[str], bool]) -> Rate:
        def right(field: Judged) -> int:
            return sum(true == read for true, read in field.characters if wanted(true))

        def written(field: Judged) -> int:
            return sum(wanted(true) for true, _ in field.characters)

        counts, totals = self._count(fields, right), self._count(fields, written)
        return self._draw.rate(counts, totals, design_effect(counts, totals) or 1.0)

    def _effect(self, filled: Sequence[Judged], totals: Counts) -> float:
        """The group's own design effect, else what the correlation over all groups implies."""
        own = design_effect(self._count(filled, lambda field: not field.right), totals)
        return own or 1.0 + max(0.0, weighted_size(totals) - 1.0) * self._correlation

    def _pooled_correlation(self, filled: Sequence[Judged]) -> float:
        """1 where not one field was read wrongly: then a writer counts as one observation."""
        totals = self._count(filled, lambda field: 1)
        effect = design_effect(self._count(filled, lambda field: not field.right), totals)
        return 1.0 if effect is None else intra_correlation(effect, totals)


def confusions(fields: Iterable[Judged], most: int = 20) -> tuple[tuple[str, str, int], ...]:
    """The commonest wrong characters: (written, read, how often); "" = nothing was read."""
    counter = Counter(
        pair for field in fields if field.read for pair in field.characters if pair[0] != pair[1]
    )
    ranked = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    return tuple((true, read, count) for (true, read), count in ranked[:most])


def _curve(filled: Sequence[Judged]) -> tuple[RiskPoint, ...]:
    read = [field for field in filled if field.read]
    confidence = np.array([field.confidence for field in read], dtype=np.float64)
    right = np.array([field.right for field in read], dtype=np.bool_)
    return risk_coverage(confidence, right, len(filled))


def _bins(fields: Sequence[Judged]) -> tuple[ReliabilityBin, ...]:
    read = [field for field in fields if field.read]
    confidence = np.array([field.confidence for field in read], dtype=np.float64)
    right = np.array([field.right for field in read], dtype=np.bool_)
    return reliability(confidence, right)
