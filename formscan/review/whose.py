"""Where a record comes from: its village, and who filled the form."""

from __future__ import annotations

from collections.abc import Sequence

from formscan.record import ENUMERATORS, FieldValue, Record
from formscan.report.waiting import GROUPS, code_columns
from formscan.templates.model import Template

__all__ = ["hand_of", "settled", "village_of"]

_VILLAGE = ("kode_desa", "desa", "village")
"""Questions that tell it where the form has no rule about its area, the first that it asks."""


def village_of(record: Record, template: Template) -> str | None:
    """Code of the village, "" while a part of it is not settled, None where the form does not ask.

    A village is numbered within its district, so all parts of the code are put together.
    """
    parts = [_answer(record, [name]) for name in code_columns(template, GROUPS["village"])]
    told = parts or [answer for answer in [_answer(record, _VILLAGE)] if answer is not None]
    codes = [settled(one) for one in told]
    return ("".join(codes) if all(codes) else "") if codes else None


def hand_of(record: Record) -> FieldValue | None:
    """The answer that tells who filled the form, None where it does not ask."""
    return _answer(record, ENUMERATORS)


def settled(answer: FieldValue | None) -> str:
    """The value of an answer that counts, else ""."""
    counts = answer is not None and answer.status in ("accepted", "confirmed")
    return answer.value if answer is not None and counts else ""


def _answer(record: Record, names: Sequence[str]) -> FieldValue | None:
    answers = (one for one in record.values if one.name in names and one.row is None)
    return next(answers, None)
