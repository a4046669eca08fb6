from __future__ import annotations

import re
from pathlib import Path

from formscan.page import PAGE_REASONS
from formscan.settle.accept import REVIEW_REASONS

DOC = Path(__file__).parents[2] / "docs" / "reasons.md"


def test_the_documented_lists_are_the_lists():
    pages, items = DOC.read_text(encoding="utf-8").split("## `reason` in `review.csv`")
    word = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)
    assert set(word.findall(pages)) == set(PAGE_REASONS) - {""}
    assert set(word.findall(items)) == set(REVIEW_REASONS)
