"""Where every number of a batch, and of earlier ones, stands; and what each enumerator writes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from formscan.record import Record, field_ref
from formscan.rules.base import Sighting
from formscan.rules.run import load_rules
from formscan.templates.model import Check, Question, Template

__all__ = ["BatchIndex", "indexed", "needs_index"]

_SETTLED = frozenset({"accepted", "confirmed"})


class BatchIndex:
    """A ``RecordIndex`` in memory; about 250 bytes a number."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], list[Sighting]] = defaultdict(list)
        self._answers: dict[tuple[str, str, tuple[str, ...]], Counter[tuple[str, ...]]] = (
            defaultdict(Counter)
        )

    def note(self, sighting: Sighting) -> None:
        """Note where an answer stands."""
        self._seen[sighting.field, sighting.value].append(sighting)

    def add(self, record: Record, template: Template) -> None:
        """Note the settled answers of a record, as far as rules of its form ask for them."""
        wanted = frozenset(indexed(template))
        for each in record.values:
            if each.name in wanted and each.value and each.status in _SETTLED:
                self.note(Sighting(each.name, each.value, record.key, each.row))
        known = dict(record.calculated)
        known |= {each.ref: each.value for each in record.values if each.status in _SETTLED}
        for question, check in _checks(template, "answers"):
            said = known.get(question.name, "")
            tally = self._answers[question.name, said, check.fields]
            tally.update(_together(check.fields, known, template) if said else ())

    def others(self, field: str, value: str, record: str) -> Sequence[Sighting]:
        """See ``RecordIndex``."""
        return [one for one in self._seen.get((field, value), ()) if one.record != record]

    def answers(self, by: str, said: str, fields: tuple[str, ...]) -> Mapping[tuple[str, ...], int]:
        """See ``RecordIndex``."""
        return self._answers.get((by, said, fields), {})


def indexed(template: Template) -> tuple[str, ...]:
    """Questions whose answers the index must hold."""
    return tuple(dict.fromkeys(question.name for question, _ in _checks(template, "others")))


def needs_index(template: Template) -> bool:
    """Whether a rule of the form asks about other records."""
    return any(True for looks in ("others", "answers") for _ in _checks(template, looks))


def _checks(template: Template, looks: str) -> Iterator[tuple[Question, Check]]:
    rules = load_rules()
    for question in template.questions:
        for check in question.checks:
            if check.name in rules and rules[check.name].looks == looks:
                yield question, check


def _together(
    fields: Sequence[str], known: Mapping[str, str], template: Template
) -> Iterator[tuple[str, ...]]:
    """What a record answers to ``fields``, once or once a row; only where all are settled."""
    repeat = next((one.repeat for one in template.questions if one.name == fields[0]), "")
    layouts = (layout.fields for layout in template.pages)
    printed = {field.row for row in layouts for field in row if repeat and field.repeat == repeat}
    for row in sorted(printed, key=lambda row: row or 0) if repeat else (None,):
        answers = tuple(known.get(field_ref(name, row, repeat), "") for name in fields)
        if all(answers):
            yield answers
