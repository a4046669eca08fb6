"""The boxes of one group decided together: what was chosen, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from formscan.extract.verdict import BoxVerdict
from formscan.reading import Candidate

__all__ = ["ChoiceOptions", "Decision", "choose", "join_columns"]


@dataclass(frozen=True, slots=True)
class ChoiceOptions:
    """How likely people do what.

    Attributes:
        cancelled: That a box that looks taken back beside one clear mark is meant so.
        filled: That a lone box that looks taken back is a mark all the same.
        double: That one of two marks in a single choice is the one meant.
        clear: From this on a box is surely marked; one that is less so is no rival of it.
        gap: That a grid with an empty column before a filled one is read rightly.
        shown: Candidates that are kept.
    """

    cancelled: float = 0.97
    filled: float = 0.6
    double: float = 0.45
    clear: float = 0.99
    gap: float = 0.995
    shown: int = 4


@dataclass(frozen=True, slots=True)
class Decision:
    """What a group says.

    Attributes:
        candidates: Best first, probabilities sum to at most 1.
        doubles: Whether a single choice seems to hold several marks.
        cancels: Whether a cancelled box was left out.
        empty: Whether nothing is marked.
    """

    candidates: tuple[Candidate, ...]
    doubles: bool = False
    cancels: bool = False
    empty: bool = False


def choose(
    values: Sequence[str],
    verdicts: Sequence[BoxVerdict],
    *,
    multiple: bool,
    join: str,
    empty_value: str,
    fills_are_marks: bool,
    options: ChoiceOptions,
) -> Decision:
    """Decide one group.

    Args:
        values: Of its boxes, in printed order.
        verdicts: One per box.
        multiple: Several marks may stand.
        join: Put between several values.
        empty_value: What no mark means.
        fills_are_marks: This page's marks are fillings, so a solid box is no cancellation.
        options: How likely people do what.
    """
    sure = math.prod(max(each.inked, 1 - each.inked) for each in verdicts)
    inked = [index for index, each in enumerate(verdicts) if each.inked >= 0.5]
    undone = [each.struck + (0.0 if fills_are_marks else each.solid) for each in verdicts]
    taken = [index for index in inked if undone[index] >= 0.5]
    good = [index for index in inked if index not in taken]
    rivals = [] if multiple else _no_rivals(good, verdicts, options.clear)
    good = [index for index in good if index not in rivals]
    chosen = good or taken
    cancels = bool(taken and good)
    doubles = len(chosen) > 1 and not multiple
    if len(inked) == 1:
        sure *= 1 - undone[inked[0]] * (1 - options.filled)
    elif inked:
        sure *= math.prod(max(undone[i], 1 - undone[i]) for i in inked)
        sure *= options.filled if not good else 1.0
        sure *= options.cancelled if cancels else 1.0
    if doubles or rivals:
        sure *= options.double
    first, *others = _alternatives(values, verdicts, chosen, sure, join, empty_value)
    beside = [Candidate(values[i], 0.3 * (1 - sure) / len(rivals)) for i in rivals]
    candidates = [first, *beside, *others]
    if taken and not good and all(each.text != empty_value for each in candidates):
        candidates.insert(1, Candidate(empty_value, (1 - sure) * 0.8))
    if doubles:
        lightest = sorted(chosen, key=lambda i: verdicts[i].amount)
        candidates[:1] = [Candidate(values[i], sure) for i in lightest]
    return Decision(tuple(candidates[: options.shown]), doubles, cancels, not chosen)


def _no_rivals(good: Sequence[int], verdicts: Sequence[BoxVerdict], clear: float) -> list[int]:
    """Boxes that are less than clearly marked, beside one that clearly is."""
    unclear = [index for index in good if verdicts[index].inked < clear]
    return unclear if len(unclear) < len(good) else []


def _alternatives(
    values: Sequence[str],
    verdicts: Sequence[BoxVerdict],
    chosen: Sequence[int],
    sure: float,
    join: str,
    empty_value: str,
) -> tuple[Candidate, ...]:
    """The reading and what it becomes when the least sure box turns over."""

    def said(indices: Sequence[int]) -> str:
        return join.join(values[index] for index in sorted(indices)) if indices else empty_value

    found = {said(chosen): sure}
    order = sorted(range(len(values)), key=lambda i: abs(verdicts[i].inked - 0.5))
    for index in order[:2]:
        doubt = min(verdicts[index].inked, 1 - verdicts[index].inked)
        turned = set(chosen) ^ {index}
        found.setdefault(said(sorted(turned)), (1 - sure) * min(1.0, 0.1 + doubt))
    if len(chosen) > 1:
        found.setdefault(said(chosen[:1]), (1 - sure) / 4)
        found.setdefault(said(chosen[1:]), (1 - sure) / 4)
    return tuple(Candidate(text, probability) for text, probability in found.items())


def join_columns(columns: Sequence[Decision], options: ChoiceOptions) -> Decision:
    """The groups of a grid side by side: values concatenate, probabilities multiply."""
    if len(columns) == 1:
        return columns[0]
    texts = [column.candidates[0].text for column in columns]
    sure = math.prod(column.candidates[0].probability for column in columns)
    if _has_gap(columns):
        sure *= options.gap
    found = {"".join(texts): sure}
    weakest = sorted(range(len(columns)), key=lambda i: columns[i].candidates[0].probability)
    for position in weakest[: options.shown - 1]:
        others = columns[position].candidates
        if len(others) > 1 and others[0].probability > 0:
            turned = [*texts[:position], others[1].text, *texts[position + 1 :]]
            share = others[1].probability / others[0].probability
            found.setdefault("".join(turned), sure * share)
    return Decision(
        tuple(Candidate(text, probability) for text, probability in found.items()),
        any(column.doubles for column in columns),
        any(column.cancels for column in columns),
        all(column.empty for column in columns),
    )


def _has_gap(columns: Sequence[Decision]) -> bool:
    """Whether an empty column stands before a filled one, as in no number that people write."""
    last = max((i for i, column in enumerate(columns) if not column.empty), default=-1)
    return any(column.empty for column in columns[: last + 1])
