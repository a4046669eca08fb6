"""Pictures of one page: rescans of one sheet are read together, two sheets are told apart.

A page that was scanned twice gives two readings of the same ink, which hardly ever contradict
each other where both are clear. Two families differ in every name, number and date.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from formscan.page import PageRef
from formscan.reading import FieldReading, PageOutcome
from formscan.templates.model import Field, PageLayout
from formscan.validate.binds import Key
from formscan.validate.values import UNREADABLE, is_blank, is_picture

__all__ = ["CLEAR", "SHARED", "Sheet", "combine", "same_sheet", "texts", "was_read"]

CLEAR = 0.9
"""Probability from which a reading is clear enough to contradict another."""

SHARED = 0.01
"""Probability that two clear readings say the same, below which they contradict each other."""

_AGREED = 0.5
"""Probability that two readings say the same, from which they do."""

_MOST_DIFFERING = 0.1
"""Share of clearly read, filled fields that may differ between two scans of one sheet."""

_SAID = 0.5
"""Confidence from which a reading of another scan counts as saying something else."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One page of a record, from one or several pictures.

    Attributes:
        layout: The page of the template.
        pictures: Of this page, in order of scans.
        readings: One per field that was read: the surest of all pictures.
        sources: Where each reading was made.
        differing: Fields of which two pictures say different things.
    """

    layout: PageLayout
    pictures: tuple[PageOutcome, ...]
    readings: tuple[FieldReading, ...] = dataclasses.field(repr=False)
    sources: Mapping[Key, PageRef] = dataclasses.field(repr=False)
    differing: frozenset[Key] = frozenset()

    @property
    def page(self) -> int:
        """Number of the page type."""
        return self.layout.page

    @property
    def is_blank(self) -> bool:
        """Whether every field was read and each says that nothing is written."""
        by_key = {(reading.name, reading.row): reading for reading in self.readings}
        said = [(field, by_key.get((field.name, field.row))) for field in self.layout.fields]
        return all(one and one.candidates and is_blank(field, one.raw) for field, one in said)


def was_read(outcome: PageOutcome) -> bool:
    """Whether a page was identified, aligned and read."""
    return outcome.status in {"ok", "review"}


def texts(reading: FieldReading) -> dict[str, float]:
    """What a field may say, "" for blank, with probabilities; {} where it cannot be read."""
    if UNREADABLE in reading.raw:
        return {}
    return {each.text: each.probability for each in reading.candidates}


def same_sheet(
    one: PageOutcome, other: PageOutcome, layout: PageLayout, linking: Iterable[str]
) -> bool:
    """Whether two pictures of one page show the same sheet of paper.

    They do where hardly any field that both read clearly differs, none that tells the family
    does, and at least one name or number agrees if any is filled.

    Args:
        one: A picture that was read.
        other: Another one, of the same serial and page.
        layout: Their page.
        linking: Names of the fields that tell which family a page belongs to.
    """
    ours, theirs = _by_key(one), _by_key(other)
    compared = differing = 0
    filled = named = agreed = False
    for field in layout.fields:
        key = field.name, field.row
        if is_picture(field) or key not in ours or key not in theirs:
            continue
        a, b = ours[key], theirs[key]
        if is_blank(field, a.raw) and is_blank(field, b.raw):
            continue
        filled = True
        mine, yours = texts(a), texts(b)
        shared = sum(p * yours.get(text, 0.0) for text, p in mine.items())
        if _names_someone(field, linking):
            named = True
            agreed = agreed or shared >= _AGREED
        if mine and yours and min(max(mine.values()), max(yours.values())) >= CLEAR:
            compared += 1
            differing += shared < SHARED
            if shared < SHARED and field.name in linking and a.raw.strip() and b.raw.strip():
                return False
    if not filled:
        return True
    return differing <= _MOST_DIFFERING * compared and (agreed if named else compared > 0)


def _names_someone(field: Field, linking: Iterable[str]) -> bool:
    return field.error_kind in {"id", "name"} or field.name in linking


def combine(pictures: Sequence[PageOutcome], layout: PageLayout) -> Sheet:
    """Read several scans of one sheet together.

    Each field takes its surest reading. Where another scan says something else, the confidence
    becomes that of a choice between the two, and the field waits for a person.
    """
    read = [_by_key(picture) for picture in pictures]
    readings, sources, differing = [], {}, set()
    for field in layout.fields:
        key = field.name, field.row
        said = [(by[key], at) for at, by in enumerate(read) if key in by]
        if not said:
            continue
        best, at = max(said, key=lambda pair: (pair[0].confidence, pair[0].raw, -pair[1]))
        against = max((one.confidence for one, _ in said if _contradicts(one, best)), default=0.0)
        if against:
            differing.add(key)
            best = replace(best, confidence=best.confidence / (best.confidence + against))
        readings.append(best)
        sources[key] = pictures[at].ref
    return Sheet(layout, tuple(pictures), tuple(readings), sources, frozenset(differing))


def _contradicts(reading: FieldReading, best: FieldReading) -> bool:
    says_other = reading.raw.strip() != best.raw.strip() and UNREADABLE not in reading.raw
    return bool(reading.candidates) and says_other and reading.confidence >= _SAID


def _by_key(outcome: PageOutcome) -> dict[Key, FieldReading]:
    return {(reading.name, reading.row): reading for reading in outcome.readings}
