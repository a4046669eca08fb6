from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_table_of_rules_is_current(fk23):
    page = runpy.run_path(str(ROOT / "docs" / "make_rules.py"))["page"](fk23)
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == page, "run `make rules`"
