"""Second evidence: what tells, beside the serial, which family a page belongs to.

Blank forms get photocopied, so a serial is a claim. A page belongs to another one if both are
sides of one sheet, scanned one after the other into one file, or if both say the same family in
handwriting: pages repeat part of the family's identity in boxes of their own, fields that no
phone has and whose ``evidence`` names the question they repeat (FK23 page 2: the last six digits
of No. KK). Where both are read clearly and nothing that the one may say agrees with anything
that the other may say, the serial joined pages of two families. Neither need be sure enough to
be accepted: a false alarm costs a look, a miss mixes two families.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import combinations

from formscan.settle.sheet import Sheet, texts
from formscan.templates.identity import sheets_of
from formscan.templates.model import Field, Template

__all__ = ["SERIAL", "agree", "disagree", "joined", "linking_fields", "sides_of_one_sheet"]

SERIAL = "no_seri"
"""The question that the printed serial answers; written by hand it is no evidence of a family."""

_CLEAR = 0.97
"""Probability that both pages must have to contradict each other: where they only seem to, the
second waits for want of agreement, and the first still counts."""

_SHARED = 0.0001
"""Probability that two clear pages say the same, below which they contradict each other."""

_AGREED = 0.2
"""Probability that two pages say the same, from which they belong together: by chance six digits
do so once in a million. Of 496 pairs of validation pages of two families none with writing on
both agreed to this degree; from 0.1 on the first did."""


_Word = tuple[str, int]
"""What is written, and in how many boxes."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What a page may say of the family: texts with probabilities, in so many boxes."""

    texts: dict[str, float]
    boxes: int


def linking_fields(template: Template) -> frozenset[str]:
    """Names of the fields that tell the family: those that repeat and those repeated."""
    repeating = [field for layout in template.pages for field in layout.fields if _repeats(field)]
    names = {field.name for field in repeating}
    return frozenset(names.union(*(field.evidence for field in repeating)))


def _repeats(field: Field) -> bool:
    return field.paper_only and bool(field.evidence) and field.row is None


def agree(one: Sheet, other: Sheet, template: Template) -> bool:
    """Whether two pages name the same family in handwriting.

    "No number" (nines in all boxes) and zeros name nobody.
    """
    ours, theirs = _statements(one, template), _statements(other, template)
    return any(
        _agreement(said, theirs[question], _names_the_same) >= _AGREED
        for question, said in ours.items()
        if question in theirs and question != SERIAL
    )


def disagree(sheets: Sequence[Sheet], serial: str, template: Template) -> bool:
    """Whether a page names another family than another one, or another serial than its own.

    Args:
        sheets: Pages of one serial.
        serial: That serial, "" where a serial written by hand need not be its own.
        template: Their form.
    """
    said = [_statements(sheet, template) for sheet in sheets]
    if serial:
        said.append({SERIAL: _Said({serial: 1.0}, len(serial))})
    return any(
        min(max(a[name].texts.values()), max(b[name].texts.values())) >= _CLEAR
        and _agreement(a[name], b[name], _may_be_the_same) < _SHARED
        for a, b in combinations(said, 2)
        for name in a.keys() & b.keys()
    )


def joined(
    sheets: Sequence[Sheet], template: Template, sure: AbstractSet[int] = frozenset()
) -> frozenset[int]:
    """Page numbers of those that surely belong to the first page, itself included.

    A page on which nothing is written joins any: it says nothing of anyone. So does a page of a
    form that asks for no evidence, and one of which a person says so (``sure``).
    """
    first, *others = sorted(sheets, key=lambda sheet: sheet.page)
    kept = [first, *(sheet for sheet in others if sheet.page in sure)]
    waiting = [sheet for sheet in others if sheet.page not in sure]
    while found := [sheet for sheet in waiting if _belongs(sheet, kept, template)]:
        kept += found
        waiting = [sheet for sheet in waiting if sheet not in found]
    return frozenset(sheet.page for sheet in kept)


def _belongs(sheet: Sheet, kept: Sequence[Sheet], template: Template) -> bool:
    if sheet.is_blank or all(other.is_blank for other in kept):
        return True
    if not any(_repeats(field) for field in sheet.layout.fields):
        return True
    return any(
        sides_of_one_sheet(sheet, other, template) or agree(sheet, other, template)
        for other in kept
    )


def sides_of_one_sheet(one: Sheet, other: Sheet, template: Template) -> bool:
    """Whether the two were scanned as front and back: neighbouring frames of one file."""
    pair = {one.page, other.page}
    if not any(pair <= {side.page for side in paper} for paper in sheets_of(template)):
        return False
    return any(
        a.ref.sha256 and a.ref.sha256 == b.ref.sha256 and abs(a.ref.frame - b.ref.frame) == 1
        for a in one.pictures
        for b in other.pictures
    )


def _statements(sheet: Sheet, template: Template) -> dict[str, _Said]:
    """Question to what the page may answer; blank and unreadable boxes say nothing."""
    repeated = linking_fields(template)
    by_name = {reading.name: reading for reading in sheet.readings if reading.row is None}
    found: dict[str, _Said] = {}
    for field in sheet.layout.fields:
        reading = by_name.get(field.name)
        if field.row is not None or field.name not in repeated or reading is None:
            continue
        said = {text: p for text, p in texts(reading).items() if text}
        if reading.raw.strip() and said:
            for question in field.evidence if _repeats(field) else (field.name,):
                found[question] = _Said(said, len(field.cells))
    return found


def _agreement(one: _Said, other: _Said, same: Callable[[_Word, _Word], bool]) -> float:
    return sum(
        p * q
        for a, p in one.texts.items()
        for b, q in other.texts.items()
        if same((a, one.boxes), (b, other.boxes))
    )


def _may_be_the_same(one: _Word, other: _Word) -> bool:
    """Whether one is the end of the other, or the same number in other boxes."""
    (a, _), (b, _) = one, other
    if a.endswith(b) or b.endswith(a):
        return True
    return a.isdecimal() and b.isdecimal() and int(a) == int(b)


def _names_the_same(one: _Word, other: _Word) -> bool:
    """As above, but an end must fill its boxes, and nines and zeros name nobody."""
    (short, boxes), (long, _) = sorted((one, other), key=lambda word: len(word[0]))
    if set(short) in ({"9"}, {"0"}) or not _may_be_the_same(one, other):
        return False
    equal = short == long or (long.isdecimal() and short.isdecimal() and int(long) == int(short))
    return equal or len(short) >= boxes
