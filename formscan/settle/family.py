"""One record: its pages' readings judged, checked against the form's rules, and given a status."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from formscan.decision import Decision
from formscan.reading import PageOutcome
from formscan.record import FieldValue, Problem, Record, RecordStatus, field_ref
from formscan.settle.accept import Judged, finish, judge_page
from formscan.settle.decided import confirmed, decided, said_by_people
from formscan.settle.link import Sheaf
from formscan.templates.model import ErrorKind, Field, Template
from formscan.validate.binds import Findings, Key, check, holds

__all__ = ["settle_sheaf"]

_FROM_PAPER = "formulir"
"""Value of the hidden question ``sumber`` of every record that comes from paper."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One page of the record, judged."""

    page: int
    scan: str
    frame: int
    fields: tuple[Judged, ...]


def settle_sheaf(
    sheaf: Sheaf,
    template: Template,
    as_of: date,
    max_error: Mapping[ErrorKind, float],
    decisions: Mapping[Key, Decision],
) -> Record:
    """The record of one sheaf; one whose serial was reused has no values, only its scans."""
    status: RecordStatus = "review"
    findings = Findings()
    values: tuple[FieldValue, ...] = ()
    problems: tuple[Problem, ...] = ()
    if not sheaf.reason:
        sheets = [_sheet(page, template, max_error, decisions) for page in sheaf.pages]
        judged = [each for sheet in sheets for each in sheet.fields]
        missing, findings = _checked(sheets, judged, template, sheaf.identity.serial, as_of)
        problems = confirmed(_all_problems(judged, findings), template, decisions)
        values = _finished(sheets, problems)
        status = _status(values, problems, missing, findings)
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
        scans=tuple(f"{page.ref.scan}#{page.ref.frame}" for page in sheaf.pages),
    )


def _sheet(
    outcome: PageOutcome,
    template: Template,
    max_error: Mapping[ErrorKind, float],
    decisions: Mapping[Key, Decision],
) -> _Sheet:
    page = outcome.identity.page if outcome.identity else 1
    fields = template.layout(page).fields
    said = said_by_people(fields, outcome.readings, decisions)
    judged = judge_page(fields, said, template, max_error)
    read = {(reading.name, reading.row): reading for reading in outcome.readings}
    for at, each in enumerate(judged):
        key = (each.field.name, each.field.row)
        if key in decisions:
            by = decisions[key]
            judged[at] = decided(each, by, read.get(key), outcome.ref, template, max_error)
    return _Sheet(page, outcome.ref.scan, outcome.ref.frame, tuple(judged))


def _checked(
    sheets: Sequence[_Sheet],
    judged: Sequence[Judged],
    template: Template,
    serial: str,
    as_of: date,
) -> tuple[frozenset[int], Findings]:
    """The pages that are missing, and what the form's rules say of those at hand."""
    values = {(each.field.name, each.field.row): each.value for each in judged}
    pending = {(each.field.name, each.field.row) for each in judged if each.pending}
    values |= _known_without_paper(template, serial)
    missing = _missing_pages(sheets, template)
    absent = {(field.name, field.row) for page in missing for field in template.layout(page).fields}
    spared = template.complete_with_page_1 if missing and sheets[0].page == 1 else ""
    if spared and holds(template, spared, values, pending | absent, as_of):
        missing, absent = frozenset(), set()
    rows = _present_rows(judged, missing, template)
    return missing, check(template, values, pending | absent, as_of, rows)


def _known_without_paper(template: Template, serial: str) -> dict[Key, str]:
    printed = {field.name for layout in template.pages for field in layout.fields}
    known = {"sumber": _FROM_PAPER, "no_seri": serial}
    names = {question.name for question in template.questions} - printed
    return {(name, None): value for name, value in known.items() if name in names}


def _missing_pages(sheets: Sequence[_Sheet], template: Template) -> frozenset[int]:
    main = [layout.page for layout in template.pages if not layout.continuation]
    wanted = main[: template.pages_per_record]
    if template.pages_per_record == 1:
        return frozenset()
    return frozenset(wanted) - {sheet.page for sheet in sheets}


def _present_rows(
    judged: Sequence[Judged], missing: frozenset[int], template: Template
) -> dict[str, frozenset[int]]:
    """Rows of each repeat that are not surely empty; those of a missing page may be filled."""
    rows: dict[str, set[int]] = defaultdict(set)
    for each in judged:
        if each.field.row is not None and (not each.blank or each.doubt):
            rows[each.field.repeat].add(each.field.row)
    for page in missing:
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


def _finished(sheets: Sequence[_Sheet], problems: Sequence[Problem]) -> tuple[FieldValue, ...]:
    by_field: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_field[problem.field].append(problem)
    return tuple(
        finish(
            each,
            by_field.get(_ref(each.field), []),
            page=sheet.page,
            scan=sheet.scan,
            frame=sheet.frame,
        )
        for sheet in sheets
        for each in sheet.fields
    )


def _status(
    values: Sequence[FieldValue],
    problems: Sequence[Problem],
    missing: frozenset[int],
    findings: Findings,
) -> RecordStatus:
    if missing:
        return "incomplete"
    asked = any(value.reason for value in values)
    if asked or findings.pending or any(problem.holds_back for problem in problems):
        return "review"
    return "confirmed" if any(problem.confirmed for problem in problems) else "accepted"
