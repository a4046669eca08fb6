"""One record: its pages' readings judged, checked against the form's rules, and given a status."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date

from formscan.decision import RECORD, Decision
from formscan.page import PageRef
from formscan.record import FieldValue, Problem, Record, RecordStatus, field_ref
from formscan.rules import Context, apply_rules
from formscan.settle.accept import Judged, finish, judge_page
from formscan.settle.decided import confirmed, decided, said_by_people
from formscan.settle.known import identity_of
from formscan.settle.link import UNPROVEN, Sheaf
from formscan.settle.sheet import Sheet
from formscan.templates.model import ErrorKind, Field, Template
from formscan.validate.binds import Findings, Key, check, holds

__all__ = ["settle_sheaf"]

_FROM_PAPER = "formulir"
"""Value of the hidden question ``sumber`` of every record that comes from paper."""


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of the record, judged."""

    page: int
    fields: tuple[Judged, ...]
    sources: Mapping[Key, PageRef]
    blank: bool


def settle_sheaf(
    sheaf: Sheaf,
    as_of: date,
    max_error: Mapping[ErrorKind, float],
    decisions: Mapping[Key, Decision],
    context: Context,
    again: Callable[[Sequence[Sheet], Template], tuple[Sheet, ...]],
) -> Record:
    """The record of one sheaf; one whose serial was reused has no values, only its scans."""
    template = sheaf.template
    status: RecordStatus = "review" if sheaf.reused else "incomplete"
    findings = Findings()
    values: tuple[FieldValue, ...] = ()
    problems: tuple[Problem, ...] = ()
    if sheaf.sheets:
        sheets = again(sheaf.sheets, template)
        pages = [_page(sheet, template, max_error, decisions) for sheet in sheets]
        judged = [each for page in pages for each in page.fields]
        missing, findings = _checked(pages, judged, sheaf, as_of, context)
        problems = confirmed(_all_problems(judged, findings), template, decisions)
        held = [_page(sheet, template, max_error, {}) for sheet in sheaf.waiting]
        values = _finished(pages, problems)
        status = _status(values, problems, missing, findings, {page.page for page in held})
        values = tuple(sorted((*values, *_held_back(held)), key=lambda value: value.page))
    if RECORD in decisions and decisions[RECORD].kind == "rejected":
        status = "rejected"
    return Record(
        key=sheaf.key,
        form=sheaf.identity.form,
        version=sheaf.identity.version,
        serial=sheaf.identity.serial,
        print_run=sheaf.identity.print_run,
        status=status,
        values=values,
        calculated=findings.calculated,
        problems=problems,
        scans=tuple(f"{ref.scan}#{ref.frame}" for ref in _refs(sheaf)),
    )


def _refs(sheaf: Sheaf) -> list[PageRef]:
    """Where the record stands, in page order; all that claim it where the serial was reused."""
    if not sheaf.reused:
        return [picture.ref for sheet in sheaf.sheets for picture in sheet.pictures]
    claiming = (page.outcome for page in sheaf.pages)
    return [one.ref for one in sorted(claiming, key=lambda one: identity_of(one).page)]


def _page(
    sheet: Sheet,
    template: Template,
    max_error: Mapping[ErrorKind, float],
    decisions: Mapping[Key, Decision],
) -> _Page:
    fields = sheet.layout.fields
    said = said_by_people(fields, sheet.readings, decisions)
    judged = judge_page(fields, said, template, max_error)
    read = {(reading.name, reading.row): reading for reading in sheet.readings}
    ref = sheet.pictures[0].ref
    sources = {(field.name, field.row): ref for field in fields} | dict(sheet.sources)
    for at, each in enumerate(judged):
        key = (each.field.name, each.field.row)
        if key in decisions:
            by = decisions[key]
            judged[at] = decided(each, by, read.get(key), sources[key], template, max_error)
        elif key in sheet.differing:
            judged[at] = replace(each, doubt="scans_differ")
    return _Page(sheet.page, tuple(judged), sources, sheet.is_blank)


