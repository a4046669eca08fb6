"""Which character goes into which box, and what the paper then says."""

from __future__ import annotations

from numpy.random import Generator

from formscan.simulate.chance import chance
from formscan.simulate.hand import Habits
from formscan.templates.model import Field

__all__ = ["boxed", "raw_of_boxes"]

_WORDS = frozenset({"name", "letters"})


def boxed(field: Field, text: str, habits: Habits, rng: Generator) -> tuple[str, ...]:
    """What stands in each box of a comb, left to right; "" for an empty box.

    A short number goes where the writer's habit puts it; a name starts at the left and may lose
    or gain a box: two letters squeezed into one, or a box left empty by mistake.
    """
    count = len(field.cells)
    text = text[:count] if len(text) > count else text
    if not text:
        return ("",) * count
    if field.value_type in {"integer", "select_one"} and text.isdecimal() and len(text) < count:
        return _number(text, count, habits)
    boxes = ["" if c == " " else c for c in text]
    if field.alphabet in _WORDS and not field.pattern:
        boxes = _slips(boxes, count, habits, rng)
    return tuple(boxes + [""] * (count - len(boxes)))


def raw_of_boxes(boxes: tuple[str, ...]) -> str:
    """The boxes joined, an empty one as a space, outer spaces stripped."""
    return "".join(box or " " for box in boxes).strip()


def _number(text: str, count: int, habits: Habits) -> tuple[str, ...]:
    gap = ("",) * (count - len(text))
    match habits.align:
        case "pad":
            return tuple(text.zfill(count))
        case "right":
            return (*gap, *text)
        case _:
            return (*text, *gap)


def _slips(boxes: list[str], count: int, habits: Habits, rng: Generator) -> list[str]:
    merged: list[str] = []
    for box in boxes:
        if merged and box and len(merged[-1]) == 1 and chance(rng, habits.merge):
            merged[-1] += box
        else:
            merged.append(box)
    if len(merged) < count and len(merged) > 2 and chance(rng, habits.skip):
        merged.insert(int(rng.integers(1, len(merged))), "")
    return merged
