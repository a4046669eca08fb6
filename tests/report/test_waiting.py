from __future__ import annotations

from pathlib import Path

import pytest

from formscan.messages import text
from formscan.report.waiting import group_figures, waiting_reasons
from formscan.settle.accept import REVIEW_REASONS
from formscan.templates.model import Template
from formscan.templates.question import Check, Question


@pytest.fixture
def form(template: Template) -> Template:
    village = Question(
        name="desa",
        path="/data/desa",
        type="text",
        checks=(Check(name="in_area", fields=("kec",)),),
    )
    return template.model_copy(update={"questions": (village,)})


def fill(out: Path) -> None:
    (out / "mini.csv").write_text(
        "KEY,kec,desa,_status\na,6503,2044,accepted\nb,6503,2044,review\nc,6503,,review\n",
        encoding="utf-8",
    )
    (out / "review.csv").write_text(
        "record,reason\nb,unreadable\nc,low_confidence\nc,low_confidence\n,no_identity\n",
        encoding="utf-8",
    )


def test_records_are_counted_by_village_and_unsettled_codes_stand_apart(
    form: Template, tmp_path: Path
) -> None:
    fill(tmp_path)
    found = group_figures(tmp_path, [form])
    assert list(found) == ["village"]
    rows = [(one.code, one.records, one.settled, one.items) for one in found["village"]]
    assert rows == [("", 1, 0, 2), ("65032044", 2, 1, 1)]


def test_reasons_are_sentences_commonest_first(tmp_path: Path) -> None:
    fill(tmp_path)
    found = waiting_reasons(tmp_path, "en")
    assert [(word, n) for word, _, n in found] == [
        ("low_confidence", 2), ("no_identity", 1), ("unreadable", 1),
    ]  # fmt: skip
    assert found[0][1] == "Read, but not surely enough"


@pytest.mark.parametrize("word", REVIEW_REASONS)
def test_every_reason_has_a_sentence(word: str) -> None:
    assert text(f"report.waits_{word}", "id") != text(f"report.waits_{word}", "en")
