from __future__ import annotations

import pytest

from formscan.templates.expressions import expression_problems
from formscan.templates.question import Question

ROWS = {"umur": 7}


def question(**binds):
    return Question(name="umur", path="/data/umur", type="integer", **binds)


def test_good_binds_have_no_problems():
    binds = {
        "relevant": "selected( /data/a , '1')",
        "required": "true()",
        "constraint": ". >= 0 and pulldata('wilayah', 'nama', 'kode', .) != ''",
    }
    assert expression_problems([question(**binds)], ROWS) == []


@pytest.mark.parametrize(
    ("binds", "said"),
    [
        ({"constraint": "luhn(.)"}, "luhn()"),
        ({"relevant": "1 +"}, "not an XPath expression"),
        ({"calculate": "pulldata('desa', 'nama', 'kode', .)"}, "'desa'"),
    ],
)
def test_each_problem_names_its_question_and_bind(binds, said):
    (problem,) = map(str, expression_problems([question(**binds)], ROWS))
    assert said in problem
    assert "row 7 (umur)" in problem
    assert next(iter(binds)) in problem


def test_all_problems_are_told_at_once():
    assert len(expression_problems([question(relevant="a()", constraint="b()")], ROWS)) == 2
