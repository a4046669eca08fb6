"""What only families can tell, on a list for each enumerator who knows them.

The list is carried through a village, so a name stands there only as far as the enumerator needs
it, and an identifier by its last characters. The answer is typed in later, at the same item.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from formscan.decision import Key
from formscan.record import FieldValue, Record
from formscan.report.masking import masked, short_name
from formscan.review.card import label_of, words_of
from formscan.review.cases import Case
from formscan.review.desk import Desk
from formscan.review.item import Item
from formscan.review.whose import hand_of, settled, village_of
from formscan.rules.explain import meaning
from formscan.templates.model import Field

__all__ = ["Call", "CallList", "calls_of"]


@dataclass(frozen=True, slots=True)
class Call:
    """One question to one family.

    Attributes:
        item: By which the answer is typed in.
        record: KEY of the family.
        serial: Of its form.
        family: Short name of the first person on the form, "" where it is not settled.
        person: Short name of the person of the row, "" where there is no row.
        label: The question on the form, with its row.
        said: As far as it is read, identifiers masked.
        why: Broken rules in words, then what the reviewer asks.
    """

    item: str
    record: str
    serial: str
    family: str
    person: str
    label: str
    said: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallList:
    """What one enumerator has to ask.

    Attributes:
        hand: Code of the enumerator, "" where it is not settled.
        villages: Codes of the villages.
    """

    hand: str
    villages: tuple[str, ...]
    calls: tuple[Call, ...]


def calls_of(desk: Desk, language: str) -> list[CallList]:
    """A list for each enumerator, in order of their codes; families in order of their serials."""
    asked: dict[str, list[tuple[Call, str]]] = {}
    for item in desk.waiting(lane="callback"):
        case = desk.case(item.record)
        if case is not None:
            hand, village = settled(hand_of(case.record)), village_of(case.record, case.template)
            asked.setdefault(hand, []).append((_call(case, item, language), village or ""))
    return [
        CallList(
            hand,
            tuple(sorted({village for _, village in found if village})),
            tuple(call for call, _ in sorted(found, key=lambda one: one[0].serial)),
        )
        for hand, found in sorted(asked.items())
    ]


def _call(case: Case, item: Item, language: str) -> Call:
    key = (item.field, item.row)
    field, beside = case.fields.get(key), case.name_beside(key)
    return Call(
        item=item.id,
        record=item.record,
        serial=case.record.serial,
        family=_head(case),
        person=_name(case.values[beside]) if beside is not None else "",
        label=label_of(case, field, language) if field is not None else item.field,
        said=_said(case, key, field, language),
        why=tuple(_why(case, key, language)),
    )


def _said(case: Case, key: Key, field: Field | None, language: str) -> str:
    raw = case.values[key].raw if field is not None and key in case.values else ""
    if field is None or not raw:
        return ""
    if field.error_kind == "id":
        return masked(raw)
    if field.error_kind == "name":
        return short_name(raw)
    return f"{raw} {words_of(case, field, raw, language)}".strip()


def _why(case: Case, key: Key, language: str) -> Iterator[str]:
    for code in case.broken(key):
        yield meaning(code, key[0], (case.template,), language)
    decision = case.decisions.get(key)
    if decision is not None and decision.comment:
        yield decision.comment


def _head(case: Case) -> str:
    """The first person that the form names."""
    names = (each for each in _names(case.record, case) if each.raw)
    return next((_name(each) for each in names), "")


def _names(record: Record, case: Case) -> Iterator[FieldValue]:
    for each in record.values:
        field = case.fields.get((each.name, each.row))
        if field is not None and field.error_kind == "name" and each.row is not None:
            yield each


def _name(value: FieldValue) -> str:
    return short_name(value.raw)
