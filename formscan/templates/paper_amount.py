"""How much a page is asked to hold: what nobody could print is refused before it is laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from formscan.templates.model import Choice, Question
from formscan.templates.paper import PaperRow

__all__ = ["check_amount"]

_PAGE_BOXES = 3000
"""More than A4 holds, whatever their size."""


def check_amount(
    rows: Sequence[PaperRow],
    questions: Sequence[Question],
    code_lists: Mapping[str, tuple[Choice, ...]],
) -> list[str]:
    """A problem for each page with more boxes than any sheet has room for."""
    known = {question.name: question for question in questions}
    boxes: dict[int, int] = {}
    times = 1
    for row in rows:
        if row.sort == "repeat":
            times = row.rows[1] - row.rows[0] + 1 if row.rows else 1
        elif row.sort == "block" or row.name in ("@block", "@codes"):
            times = 1
        elif row.sort in ("question", "paper_only"):
            question = known.get(row.name)
            ticks = len(code_lists.get(question.code_list, ())) if question else 0
            boxes[row.page] = boxes.get(row.page, 0) + times * (sum(row.groups) or ticks or 1)
    return [
        f"sheet paper, page {page}: {number} boxes; a sheet has room for fewer than {_PAGE_BOXES}: "
        "move blocks to another page, or give long lists `boxes` for a code"
        for page, number in boxes.items()
        if number > _PAGE_BOXES
    ]
