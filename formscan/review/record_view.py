"""The whole record beside its pages: every field with its value, status and problems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from formscan.decision import Key
from formscan.report.masking import masked
from formscan.review.card import label_of, words_of
from formscan.review.cases import Case
from formscan.review.item import item_id
from formscan.review.judgement import is_blind
from formscan.review.pictures import Album, Shown
from formscan.rules.explain import explain

__all__ = ["Line", "Sheet", "lines_of", "problems_of", "sheets_of"]


@dataclass(frozen=True, slots=True)
class Line:
    """One field of the record.

    Attributes:
        id: By which it can be corrected.
        said: As written, with the text of its code, identifiers masked; "" while it is still to be
            typed blind.
        outline: x, y, width, height on its shown page, to be turned by the page's skew.
        sheet: Number of its page in ``sheets_of``.
    """

    id: str
    label: str
    said: str
    status: str
    by_person: bool
    sheet: int
    outline: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page picture of the record."""

    scan: str
    frame: int
    sha256: str
    skew_deg: float
    shown: Shown | None


def sheets_of(case: Case, album: Album) -> tuple[Sheet, ...]:
    """The pages of a record, in the order in which its fields stand on them."""
    places = dict.fromkeys((each.scan, each.frame) for each in case.record.values)
    pages = [case.pages[place] for place in places if place in case.pages]
    return tuple(
        Sheet(page.ref.scan, page.ref.frame, page.ref.sha256, page.skew_deg, album.page(page))
        for page in pages
    )


def lines_of(case: Case, sheets: tuple[Sheet, ...], album: Album, language: str) -> Iterator[Line]:
    """Every field that stands on one of the pages."""
    numbers = {(sheet.scan, sheet.frame): number for number, sheet in enumerate(sheets)}
    for each in case.record.values:
        key: Key = (each.name, each.row)
        number, page, field = (
            numbers.get((each.scan, each.frame)),
            case.page_of(key),
            case.fields[key],
        )
        if number is None or page is None:
            continue
        shown = sheets[number].shown
        scale = shown.scale if shown is not None else 1.0
        x, y, width, height = (scale * edge for edge in album.outline(page, each.box_px))
        raw = masked(each.raw) if field.error_kind == "id" else each.raw
        said = f"{raw} {words_of(case, field, each.raw, language)}" if raw else ""
        yield Line(
            id=item_id(case.record.key, each.name, each.row),
            label=label_of(case, field, language),
            said="" if is_blind(field, each.reason) else said.strip(),
            status=each.status,
            by_person=each.reader == "person",
            sheet=number,
            outline=(x, y, width, height),
        )


def problems_of(case: Case, language: str) -> tuple[str, ...]:
    """What stands against the record, in words."""
    open_ones = (one for one in case.record.problems if not one.confirmed)
    return tuple(explain(one, case.template, language) for one in open_ones)
