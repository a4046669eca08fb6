"""Invented answers made to keep the rules of their form.

First what a rule names is drawn again, blindly. A rule that still is broken is looked at with
open eyes: a total is set to what the other numbers of the record come to.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from numpy.random import Generator

from formscan.record import Problem, field_ref
from formscan.simulate.chance import chance, pick
from formscan.simulate.limits import AS_OF
from formscan.simulate.write import FieldKey
from formscan.templates.model import Field, Template
from formscan.validate.binds import Findings, check
from formscan.validate.values import is_picture, typed

__all__ = ["obey"]

_TRIES = 60
_LOOKS = 400
"""How often at most a record is judged with open eyes."""

Draw = Callable[[Field], str]


def obey(
    values: dict[FieldKey, str],
    fields: Sequence[Field],
    template: Template,
    draw: Draw,
    rng: Generator,
) -> tuple[Problem, ...]:
    """Change ``values`` until they keep the rules of the form, or patience ends.

    Args:
        values: Of the record; changed.
        fields: Those that may be filled.
        template: The form.
        draw: Makes another value for a field.
        rng: The moment.

    Returns:
        What the rules still say, errors only.
    """
    record = _Record(values, fields, template)
    record.draw_again(draw, rng)
    record.figure_out(draw, rng)
    return tuple(one for one in record.judged().problems if one.severity == "error")


class _Record:
    """Answers on their way to be lawful."""

    def __init__(
        self, values: dict[FieldKey, str], fields: Sequence[Field], template: Template
    ) -> None:
        self._values, self._fields, self._template = values, fields, template
        self._by_ref = {field_ref(f.name, f.row, f.repeat): f for f in fields}
        rows: dict[str, set[int]] = defaultdict(set)
        for field in fields:
            if field.repeat:
                rows[field.repeat].add(field.row or 0)
        self._rows: Mapping[str, AbstractSet[int]] = rows

    def judged(self) -> Findings:
        """What the form says of the answers."""
        said = {
            (field.name, field.row): typed(
                field, self._values.get((field.name, field.row), ""), self._template
            )
            for field in self._fields
        }
        seen = {key for key in self._values if self._values[key] and not said.get(key)}
        pictures = {(f.name, f.row) for f in self._fields if is_picture(f)} & seen
        known = said | {("sumber", None): "formulir"}
        return check(self._template, known, pictures, AS_OF, self._rows)

    def draw_again(self, draw: Draw, rng: Generator) -> None:
        """Draw again what a rule names, until none names anything that is printed."""
        for _ in range(_TRIES):
            found = self.judged()
            wrong = [problem for problem in found.problems if problem.field in self._by_ref]
            if not wrong:
                return
            for problem in wrong:
                if problem.code == "not_relevant":
                    self._leave_blank(found)
                else:
                    field = self._by_ref[problem.field]
                    self._values[field.name, field.row] = self._another(field, draw, rng)

    def figure_out(self, draw: Draw, rng: Generator) -> None:
        """Try what may make a broken rule whole, as long as every change betters the record."""
        problems = self.judged().problems
        looks = iter(range(_LOOKS))
        while problems:
            better = self._bettered(problems, looks, draw, rng)
            if better is None:
                return
            problems = better

    def _bettered(
        self, problems: tuple[Problem, ...], looks: Iterator[int], draw: Draw, rng: Generator
    ) -> tuple[Problem, ...] | None:
        """The problems after the first change that leaves fewer, None where none does."""
        concerned = (one for each in problems for one in self._concerned(each))
        for key, field in {(one.name, one.row): one for one in concerned}.items():
            before = self._values.get(key, "")
            for text in self._likely(field, draw, rng):
                if next(looks, None) is None:
                    return None
                self._values[key] = text
                found = self.judged().problems
                if len(found) < len(problems):
                    return found
                self._values[key] = before
        return None

    def _concerned(self, problem: Problem) -> Iterator[Field]:
        """The field that a rule names, then those that it reads."""
        if problem.field in self._by_ref:
            yield self._by_ref[problem.field]
        for question in self._template.questions:
            if question.type == "note" and problem.code == (question.rule or "constraint"):
                read = set(re.findall(r"/(\w+)\b(?!/)", question.relevant))
                yield from (field for field in self._fields if field.name in read)

    def _likely(self, field: Field, draw: Draw, rng: Generator) -> Iterator[str]:
        """Values that may do: of a number, what other numbers come to; else drawn ones."""
        if field.value_type == "integer":
            totals = [n for n in sorted(self._totals(field)) if len(str(n)) <= len(field.cells)]
            yield from (str(totals[at]) for at in rng.permutation(len(totals)))
        for _ in range(5):
            yield draw(field)

    def _totals(self, asked: Field) -> set[int]:
        """Rows, columns summed, numbers outside repeats, and sums and differences of two."""
        numbers: dict[str, int] = {repeat: len(rows) for repeat, rows in self._rows.items()}
        for field in self._fields:
            text = self._values.get((field.name, field.row), "")
            if field.value_type == "integer" and field.name != asked.name and text.isdecimal():
                numbers[field.name] = numbers.get(field.name, 0) + int(text)
        pairs = list(itertools.combinations(numbers.values(), 2))
        return {*numbers.values(), *(a + b for a, b in pairs), *(abs(a - b) for a, b in pairs)}

    def _leave_blank(self, found: Findings) -> None:
        asked = {question.name for question in self._template.questions}
        for key in [key for key in self._values if key not in found.relevant and key[0] in asked]:
            del self._values[key]

    def _another(self, field: Field, draw: Draw, rng: Generator) -> str:
        """Another value; a number beside a roster is often the number of its rows."""
        outside = field.value_type == "integer" and not field.repeat
        if outside and self._rows and chance(rng, 0.5):
            return str(len(self._rows[pick(rng, sorted(self._rows))]))
        return draw(field)
