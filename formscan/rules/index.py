"""Where every number of a batch, and of earlier ones, stands; and what each enumerator writes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from formscan.record import Record, field_ref
from formscan.rules.base import Sighting
from formscan.rules.run import load_rules
from formscan.templates.model import Template
from formscan.templates.question import Check, Question

__all__ = ["BatchIndex", "indexed", "needs_index"]

_SETTLED = frozenset({"accepted", "confirmed"})
_Asked = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Share:
    """What one record has in the index."""

    seen: tuple[Sighting, ...]
    answers: tuple[tuple[_Asked, tuple[str, ...]], ...]


class BatchIndex:
    """A ``RecordIndex`` in memory; about 500 bytes a number."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], list[Sighting]] = defaultdict(list)
        self._answers: dict[_Asked, Counter[tuple[str, ...]]] = defaultdict(Counter)
        self._of: dict[str, _Share] = {}
        self._earlier: dict[str, list[str]] = defaultdict(list)

    def note(self, sighting: Sighting) -> None:
        """Note where an answer of an earlier batch stands."""
        self._seen[sighting.field, sighting.value].append(sighting)

    def note_record(self, record: str, batch: str) -> None:
        """Note that an earlier batch holds a record of that KEY."""
        self._earlier[record].append(batch)

    def add(self, record: Record, template: Template) -> None:
        """Note the settled answers of a record, in place of what it said before.

        Only those that rules of its form ask for; a record that a person rejected says nothing.
        """
        self.forget(record.key)
        if record.status == "rejected":
            return
        share = _Share(tuple(_sightings(record, template)), tuple(_combined(record, template)))
        for one in share.seen:
            self.note(one)
        for asked, answers in share.answers:
            self._answers[asked][answers] += 1
        self._of[record.key] = share

    def forget(self, record: str) -> None:
        """Take out what the record of that KEY said."""
        before = self._of.pop(record, _Share((), ()))
        for one in before.seen:
            self._seen[one.field, one.value].remove(one)
        for asked, answers in before.answers:
            self._answers[asked][answers] -= 1

    def others(self, field: str, value: str, record: str) -> Sequence[Sighting]:
        """See ``RecordIndex``."""
        return [one for one in self._seen.get((field, value), ()) if one.record != record]

    def answers(self, by: str, said: str, fields: tuple[str, ...]) -> Mapping[tuple[str, ...], int]:
        """See ``RecordIndex``."""
        return self._answers.get((by, said, fields), {})

    def earlier(self, record: str) -> Sequence[str]:
        """See ``RecordIndex``."""
        return self._earlier.get(record, ())


def _sightings(record: Record, template: Template) -> Iterator[Sighting]:
    wanted = frozenset(indexed(template))
    for each in record.values:
        if each.name in wanted and each.value and each.status in _SETTLED:
            yield Sighting(each.name, each.value, record.key, each.row)


def _combined(record: Record, template: Template) -> Iterator[tuple[_Asked, tuple[str, ...]]]:
    known = dict(record.calculated)
    known |= {each.ref: each.value for each in record.values if each.status in _SETTLED}
    for question, check in _checks(template, "answers"):
        if said := known.get(question.name, ""):
            for answers in _together(check.fields, known, template):
                yield (question.name, said, check.fields), answers


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
