"""What waits for a person: the rows of ``review.csv``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from formscan.page import PAGE_REASONS
from formscan.record import FieldValue, Record
from formscan.settle.accept import reason_of
from formscan.settle.decided import PERSON
from formscan.settle.link import SettledPage

__all__ = ["ReviewItem", "review_items"]


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One thing for a person to decide.

    Attributes:
        record: KEY, "" for a page without a record.
        field: Field name, "" where the page or record as a whole waits.
        reason: A word of ``REVIEW_REASONS`` or ``PAGE_REASONS``.
    """

    record: str
    field: str
    row: int | None
    raw: str
    value: str
    confidence: float
    reason: str
    scan: str
    frame: int


def review_items(records: Iterable[Record], pages: Sequence[SettledPage]) -> tuple[ReviewItem, ...]:
    """One item per field that asks for a person, per missing page set, per page that stopped."""
    items: list[ReviewItem] = []
    counted = [page for page in pages if page.record and page.status != "foreign"]
    first_page = {page.record: page for page in reversed(counted)}
    records = list(records)
    rejected = {record.key for record in records if record.status == "rejected"}
    for record in records:
        if record.key in rejected:
            continue
        if record.status == "incomplete":
            items.append(_page_item(first_page[record.key], "missing_page"))
        items += (_field_item(record, each) for each in record.values if _waits(each))
        items += _warned(record)
        items += _record_items(record, first_page[record.key])
    stopped = (page for page in pages if _is_stopped(page) and page.record not in rejected)
    items += (_page_item(page, page.reason) for page in stopped)
    items += (_page_item(page, page.reason) for page in pages if _is_short(page))
    return tuple(items)


def _is_stopped(page: SettledPage) -> bool:
    """Whether a page waits as a whole; one that a person discarded or erased does not."""
    return page.status in {"review", "rejected"} and page.reason not in {"discarded", "erased"}


def _is_short(page: SettledPage) -> bool:
    """Whether a cover tells another number of sheets than came."""
    return page.status == "cover" and bool(page.reason)


def _waits(each: FieldValue) -> bool:
    """Whether the field waits by itself, not only because its page does."""
    return bool(each.reason) and each.reason not in PAGE_REASONS


def _field_item(record: Record, each: FieldValue) -> ReviewItem:
    return ReviewItem(
        record=record.key,
        field=each.name,
        row=each.row,
        raw=each.raw,
        value=each.value,
        confidence=each.confidence,
        reason=each.reason,
        scan=each.scan,
        frame=each.frame,
    )


def _warned(record: Record) -> Iterator[ReviewItem]:
    """Fields that count as they are, though a warning asks for a look that nobody took yet."""
    asked = {one.field for one in record.problems if one.review and not one.confirmed}
    for each in record.values:
        if each.ref in asked and not each.reason and each.reader != PERSON:
            yield replace(_field_item(record, each), reason="warning")


def _record_items(record: Record, page: SettledPage) -> Iterator[ReviewItem]:
    """Broken error rules that name no printed field: they speak of the record as a whole."""
    printed = {each.ref for each in record.values}
    for problem in record.problems:
        if problem.holds_back and problem.field not in printed:
            item = _page_item(page, problem.asked or reason_of(problem.code))
            yield replace(item, record=record.key, field=problem.field)


def _page_item(page: SettledPage, reason: str) -> ReviewItem:
    ref = page.outcome.ref
    return ReviewItem(page.record, "", None, "", "", 0.0, reason, ref.scan, ref.frame)
