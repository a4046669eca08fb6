"""One record with all that stands behind it: pages, readings, decisions, template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from formscan.decision import Decision, Key, reading_sha256
from formscan.reading import FieldReading, PageOutcome
from formscan.record import FieldValue, Problem, Record
from formscan.settle.decided import ASKED
from formscan.templates.model import Field, Template

__all__ = ["DOUBTS", "SECOND", "Case"]

DOUBTS = frozenset({"low_confidence", "unreadable", "scans_differ", "again"})
"""Reasons of fields that wait because of how they were read, not of what they say."""

SECOND = "second"
"""Reason of a field that counts already and is looked at again."""


@dataclass(frozen=True)
class Case:
    """A settled record and where it came from.

    Attributes:
        pages: Its page pictures by scan and frame.
        decisions: What stands, by field.
    """

    record: Record
    template: Template
    pages: Mapping[tuple[str, int], PageOutcome]
    decisions: Mapping[Key, Decision]
    fields: dict[Key, Field] = field(init=False, repr=False)
    values: dict[Key, FieldValue] = field(init=False, repr=False)
    readings: dict[Key, FieldReading] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        printed = [one for layout in self.template.pages for one in layout.fields]
        read = {
            (*place, one.name, one.row): one
            for place, page in self.pages.items()
            for one in page.readings
        }
        said = {
            key: read.get((each.scan, each.frame, *key))
            for each in self.record.values
            for key in [(each.name, each.row)]
        }
        object.__setattr__(self, "fields", {(one.name, one.row): one for one in printed})
        object.__setattr__(self, "values", {(one.name, one.row): one for one in self.record.values})
        object.__setattr__(self, "readings", {key: one for key, one in said.items() if one})

    def page_of(self, key: Key) -> PageOutcome | None:
        """The page picture that a field stands on."""
        value = self.values.get(key)
        return self.pages.get((value.scan, value.frame)) if value is not None else None

    def seen_sha256(self, key: Key) -> str:
        """Hash of what the machine says of a field, "" where it says nothing."""
        page, reading = self.page_of(key), self.readings.get(key)
        return reading_sha256(reading, page.ref) if page and reading else ""

    def problems_of(self, key: Key) -> tuple[Problem, ...]:
        """What still stands against a field, errors first."""
        value = self.values.get(key)
        ref = value.ref if value is not None else key[0]
        against = [one for one in self.record.problems if one.field == ref and not one.confirmed]
        return tuple(sorted(against, key=lambda one: one.severity))

    def broken(self, key: Key) -> tuple[str, ...]:
        """Codes of what stands against a field, also of what somebody was asked about.

        While an answer is awaited the field is in doubt, and its rules wait with it.
        """
        decision = self.decisions.get(key)
        asked = decision.codes if decision is not None and decision.kind in ASKED else ()
        return tuple(dict.fromkeys([*asked, *(one.code for one in self.problems_of(key))]))

    def name_beside(self, key: Key) -> Key | None:
        """The field that holds the name of the person a field speaks of."""
        asked = self.fields.get(key)
        if asked is None or asked.row is None or asked.error_kind == "name":
            return None
        same = ((one.name, one.row) for one in self.fields.values() if _names(one, asked))
        return next((each for each in same if each in self.values), None)


def _names(one: Field, asked: Field) -> bool:
    return one.error_kind == "name" and (one.repeat, one.row) == (asked.repeat, asked.row)
