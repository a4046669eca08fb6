"""What becomes of an answer that somebody gives: text to ``raw``, and the blind comparison."""

from __future__ import annotations

import re
from typing import Literal

from formscan.decision import Key
from formscan.review.cases import DOUBTS, SECOND, Case
from formscan.settle.decided import PERSON
from formscan.templates.model import ALPHABETS, Field
from formscan.validate.values import UNREADABLE, is_picture, type_problem, typed

__all__ = ["BLIND_KINDS", "agree", "as_written", "is_blind", "raw_from", "said_before", "why_not"]

BLIND_KINDS = frozenset({"id", "date"})
"""What is typed before the machine's guess is shown: a prefilled guess becomes a reflex."""

Refusal = Literal["", "empty", "characters", "too_long", "not_listed", "impossible"]


def is_blind(field: Field, reason: str) -> bool:
    """Whether a field is typed before the machine's guess is shown."""
    if reason == SECOND:
        return True
    return field.error_kind in BLIND_KINDS and not is_picture(field) and reason in DOUBTS


def raw_from(field: Field, typed_text: str) -> str:
    """What was typed, as it stands in the boxes: no separators of dates, capitals as printed."""
    text = " ".join(typed_text.split())
    if field.value_type == "date":
        parts = re.split(r"[-/. ]+", text)
        wanted = 2 if field.pattern == "MMYYYY" else 3
        if len(parts) == wanted and all(part.isdecimal() for part in parts):
            return "".join([*(part.zfill(2) for part in parts[:-1]), parts[-1]])
        return text
    if field.alphabet == "digits":
        return text.replace(" ", "")
    if field.multiple:
        chosen = {part.casefold() for part in re.split(r"[ ,]+", text)}
        listed = [mark.value for mark in field.marks]
        if chosen <= {value.casefold() for value in listed}:
            return field.multiple_join.join(v for v in listed if v.casefold() in chosen)
    return text.upper() if field.alphabet else text


def why_not(case: Case, field: Field, raw: str) -> Refusal:
    """Why ``raw`` cannot be what is written, "" where it can."""
    if not raw:
        return "empty"
    if is_picture(field):
        return ""
    if field.alphabet and set(raw) - set(ALPHABETS[field.alphabet]) - {" "}:
        return "characters"
    if field.cells and len(raw) > len(field.cells):
        return "too_long"
    problem = type_problem(field, raw, case.template)
    return {"": "", "choice": "not_listed", "type": "impossible"}[problem]  # type: ignore[return-value]


def agree(case: Case, field: Field, raw: str, read: str) -> bool:
    """Whether what a person typed is what the machine read, where it could read.

    A character that the machine could not read agrees with any.
    """
    if UNREADABLE in read:
        pattern = "".join("." if one == UNREADABLE else re.escape(one) for one in read)
        return re.fullmatch(pattern, raw) is not None
    mine, its = (typed(field, text, case.template) for text in (raw, read))
    return raw == read or (mine == its != "")


def as_written(case: Case, key: Key, typed_text: str) -> tuple[str, tuple[str, ...]]:
    """What stands there, and the problems that somebody lets stand who says that it does.

    Args:
        case: The record.
        key: The field, or what a rule names.
        typed_text: What is written where it is not what was read; "" where it is.

    Returns:
        ``raw``, and the codes of now and of before; no codes where nothing is wrong.
    """
    field, value, before = case.fields.get(key), case.values.get(key), case.decisions.get(key)
    raw = value.raw if value is not None else ""
    if field is None or not typed_text or raw_from(field, typed_text) == raw:
        now = [problem.code for problem in case.problems_of(key)]
        return raw, tuple(dict.fromkeys([*(before.codes if before else ()), *now]))
    raw = raw_from(field, typed_text)
    if why_not(case, field, raw) in ("", "empty", "characters", "too_long"):
        return raw, ()
    return raw, (type_problem(field, raw, case.template),)


def said_before(case: Case, key: Key) -> str:
    """What a person says that is written, "" where only the machine has read it so far."""
    value = case.values.get(key)
    return value.raw if value is not None and value.reader == PERSON else ""
