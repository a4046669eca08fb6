"""Where every number of a batch, and of earlier ones, stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from formscan.record import Record
from formscan.rules.base import Sighting
from formscan.templates.model import Template

__all__ = ["Sightings", "indexed", "sightings"]


class Sightings:
    """A ``RecordIndex`` in memory; about 250 bytes a number."""

    def __init__(self, seen: Iterable[Sighting] = ()) -> None:
        self._seen: dict[tuple[str, str], list[Sighting]] = defaultdict(list)
        for one in seen:
            self._seen[one.field, one.value].append(one)

    def others(self, field: str, value: str, record: str) -> Sequence[Sighting]:
        """See ``RecordIndex``."""
        return [one for one in self._seen.get((field, value), ()) if one.record != record]


def indexed(template: Template) -> tuple[str, ...]:
    """Questions whose answers the index must hold."""
    return tuple(
        question.name
        for question in template.questions
        if any(check.name == "duplicate" for check in question.checks)
    )


def sightings(record: Record, template: Template) -> Iterator[Sighting]:
    """The settled answers of a record to the questions that the index must hold."""
    wanted = frozenset(indexed(template))
    for each in record.values:
        if each.name in wanted and each.value and each.status in {"accepted", "confirmed"}:
            yield Sighting(each.name, each.value, record.key, each.row)
