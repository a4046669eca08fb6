"""One paper row → one field at a place: combs, tick boxes and free areas."""

from __future__ import annotations

from collections.abc import Sequence

from formscan.geometry import BoxMm
from formscan.templates.decor import DROP_OUT
from formscan.templates.layout.metrics import METRICS
from formscan.templates.layout.piece import box
from formscan.templates.model import Choice, ErrorKind, Field, MarkBox
from formscan.templates.paper import PaperRow
from formscan.templates.question import Question

__all__ = ["area_field", "cells", "comb_field", "comb_width", "mark_field"]

_VALUE_TYPES = frozenset({"integer", "date", "select_one", "select_multiple"})
_AREA_VALUES = {"barcode": "barcode", "signature": "image", "image": "image"}
_ID_BOXES = 6
"""Digit texts of at least so many boxes identify somebody or something."""


def comb_width(groups: Sequence[int]) -> float:
    """Printed width of a comb, mm."""
    return sum(groups) * METRICS.pitch_mm + (len(groups) - 1) * METRICS.group_mm


def cells(x: float, y: float, groups: Sequence[int]) -> tuple[BoxMm, ...]:
    """The boxes of a comb whose top-left corner is (x, y)."""
    made: list[BoxMm] = []
    for size in groups:
        for _ in range(size):
            made.append(box(x, y, METRICS.pitch_mm, METRICS.box_mm))
            x += METRICS.pitch_mm
        x += METRICS.group_mm
    return tuple(made)


def comb_field(
    paper: PaperRow, question: Question | None, x: float, y: float, row: int | None = None
) -> Field:
    """A comb of boxes: number, code, date, identifier, name or text."""
    boxes = cells(x, y, paper.groups)
    kind = question.type if question else "text"
    alphabet = paper.chars or ("alnum" if kind == "text" else "digits")
    if kind == "select_one" and not paper.chars:
        alphabet = "digits"
    pattern = ""
    if kind == "date":
        pattern = "MMYYYY" if len(boxes) == len("MMYYYY") else "DDMMYYYY"
    return Field.model_validate(
        {
            **_common(paper, question, row),
            "kind": "comb",
            "box": _around(boxes),
            "cells": boxes,
            "groups": paper.groups,
            "alphabet": alphabet,
            "pattern": pattern,
            "error_kind": _error_kind(kind, alphabet, len(boxes)),
        }
    )


def mark_field(
    paper: PaperRow,
    question: Question,
    choices: Sequence[Choice],
    corners: Sequence[tuple[float, float]],
    row: int | None = None,
) -> Field:
    """Tick boxes whose top-left corners are given, one per choice."""
    side = METRICS.tick_mm
    marks = tuple(
        MarkBox(value=choice.value, box=box(x, y, side, side), labels=choice.labels)
        for choice, (x, y) in zip(choices, corners, strict=True)
    )
    return Field.model_validate(
        {
            **_common(paper, question, row),
            "kind": "mark_group",
            "box": _around([mark.box for mark in marks]),
            "marks": marks,
            "multiple": question.type == "select_multiple",
            "error_kind": "mark",
        }
    )


def area_field(
    paper: PaperRow, question: Question | None, area: BoxMm, row: int | None = None
) -> Field:
    """A free area: a line of handwriting or print, a barcode, a signature, a picture."""
    kind = "text_line" if paper.chars == "printed" else paper.chars or "text_line"
    if question and question.type == "image" and not paper.chars:
        kind = "signature" if "signature" in question.appearance else "image"
    common = _common(paper, question, row)
    return Field.model_validate(
        {
            **common,
            "kind": kind,
            "value_type": _AREA_VALUES.get(kind, common["value_type"]),
            "box": area,
            "formats": paper.formats,
            "printed": paper.chars == "printed",
            "error_kind": _area_error_kind(kind, common["value_type"]),
        }
    )


def _common(paper: PaperRow, question: Question | None, row: int | None) -> dict[str, object]:
    kind = question.type if question else "text"
    return {
        "name": paper.name,
        "row": row,
        "repeat": question.repeat if question else "",
        "value_type": kind if kind in _VALUE_TYPES else "text",
        "labels": question.labels if question else {"id": paper.short},
        "code_list": question.code_list if question else "",
        "drop_out": DROP_OUT,
        "evidence": paper.same_as,
        "paper_only": question is None,
    }


def _error_kind(kind: str, alphabet: str, boxes: int) -> ErrorKind:
    if kind == "select_one":
        return "code"
    if kind == "integer":
        return "number"
    if kind == "date":
        return "date"
    if alphabet == "name":
        return "name"
    if alphabet == "digits":
        return "id" if boxes >= _ID_BOXES else "code"
    return "text"


def _area_error_kind(kind: str, value_type: object) -> ErrorKind:
    if kind == "barcode":
        return "barcode"
    if kind == "text_line" and value_type == "select_one":
        return "code"
    return "number" if kind == "text_line" and value_type == "integer" else "text"


def _around(boxes: Sequence[BoxMm]) -> BoxMm:
    whole = BoxMm.around(tuple(boxes))
    return box(whole.x, whole.y, whole.width, whole.height)
