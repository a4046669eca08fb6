"""What a family (a record) says once its pages are put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from formscan.reading import Px

__all__ = [
    "ENUMERATORS",
    "FieldStatus",
    "FieldValue",
    "Problem",
    "Record",
    "RecordStatus",
    "Severity",
    "field_ref",
]

FieldStatus = Literal["accepted", "blank", "review", "image", "confirmed"]
RecordStatus = Literal["accepted", "confirmed", "review", "incomplete", "rejected"]
Severity = Literal["error", "warn"]

ENUMERATORS = ("kode_kader", "enumerator_id", "enumerator")
"""Questions that tell who filled the form in."""


def field_ref(name: str, row: int | None = None, repeat: str = "") -> str:
    """The name by which problems and people call a field: ``anggota[2].hubungan`` or ``no_kk``."""
    return name if row is None else f"{repeat}[{row}].{name}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a rule says against a value.

    Attributes:
        code: A rule id (``R03``) or required, constraint, choice, type, not_relevant, row_gap.
        field: ``field_ref`` of the field that it hangs on.
        severity: Errors hold the record back; warnings inform.
        confirmed: A person saw it and let it stand.
        review: A warning that opens an item of review all the same; the value counts meanwhile.
        asked: Who was asked about it: ``supervisor``, ``callback`` or ``again``, "" for nobody.
    """

    code: str
    field: str
    severity: Severity = "error"
    confirmed: bool = False
    review: bool = False
    asked: str = ""

    @property
    def holds_back(self) -> bool:
        """Whether the record has to wait for it."""
        return self.severity == "error" and not self.confirmed

    @property
    def word(self) -> str:
        """Its code, with ``:confirmed`` where a person let it stand."""
        return f"{self.code}:confirmed" if self.confirmed else self.code

    def __str__(self) -> str:
        return f"{self.code}:{self.field}" + ":confirmed" * self.confirmed


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One printed field of a record, settled as far as the machine can.

    Attributes:
        raw: As written.
        value: Typed (ISO date, code with its zeros, plain integer), "" if impossible or blank.
        confidence: 4 decimals, floored.
        problems: Codes of the problems that name this field, those let stand with ``:confirmed``.
        page: Template page it is printed on.
        reason: Why a person must look, a word of ``formscan.settle.accept.REVIEW_REASONS``, or
            of ``PAGE_REASONS`` where the whole page waits, else "". All but ``conflict`` put the
            field in review.
    """

    name: str
    row: int | None
    repeat: str
    page: int
    raw: str
    value: str
    confidence: float
    status: FieldStatus
    reader: str = ""
    problems: tuple[str, ...] = ()
    scan: str = ""
    frame: int = 0
    box_px: Px = (0, 0, 0, 0)
    reason: str = ""

    @property
    def ref(self) -> str:
        """``field_ref`` of this field."""
        return field_ref(self.name, self.row, self.repeat)


@dataclass(frozen=True, slots=True)
class Record:
    """All pages of one form serial, joined, valued and judged.

    Attributes:
        key: ``uuid:…``, see ``formscan.settle.link``.
        values: Every printed field, in form order.
        calculated: Values of calculate and hidden questions, (ref, value).
        scans: ``scan#frame`` of each page, in page order.
    """

    key: str
    form: str
    version: str
    serial: str
    print_run: str
    status: RecordStatus
    values: tuple[FieldValue, ...] = ()
    calculated: tuple[tuple[str, str], ...] = ()
    problems: tuple[Problem, ...] = ()
    scans: tuple[str, ...] = ()
