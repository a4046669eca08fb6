"""What waits for a person and why, and how each village and enumerator fares."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from formscan.messages import text
from formscan.page import PAGE_REASONS
from formscan.settle.accept import REVIEW_REASONS
from formscan.tables import regions
from formscan.templates.model import Template

__all__ = ["GROUPS", "GroupFigures", "code_columns", "group_figures", "waiting_reasons"]

GROUPS = {"village": "in_area", "kader": "kader_listed"}
"""Kind of group, and the rule (``fs:check``) by which a form says which question tells it."""


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """The records of one village or enumerator.

    Attributes:
        code: As accepted, "" where it is not settled.
        name: Of the village where the region table knows it.
        settled: Records accepted or confirmed.
        items: Review items of all of them.
    """

    code: str
    name: str
    records: int
    settled: int
    items: int


def waiting_reasons(out: Path, language: str) -> list[tuple[str, str, int]]:
    """(word, sentence, items) of ``review.csv``, commonest first."""
    counts = Counter(line["reason"] for line in _lines(out / "review.csv"))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(word, _sentence(word, language), n) for word, n in ranked]


def group_figures(out: Path, templates: Sequence[Template]) -> dict[str, list[GroupFigures]]:
    """Figures per kind of group, those with most items first; kinds no form tells are left out."""
    items = Counter(line["record"] for line in _lines(out / "review.csv"))
    found: dict[str, list[GroupFigures]] = {}
    for kind, rule in GROUPS.items():
        groups: dict[str, list[Mapping[str, str]]] = defaultdict(list)
        for template in templates:
            columns = code_columns(template, rule)
            for line in _lines(out / f"{template.form}.csv") if columns else ():
                parts = [line.get(column, "") for column in columns]
                groups["".join(parts) if all(parts) else ""].append(line)
        figures = [_figures(code, lines, items) for code, lines in groups.items()]
        if figures:
            found[kind] = sorted(figures, key=lambda one: (-one.items, one.code))
    return found


def code_columns(template: Template, rule: str) -> tuple[str, ...]:
    """The questions that together tell the code of a group, the widest first.

    Args:
        template: The form.
        rule: Of ``GROUPS``; () where no question of the form asks for it.
    """
    for question in template.questions:
        for check in question.checks:
            if check.name == rule and not question.repeat:
                return (*check.fields, question.name)
    return ()


def _figures(
    code: str, lines: Sequence[Mapping[str, str]], items: Mapping[str, int]
) -> GroupFigures:
    return GroupFigures(
        code=code,
        name=regions().name(code),
        records=len(lines),
        settled=sum(line["_status"] in ("accepted", "confirmed") for line in lines),
        items=sum(items.get(line["KEY"], 0) for line in lines),
    )


def _sentence(word: str, language: str) -> str:
    if word in REVIEW_REASONS:
        return text(f"report.waits_{word}", language)
    return text(f"image.{word}", language) if word in PAGE_REASONS and word else word


def _lines(path: Path) -> Iterator[dict[str, str]]:
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as stream:
            yield from csv.DictReader(stream)
