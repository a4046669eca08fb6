"""From records and pages to rows of text cells."""

from __future__ import annotations

from collections.abc import Iterator

from formscan.export.columns import questions
from formscan.record import FieldValue, Record, field_ref
from formscan.settle import ReviewItem, SettledPage
from formscan.templates.model import Template

__all__ = [
    "field_rows",
    "filled_rows",
    "known_cells",
    "page_row",
    "record_row",
    "review_row",
    "roster_rows",
]

SHOWN = frozenset({"accepted", "confirmed"})
"""A cell holds a value only where its field is one of these; a guess stands in fields.csv."""


def record_row(record: Record, template: Template) -> tuple[str, ...]:
    """The record's line of ``<form>.csv``."""
    known = known_cells(record, template)
    return (
        record.key,
        *(known.get(name, "") for name in questions(template)),
        record.status,
        " ".join(str(problem) for problem in record.problems),
        record.serial,
        record.print_run,
        record.version,
        "|".join(record.scans),
    )


def roster_rows(record: Record, template: Template, repeat: str) -> Iterator[tuple[str, ...]]:
    """The lines of ``<form>-<repeat>.csv``: rows as printed, but for wholly blank ones."""
    known = known_cells(record, template)
    for row in filled_rows(record, repeat):
        cells = (
            known.get(field_ref(name, row, repeat), "") for name in questions(template, repeat)
        )
        yield (record.key, f"{record.key}/{repeat}[{row}]", str(row), *cells)


def filled_rows(record: Record, repeat: str) -> list[int]:
    """Numbers of the rows of a repeat that are not wholly blank, in order."""
    return sorted(
        {
            value.row
            for value in record.values
            if value.repeat == repeat and value.row and not _is_empty(value)
        }
    )


def _is_empty(value: FieldValue) -> bool:
    """Surely blank; the item that asks about a gap between rows stands on a blank cell."""
    return value.status == "blank" or value.reason == "row_gap"


def known_cells(record: Record, template: Template) -> dict[str, str]:
    """Every cell by its field reference: defaults, then what is calculated, then what is read."""
    known = {one.name: one.default for one in template.questions if not one.repeat and one.default}
    known |= {"sumber": "formulir", "no_seri": record.serial}
    known |= dict(record.calculated)
    known |= {value.ref: _shown(value) for value in record.values}
    return known


def _shown(value: FieldValue) -> str:
    return value.value if value.status in SHOWN else ""


def field_rows(record: Record) -> Iterator[tuple[str, ...]]:
    """The record's lines of ``fields.csv``."""
    for each in record.values:
        yield (
            record.key,
            record.form,
            record.version,
            str(each.page),
            each.name,
            _number(each.row),
            each.raw,
            each.value,
            f"{each.confidence:.4f}",
            each.status,
            each.reader,
            " ".join(each.problems),
            each.scan,
            _number(each.frame or None),
            *(str(edge) for edge in each.box_px),
        )


def page_row(page: SettledPage) -> tuple[str, ...]:
    """The line of ``pages.csv``; measures are empty where the page was not registered."""
    outcome, identity = page.outcome, page.outcome.identity
    measured = bool(outcome.dpi)
    return (
        outcome.ref.scan,
        str(outcome.ref.frame),
        outcome.ref.sha256,
        identity.form if identity else "",
        identity.version if identity else "",
        str(identity.page) if identity else "",
        identity.serial if identity else "",
        page.record,
        page.status,
        page.reason,
        str(outcome.orientation_deg) if measured else "",
        _decimal(outcome.skew_deg, 2) if measured else "",
        _decimal(outcome.residual_mm, 3) if measured else "",
        _decimal(outcome.dpi, 1) if measured else "",
        _decimal(outcome.sharpness, 3) if measured else "",
    )


def review_row(item: ReviewItem) -> tuple[str, ...]:
    """The line of ``review.csv``; an item of a whole page or record has no confidence."""
    return (
        item.record,
        item.field,
        _number(item.row),
        item.raw,
        item.value,
        f"{item.confidence:.4f}" if item.field else "",
        item.reason,
        item.scan,
        _number(item.frame or None),
    )


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _decimal(value: float, places: int) -> str:
    """Fixed decimals, without a minus before zero."""
    return f"{value:.{places}f}" if round(value, places) else f"{0:.{places}f}"
