"""Skip arrows and conditions on paper, derived from ``relevant``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from formscan.messages import text
from formscan.templates.model import Choice
from formscan.templates.paper import PaperRow
from formscan.templates.question import Question
from formscan.templates.relevance import All, Condition, Is, implied, judge, parse

__all__ = ["Skips", "find_skips"]

_NUMBER = re.compile(r"(\d+[a-z]?\d?(?:-\d+)?)\.\s")
_RANGE = 3
"""So many codes in a row are written as a range."""


@dataclass(frozen=True, slots=True)
class Skips:
    """What the sheet says about the way through it.

    Attributes:
        conditions: Question → when it is answered, e.g. ``bila 3 = Ya``.
        jumps: (question, choice) → where to go next, e.g. ``→ 5``.
        onward: Question → where to go after it, whatever the answer.
    """

    conditions: dict[str, str] = field(default_factory=dict)
    jumps: dict[tuple[str, str], str] = field(default_factory=dict)
    onward: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Way:
    """The questions on paper, in order, and the words for them."""

    order: tuple[str, ...]
    numbers: Mapping[str, str]
    answers: Mapping[str, tuple[Choice, ...]]
    ticked: frozenset[str]
    relevant: Mapping[str, Condition | None]
    language: str


def find_skips(
    paper: Sequence[PaperRow],
    questions: Mapping[str, Question],
    code_lists: Mapping[str, tuple[Choice, ...]],
    language: str,
) -> Skips:
    """Words for every ``relevant`` that paper can say, and the arrows that follow from them."""
    conditions: dict[str, str] = {}
    jumps: dict[tuple[str, str], str] = {}
    onward: dict[str, str] = {}
    everything = _way([row for row in paper if row.sort == "question"], questions, code_lists,
                      language)  # fmt: skip
    for name in everything.order:
        condition = everything.relevant[name]
        if condition is not None and (words := _words(condition, everything)):
            conditions[name] = text("form.paper_when", language, what=words)
    for block in _blocks(paper):
        way = _way(block, questions, code_lists, language)
        for index, name in enumerate(way.order):
            targets = _targets(way, index)
            if len(set(targets.values())) == 1 and (target := next(iter(targets.values()))):
                onward[name] = target
                continue
            jumps.update({(name, code): target for code, target in targets.items() if target})
    return Skips(conditions, jumps, onward)


def _blocks(paper: Sequence[PaperRow]) -> list[list[PaperRow]]:
    blocks: list[list[PaperRow]] = [[]]
    for row in paper:
        if row.sort in ("block", "repeat") or row.name in ("@block", "@codes"):
            blocks.append([])
        elif row.sort == "question":
            blocks[-1].append(row)
    return blocks


def _way(
    rows: Sequence[PaperRow],
    questions: Mapping[str, Question],
    code_lists: Mapping[str, tuple[Choice, ...]],
    language: str,
) -> _Way:
    numbers: dict[str, str] = {}
    for row in rows:
        labels = questions[row.name].labels
        for label in (row.short, labels.get(language, ""), *labels.values()):
            found = _NUMBER.match(label)
            if found:
                numbers.setdefault(row.name, found[1])
    return _Way(
        order=tuple(row.name for row in rows),
        numbers=numbers,
        answers={r.name: code_lists.get(questions[r.name].code_list, ()) for r in rows},
        ticked=frozenset(
            r.name for r in rows if questions[r.name].type == "select_one" and not r.groups
        ),
        relevant={r.name: parse(questions[r.name].relevant) for r in rows},
        language=language,
    )


def _targets(way: _Way, index: int) -> dict[str, str]:
    """Answer → ``→ 5`` or "" where the next question follows; the key "" is any answer."""
    name = way.order[index]
    known = _known(way, name)
    codes = [choice.value for choice in way.answers[name]] if name in way.ticked else [""]
    targets: dict[str, str] = {}
    for code in codes:
        facts = {**known, name: code} if code else dict(known)
        after = index + 1
        while after < len(way.order) and judge(way.relevant[way.order[after]], facts) is False:
            facts[way.order[after]] = ""
            after += 1
        skipped = after > index + 1 and after < len(way.order)
        number = way.numbers.get(way.order[after], "") if skipped else ""
        targets[code] = f"→ {number}" if number else ""
    return targets


def _known(way: _Way, name: str) -> dict[str, str]:
    """Answers that brought the writer to this question, through all that they depend on."""
    known: dict[str, str] = {}
    open_names = [name]
    while open_names:
        for asked, answer in implied(way.relevant.get(open_names.pop())).items():
            if asked not in known:
                known[asked] = answer
                open_names.append(asked)
    return known


def _words(condition: Condition, way: _Way) -> str:
    """The condition in words, "" where it speaks of something that is not on paper."""
    if isinstance(condition, Is):
        number = way.numbers.get(condition.name)
        if number is None:
            return ""
        if not condition.values:
            return text("form.paper_filled", way.language, question=number)
        key = "form.paper_is_not" if condition.negated else "form.paper_is"
        return text(key, way.language, question=number, answer=_answers(condition, way))
    parts = [_words(part, way) for part in condition.parts]
    key = "form.paper_and" if isinstance(condition, All) else "form.paper_or"
    return text(key, way.language).join(parts) if all(parts) else ""


def _answers(condition: Is, way: _Way) -> str:
    if condition.name in way.ticked:
        labels = {choice.value: choice.labels for choice in way.answers[condition.name]}
        said = [labels.get(value, {}).get(way.language, value) for value in condition.values]
        return "/".join(words.split(",")[0] for words in said)
    values = condition.values
    numbers = [int(value) for value in values if value.isdecimal()]
    if len(numbers) >= _RANGE and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{values[0]}-{values[-1]}"
    return ", ".join(values)
