"""The ``template.json`` of OMRChecker as that program documents it, checked and completed.

Lengths are pixels of a page resized to ``pageDimensions``; ``origin`` is the top-left corner
of a block's first bubble. See the project's wiki pages "About Templates" and "User Guide".
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Constraint

__all__ = ["FIELD_TYPES", "Block", "BlockKeys", "OmrTemplate", "PreProcessor", "expand_labels"]

_RANGE = re.compile(r"(?P<stem>.*?\D)(?P<first>\d+)\.{2,3}(?P<last>\d+)")
_DIGITS = "0123456789"

FIELD_TYPES: dict[str, tuple[tuple[str, ...], Literal["horizontal", "vertical"]]] = {
    "QTYPE_INT": (tuple(_DIGITS), "vertical"),
    "QTYPE_INT_FROM_1": (tuple(_DIGITS[1:] + "0"), "vertical"),
    "QTYPE_MCQ4": (tuple("ABCD"), "horizontal"),
    "QTYPE_MCQ5": (tuple("ABCDE"), "horizontal"),
    "QTYPE_MCQ4_RTL": (tuple("DCBA"), "horizontal"),
    "QTYPE_MCQ5_RTL": (tuple("EDCBA"), "horizontal"),
}
"""Presets: bubble values in printed order, and the direction in which they follow."""

Length = Annotated[float, Constraint(gt=0)]


class _Foreign(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow", coerce_numbers_to_str=True)

    @property
    def unknown_keys(self) -> tuple[str, ...]:
        """Keys of the file that this model has no place for, sorted."""
        return tuple(sorted(self.model_extra or {}))


class PreProcessor(_Foreign):
    """One step that the program applies to a picture before it reads it."""

    name: str
    options: dict[str, Any] = {}


class BlockKeys(NamedTuple):
    """What a block's bubbles mean.

    Attributes:
        values: In printed order.
        vertical: Whether the bubbles of one label stand below each other.
    """

    values: tuple[str, ...]
    vertical: bool


class Block(_Foreign):
    """A grid of bubbles: one group of bubbles per label."""

    origin: tuple[float, float]
    field_labels: Annotated[tuple[str, ...], Constraint(alias="fieldLabels", min_length=1)]
    bubbles_gap: Annotated[float, Constraint(alias="bubblesGap")]
    labels_gap: Annotated[float, Constraint(alias="labelsGap")] = 0.0
    field_type: Annotated[str, Constraint(alias="fieldType")] = ""
    bubble_values: Annotated[tuple[str, ...], Constraint(alias="bubbleValues")] = ()
    direction: Literal["", "horizontal", "vertical"] = ""
    empty_value: Annotated[str | None, Constraint(alias="emptyValue")] = None
    bubble_dimensions: Annotated[
        tuple[Length, Length] | None, Constraint(alias="bubbleDimensions")
    ] = None

    def keys(self) -> BlockKeys | None:
        """Values and direction after presets, None where the file names neither."""
        values, direction = FIELD_TYPES.get(self.field_type, ((), "vertical"))
        values = self.bubble_values or values
        if not values:
            return None
        return BlockKeys(values, (self.direction or direction) == "vertical")


class OmrTemplate(_Foreign):
    """The whole file."""

    page_dimensions: Annotated[tuple[Length, Length], Constraint(alias="pageDimensions")]
    bubble_dimensions: Annotated[tuple[Length, Length], Constraint(alias="bubbleDimensions")]
    field_blocks: Annotated[dict[str, Block], Constraint(alias="fieldBlocks", min_length=1)]
    pre_processors: Annotated[
        tuple[PreProcessor, ...] | None, Constraint(alias="preProcessors")
    ] = ()
    custom_labels: Annotated[dict[str, tuple[str, ...]], Constraint(alias="customLabels")] = {}
    empty_value: Annotated[str, Constraint(alias="emptyValue")] = ""


def expand_labels(labels: tuple[str, ...]) -> tuple[str, ...]:
    """``("q1..3", "name")`` → ``("q1", "q2", "q3", "name")``; a range falls where last < first."""
    expanded: list[str] = []
    for label in labels:
        found = _RANGE.fullmatch(label)
        if found is None:
            expanded.append(label)
            continue
        first, last = int(found["first"]), int(found["last"])
        step = 1 if last >= first else -1
        expanded += [f"{found['stem']}{number}" for number in range(first, last + step, step)]
    return tuple(expanded)
