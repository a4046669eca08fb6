"""Where a record comes from: its village, and who filled the form."""

from __future__ import annotations

from collections.abc import Sequence

from formscan.record import ENUMERATORS, FieldValue, Record

__all__ = ["hand_of", "settled", "village_of"]

_VILLAGE = ("kode_desa", "desa", "village")
"""Questions that tell it, the first that a form asks."""


def village_of(record: Record) -> FieldValue | None:
    """The answer that tells the village, None where the form does not ask."""
    return _answer(record, _VILLAGE)


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