def _checked(
    pages: Sequence[_Page],
    judged: Sequence[Judged],
    sheaf: Sheaf,
    as_of: date,
    context: Context,
) -> tuple[frozenset[int], Findings]:
    """The pages that are missing, and what the form's rules say of those at hand."""
    template = sheaf.template
    values = {(each.field.name, each.field.row): each.value for each in judged}
    pending = {(each.field.name, each.field.row) for each in judged if each.pending}
    values |= _known_without_paper(template, sheaf.identity.serial)
    missing = _missing_pages(pages, template)
    away = missing | {sheet.page for sheet in sheaf.waiting}
    absent = {(field.name, field.row) for page in away for field in template.layout(page).fields}
    spared = template.complete_with_page_1 if missing and pages[0].page == 1 else ""
    if spared and holds(template, spared, values, pending | absent, as_of):
        missing, away, absent = frozenset(), frozenset(), set()
    rows = _present_rows(judged, away, template)
    unsettled = pending | absent
    findings = check(template, values, unsettled, as_of, rows)
    return missing, apply_rules(template, findings, values, unsettled, rows, context, sheaf.key)


def _known_without_paper(template: Template, serial: str) -> dict[Key, str]:
    printed = {field.name for layout in template.pages for field in layout.fields}
    known = {"sumber": _FROM_PAPER, "no_seri": serial}
    names = {question.name for question in template.questions} - printed
    return {(name, None): value for name, value in known.items() if name in names}


def _missing_pages(pages: Sequence[_Page], template: Template) -> frozenset[int]:
    main = [layout.page for layout in template.pages if not layout.continuation]
    wanted = set(main[: template.pages_per_record] if template.pages_per_record > 1 else ())
    more = [page.page for page in pages if page.page not in main and not page.blank]
    if more:
        wanted |= {layout.page for layout in template.pages if layout.page < max(more)} - set(main)
    return frozenset(wanted - {page.page for page in pages})


def _present_rows(
    judged: Sequence[Judged], away: frozenset[int], template: Template
) -> dict[str, frozenset[int]]:
    """Rows of each repeat that are not surely empty; those of a page that is away may be filled."""
    rows: dict[str, set[int]] = defaultdict(set)
    for each in judged:
        if each.field.row is not None and (not each.blank or each.doubt):
            rows[each.field.repeat].add(each.field.row)
    for page in away:
        for field in template.layout(page).fields:
            if field.row is not None:
                rows[field.repeat].add(field.row)
    return {repeat: frozenset(numbers) for repeat, numbers in rows.items()}


def _all_problems(judged: Sequence[Judged], findings: Findings) -> tuple[Problem, ...]:
    """What is impossible on paper, then what the rules say, each in printed order."""
    impossible = [Problem(each.problem, _ref(each.field)) for each in judged if each.problem]
    return (*impossible, *findings.problems)


def _ref(field: Field) -> str:
    return field_ref(field.name, field.row, field.repeat)


def _finished(pages: Sequence[_Page], problems: Sequence[Problem]) -> tuple[FieldValue, ...]:
    by_field: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_field[problem.field].append(problem)
    return tuple(
        finish(
            each,
            by_field.get(_ref(each.field), []),
            page=page.page,
            scan=page.sources[each.field.name, each.field.row].scan,
            frame=page.sources[each.field.name, each.field.row].frame,
        )
        for page in pages
        for each in page.fields
    )


def _held_back(pages: Sequence[_Page]) -> Iterator[FieldValue]:
    """What stands on pages that may be another family's: nothing of it counts."""
    for value in _finished(pages, ()):
        sure = value.status == "blank"
        yield value if sure else replace(value, status="review", reason=UNPROVEN)


def _status(
    values: Sequence[FieldValue],
    problems: Sequence[Problem],
    missing: frozenset[int],
    findings: Findings,
    waiting: AbstractSet[int],
) -> RecordStatus:
    if missing - waiting:
        return "incomplete"
    if waiting or findings.pending or any(value.reason for value in values):
        return "review"
    if any(problem.holds_back for problem in problems):
        return "review"
    return "confirmed" if any(problem.confirmed for problem in problems) else "accepted"
