"""What our evaluation says of every node of damaged families, and what JavaRosa says."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import pytest
from damage import DAMAGES, Home, families, is_whole, wild
from oracle import Told, needs_java, region_codes, told_by_javarosa

from formscan.export.odk import submission_xml
from formscan.record import FieldValue, Record
from formscan.simulate.chance import stream
from formscan.simulate.generic import draw_any
from formscan.tables import lookup
from formscan.templates.load import load_template
from formscan.validate.binds import _evaluate
from formscan.validate.plan import plan_of
from formscan.validate.state import State
from formscan.validate.values import is_picture, typed

KNOWN = {"sumber": "formulir", "no_seri": "00000007"}
NOBODY_ANSWERS = {"group", "repeat", "note", "start", "end"}
FAMILIES = 60


def record_of(form, values) -> Record:
    """All that stands on paper, as if every field were sure."""
    cells = []
    for layout in form.pages:
        for field in layout.fields:
            raw = values.get((field.name, field.row), "")
            said = raw and "x.png" if is_picture(field) else typed(field, raw, form)
            place = (field.name, field.row, field.repeat, layout.page)
            cells.append(FieldValue(*place, raw, said, 1.0, "accepted" if said else "blank"))
    hidden = {q.name: q.default for q in form.questions if q.type == "hidden"} | KNOWN
    return Record("uuid:1", form.form, form.version, "00000007", "ABCDEF", "accepted",
                  tuple(cells), tuple(hidden.items()))  # fmt: skip


def has_hole(record) -> bool:
    """Whether a row was left blank between others: a phone knows no such thing."""
    rows = {cell.row for cell in record.values if cell.row and cell.value}
    return rows != set(range(1, len(rows) + 1))


def ours(form, record, as_of) -> Iterator[tuple[str, Told]]:
    """Path of each node, rows in brackets, and what we say of it."""
    values = {(cell.name, cell.row): cell.value for cell in record.values}
    values |= {(name, None): text for name, text in KNOWN.items()}
    plan = plan_of(form)
    filled = {cell.row for cell in record.values if cell.row and cell.value}
    rows = dict.fromkeys(plan.repeats, filled)
    state = State(plan, values, frozenset(), rows, as_of, lookup)
    _evaluate(plan, state)
    for bound in plan.bounds:
        for row in state.instances(bound):
            at = (bound.path, row)
            relevant = state.relevant[at]
            if relevant and bound.question.type == "note" and bound.relevant:
                relevant = state.verdict(bound.relevant, *at)
            path = bound.path.removeprefix("/data")
            if row:
                name = bound.repeat.removeprefix("/data")
                path = path.replace(name, f"{name}[{row}]", 1)
            if not relevant or bound.question.type in NOBODY_ANSWERS:
                yield path, Told(relevant)
                continue
            text = state.texts[at]
            required = bound.required is not None and state.verdict(bound.required, *at)
            holds = not (text and bound.constraint) or state.verdict(bound.constraint, *at)
            yield path, Told(True, text, required, holds)


def theirs(form, records, folder) -> list[dict[str, Told]]:
    """What JavaRosa says of the nodes of each record."""
    codes = {code for record in records for code in region_codes(record)}
    submissions = [submission_xml(record, form) for record in records]
    return told_by_javarosa(form.form, submissions, codes, folder)


def damaged(form) -> Iterator[dict]:
    """Families of FK23: one in four valid, the others damaged, some wildly."""
    cells = {(one.name, one.row): len(one.cells) for page in form.pages for one in page.fields}
    rng = Random(11)
    for number, family in enumerate(filter(is_whole, families(form, 400))):
        values = dict(family.values)
        if number % 4 == 1:
            wild(values, cells, rng)
        elif number % 4:
            DAMAGES[number % len(DAMAGES)](Home(values, rng))
        yield values


def registers(form) -> Iterator[dict]:
    """Registers of another form, anything written anywhere."""
    cells = {(one.name, one.row): len(one.cells) for page in form.pages for one in page.fields}
    for number in itertools.count():
        values = dict(draw_any(form, stream(12, number)).values)
        wild(values, cells, Random(number))
        yield values


@needs_java
@pytest.mark.parametrize(("name", "draw", "n"), [("fk23", damaged, FAMILIES),
                                                 ("posyandu", registers, 8)])  # fmt: skip
def test_javarosa_says_the_same_of_every_node(tmp_path, name, draw, n):
    form, as_of = load_template(name), datetime.now(tz=UTC).astimezone().date()
    drawn = (record_of(form, values) for values in draw(form))
    records = list(itertools.islice(itertools.filterfalse(has_hole, drawn), n))
    broken = 0
    for number, (record, said) in enumerate(
        zip(records, theirs(form, records, tmp_path), strict=True)
    ):
        for path, told in ours(form, record, as_of):
            java = said[path]
            if told == Told(told.relevant):
                java = Told(java.relevant)
            elif not told.value:
                java = Told(java.relevant, java.value, java.required)
            assert told == java, (number, path)
            broken += not told.holds or (told.required and not told.value)
    assert broken > n // 3
