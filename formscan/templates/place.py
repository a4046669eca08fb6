"""Where in a definition or template a problem stands; every problem is told with its place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from formscan.errors import Sentence, Told, told

__all__ = ["at_page", "at_page_row", "at_path", "at_row", "at_sheet", "concerns", "known", "near"]

_MOST_COMPARED = 300


def at_row(sheet: str, row: int | str, problem: Sentence, detail: str = "") -> Told:
    """``sheet survey, row 3 (name), constraint: problem``; ``detail`` is what follows the row."""
    return told("definition.at_row", sheet=sheet, row=row, detail=detail, problem=problem)


def at_sheet(sheet: str, problem: Sentence) -> Told:
    """``sheet survey: problem``."""
    return told("definition.at_sheet", sheet=sheet, problem=problem)


def at_page(page: int, problem: Sentence) -> Told:
    """``sheet paper, page 2: problem``."""
    return told("definition.at_page", sheet="paper", page=page, problem=problem)


def at_page_row(page: int, row: int | str, problem: Sentence, detail: str) -> Told:
    """``sheet paper, page 2, row 9 (name): problem``."""
    values = {"page": page, "row": row, "detail": detail, "problem": problem}
    return told("definition.at_page_row", sheet="paper", **values)


def at_path(path: str, problem: Sentence) -> Told:
    """``pages[0].fields[3].box: problem``."""
    return told("definition.at_path", path=path, problem=problem)


def concerns(problem: Sentence, sheet: str) -> bool:
    """Whether a problem stands in ``sheet``."""
    return isinstance(problem, Told) and ("sheet", sheet) in problem.values


def near(word: str, names: Iterable[str]) -> Sentence:
    """`` (did you mean 'x'?)`` where a name is like ``word``, else nothing."""
    compared = [name for name in names if name][:_MOST_COMPARED]
    found = difflib.get_close_matches(word[:64], compared, n=1, cutoff=0.6)
    return told("definition.near", name=found[0]) if found else ""


def known(word: str, names: Iterable[str]) -> Sentence:
    """`` (did you mean 'x'?)``, or all that there is."""
    every = sorted(names)
    return near(word, every) or told("definition.known", names=", ".join(every))
