"""What a Python rule is, what it is asked, and what it may look into."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from formscan.record import Severity
from formscan.rules.header import BatchHeader

__all__ = ["NOBODY", "Asked", "Context", "NoOthers", "RecordIndex", "Rule", "Sighting"]

NOBODY = "9999999999999999"
"""What a form says where a person or family has no number."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A settled answer somewhere among the records.

    Attributes:
        field: Question name.
        value: The answer.
        record: KEY of its record.
        row: Printed row, None outside repeats.
        batch: "" for this batch, else the folder of an earlier one.
    """

    field: str
    value: str
    record: str
    row: int | None = None
    batch: str = ""


class RecordIndex(Protocol):
    """What the records of the batch, and of earlier ones, say together."""

    def others(self, field: str, value: str, record: str) -> Sequence[Sighting]:
        """Sightings of ``value`` as answer to ``field`` in records other than ``record``."""
        ...

    def answers(self, by: str, said: str, fields: tuple[str, ...]) -> Mapping[tuple[str, ...], int]:
        """How often each combination of answers to ``fields`` stands in records of this batch.

        Counted are the records (or their rows) whose answer to ``by`` is ``said``, where all
        the answers are settled.
        """
        ...

    def earlier(self, record: str) -> Sequence[str]:
        """Folders of earlier batches that hold a record of that KEY."""
        ...


class NoOthers:
    """The index of a record that stands alone."""

    def others(self, field: str, value: str, record: str) -> Sequence[Sighting]:  # noqa: D102
        return ()

    def answers(  # noqa: D102
        self, by: str, said: str, fields: tuple[str, ...]
    ) -> Mapping[tuple[str, ...], int]:
        return {}

    def earlier(self, record: str) -> Sequence[str]:  # noqa: D102
        return ()


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds a record.

    Attributes:
        header: What the batch should hold.
        bundles: What the cover sheets say that its pages lie behind; all of it must hold.
        index: The other records, of this batch and of earlier ones.
    """

    header: BatchHeader = dataclasses.field(default_factory=BatchHeader)
    bundles: tuple[BatchHeader, ...] = ()
    index: RecordIndex = dataclasses.field(default_factory=NoOthers)

    @property
    def headers(self) -> tuple[BatchHeader, ...]:
        """All that was told beforehand."""
        return (self.header, *self.bundles)


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer that a rule is asked about.

    Attributes:
        field: Question name.
        value: Typed value, never "".
        fields: Questions that the form names beside the rule.
        beside: Their answers, "" where blank; () for a rule that looks at all ``answers``.
        record: KEY of the record.
        context: What surrounds the record.
    """

    field: str
    value: str
    fields: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    record: str = ""
    context: Context = dataclasses.field(default_factory=Context)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, under its name in the entry-point group.

    Its sentences are ``rules.<name>`` of the message catalogues.

    Attributes:
        name: Code of its problems.
        holds: Whether the answer is as it should be; called with settled answers only.
        severity: Errors hold the record back; warnings inform.
        review: Its warning opens an item of review, too.
        looks: What it asks the index for: where ``others`` say the same, or all ``answers`` to
            the questions beside it, counted by the answer that it is about. "" for neither.
    """

    name: str
    holds: Callable[[Asked], bool]
    severity: Severity = "error"
    review: bool = False
    looks: Literal["", "others", "answers"] = ""
