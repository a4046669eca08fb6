"""Pass 2: from page outcomes to records.

``settle`` is a pure function of a set of page outcomes and of what people decided: it does not
depend on the order of arrival, on the executor or on interruptions, and reads neither clock nor
disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from formscan.decision import Decision, standing
from formscan.extract.style import Style
from formscan.page_decision import PageSaid, page_said, page_subject
from formscan.reading import PageOutcome
from formscan.record import Record
from formscan.rules import BatchHeader, Context
from formscan.settle.again import ReadAgain, Remembered, read_again
from formscan.settle.covers import Bundle, bundles_of
from formscan.settle.family import settle_sheaf
from formscan.settle.items import ReviewItem, review_items
from formscan.settle.link import SettledPage, Sheaf, link
from formscan.settle.loose import follows
from formscan.settle.writer import styles_of
from formscan.templates.model import MAX_ERROR, ErrorKind, Template

__all__ = [
    "Bundle",
    "Remembered",
    "ReviewItem",
    "SettleOptions",
    "Settled",
    "SettledPage",
    "bundles_of",
    "follows",
    "settle",
    "styles_of",
]


@dataclass(frozen=True, slots=True)
class SettleOptions:
    """What settling depends on besides the pages.

    Attributes:
        as_of: What ``today()`` means in rules; fixed when OUT is made.
        max_error: Marginal probability of error that is still accepted, per error kind.
        context: The batch header, and where else numbers stand.
        short: (sha256, frame) of covers that tell another number of sheets than came.
        covered: (sha256, frame) of pictures behind covers, and what those covers say.
        styles: How each enumerator of the batch writes digits, by code; who is not among them is
            held against the one record.
    """

    as_of: date
    max_error: Mapping[ErrorKind, float] = field(default_factory=lambda: dict(MAX_ERROR))
    context: Context = field(default_factory=Context)
    short: frozenset[tuple[str, int]] = frozenset()
    covered: Mapping[tuple[str, int], BatchHeader] = field(default_factory=dict)
    styles: Mapping[str, Style] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settled:
    """The whole batch, settled.

    Attributes:
        records: In order of form and first scan.
        pages: One per outcome, in order of scan and frame.
        review_items: What waits for a person, records first, then pages without a record.
    """

    records: tuple[Record, ...]
    pages: tuple[SettledPage, ...]
    review_items: tuple[ReviewItem, ...]


def settle(
    outcomes: Sequence[PageOutcome],
    templates: Sequence[Template],
    options: SettleOptions,
    decisions: Mapping[str, Sequence[Decision]] = MappingProxyType({}),
    again: ReadAgain = read_again,
) -> Settled:
    """Link pages into records, judge every field, check every record.

    Args:
        outcomes: What pass 1 learned, in any order.
        templates: Every form version among them.
        options: See there.
        decisions: KEY of a record, or name of a picture, to what people decided, in the order in
            which they did.
        again: How sheets are read again: ``read_again``, or one that remembers.

    Raises:
        TemplateError: A page belongs to a form version that is not among ``templates``.
    """
    known = {(template.form, template.version): template for template in templates}
    linked = link(outcomes, known, _said(outcomes, decisions))
    records = [
        settle_sheaf(
            sheaf,
            options.as_of,
            options.max_error,
            standing(decisions.get(sheaf.key, ())),
            replace(options.context, bundles=_bundles(sheaf, options.covered)),
            lambda sheets, template: again(sheets, template, options.styles),
        )
        for sheaf in linked.sheaves
    ]
    empty = _empty_pages(records)
    pages = tuple(_finished(page, empty, options.short) for page in linked.pages)
    return Settled(tuple(records), pages, review_items(records, pages))


def _bundles(
    sheaf: Sheaf, covered: Mapping[tuple[str, int], BatchHeader]
) -> tuple[BatchHeader, ...]:
    """What the covers say behind which pages of a record lie, each once."""
    pictures = ((page.outcome.ref.sha256, page.outcome.ref.frame) for page in sheaf.pages)
    return tuple(dict.fromkeys(covered[one] for one in pictures if one in covered))


def _said(
    outcomes: Sequence[PageOutcome], decisions: Mapping[str, Sequence[Decision]]
) -> dict[tuple[str, int], PageSaid]:
    """What people decided about the pictures, by sha256 and frame."""
    said = {
        (one.ref.sha256, one.ref.frame): page_said(decisions.get(page_subject(one.ref), ()))
        for one in outcomes
    }
    return {picture: word for picture, word in said.items() if word is not None}


def _finished(
    page: SettledPage, empty: AbstractSet[tuple[str, int]], short: AbstractSet[tuple[str, int]]
) -> SettledPage:
    """A page as the whole batch makes it: an empty back, a cover whose sheets did not all come."""
    ref = page.outcome.ref
    if page.status == "cover" and (ref.sha256, ref.frame) in short:
        return replace(page, reason="sheet_count_differs")
    return replace(page, status="blank") if _place(page) in empty else page


def _empty_pages(records: Sequence[Record]) -> set[tuple[str, int]]:
    """(KEY, page) on which surely nothing is written, such as the backs of forms."""
    pages = {(record.key, value.page) for record in records for value in record.values}
    written = {
        (record.key, value.page)
        for record in records
        for value in record.values
        if value.status != "blank"
    }
    return pages - written


def _place(page: SettledPage) -> tuple[str, int]:
    identity = page.outcome.identity
    return (page.record, identity.page) if identity and page.status == "ok" else ("", 0)
