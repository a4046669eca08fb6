"""The whole record beside its pages: every field with its value, status and problems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from formscan.decision import Key
from formscan.record import FieldValue
from formscan.report.masking import masked
from formscan.review.card import label_of, words_of
from formscan.review.cases import Case
from formscan.review.item import item_id
from formscan.review.judgement import is_blind
from formscan.review.pictures import Album, Shown
from formscan.rules.explain import explain

__all__ = ["Line", "Roster", "Sheet", "lines_of", "problems_of", "rosters_of", "sheets_of"]


@dataclass(frozen=True, slots=True)
class Line:
    """One field of the record.

    Attributes:
        id: By which it can be corrected.
        key: Its name and row.
        label: Question, with the row's number.
        column: Question alone.
        said: As written, with the text of its code, identifiers masked; "" while it is still to be
            typed blind.
        problems: Codes of what stands against it.
        outline: x, y, width, height on its shown page, to be turned by the page's skew.
        sheet: Number of its page in ``sheets_of``.
    """

    id: str
    key: Key
    label: str
    column: str
    said: str
    status: str
    by_person: bool
    problems: tuple[str, ...]
    sheet: int
    outline: tuple[float, float, float, float]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written there, and nobody is asked."""
        return not self.said and self.status != "review"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page picture of the record."""

    scan: str
    frame: int
    sha256: str
    skew_deg: float
    shown: Shown | None


@dataclass(frozen=True, slots=True)
class Roster:
    """A repeat of the form as a table.

    Attributes:
        label: What the repeat is called.
        columns: Its questions, as printed.
        rows: (printed row, a line for each question or None); those with something in them.
    """

    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Line | None, ...]], ...]


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
        number = numbers.get((each.scan, each.frame))
        if number is not None:
            yield _line(case, each, number, sheets[number], album, language)


def _line(
    case: Case, each: FieldValue, number: int, sheet: Sheet, album: Album, language: str
) -> Line:
    key: Key = (each.name, each.row)
    page, field = case.page_of(key), case.fields[key]
    scale = sheet.shown.scale if sheet.shown is not None else 1.0
    box = album.outline(page, each.box_px) if page is not None else each.box_px
    x, y, width, height = (scale * edge for edge in box)
    raw = masked(each.raw) if field.error_kind == "id" else each.raw
    said = f"{raw} {words_of(case, field, each.raw, language)}" if raw else ""
    label = label_of(case, field, language)
    return Line(
        id=item_id(case.record.key, each.name, each.row),
        key=key,
        label=label,
        column=label if each.row is None else label.removesuffix(f" [{each.row}]"),
        said="" if is_blind(field, each.reason) else said.strip(),
        status=each.status,
        by_person=each.reader == "person",
        problems=each.problems,
        sheet=number,
        outline=(x, y, width, height),
    )


def rosters_of(case: Case, lines: Sequence[Line], language: str) -> Iterator[Roster]:
    """The repeats of a record, each as a table."""
    by_key = {line.key: line for line in lines}
    for name in dict.fromkeys(each.repeat for each in case.record.values if each.repeat):
        own = [line for line in lines if case.fields[line.key].repeat == name]
        asked = list(dict.fromkeys(line.key[0] for line in own))
        rows = sorted({line.key[1] or 0 for line in own if not line.is_empty})
        columns = {line.key[0]: line.column for line in own}
        yield Roster(
            _repeat_label(case, name, language),
            tuple(columns[one] for one in asked),
            tuple((row, tuple(by_key.get((one, row)) for one in asked)) for row in rows),
        )


def _repeat_label(case: Case, name: str, language: str) -> str:
    asked = (one for one in case.template.questions if (one.name, one.type) == (name, "repeat"))
    labels = next(asked).labels
    return labels.get(language) or labels.get(case.template.default_language) or name


def problems_of(case: Case, language: str) -> tuple[tuple[str, str], ...]:
    """What stands against the record: by what it is known again, and in words."""
    open_ones = (one for one in case.record.problems if not one.confirmed)
    return tuple((str(one), explain(one, case.template, language)) for one in open_ones)
