from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formscan.templates.relevance import All, Any_, Condition, Is, implied, judge, parse
from formscan.templates.skips import Skips, find_skips
from formscan.templates.xlsform import read_definition

FK23 = Path(str(resources.files("formscan.templates").joinpath("library/fk23/fk23.md")))


@pytest.fixture(scope="module")
def skips() -> Skips:
    definition = read_definition(FK23)
    questions = {question.name: question for question in definition.questions}
    return find_skips(definition.paper, questions, definition.code_lists, "id")


def test_conditions_in_words(skips: Skips) -> None:
    assert skips.conditions["usia_kawin"] == "bila 7 = 2-4"
    assert skips.conditions["kode_ibu"] == "bila 10 = 3"
    assert skips.conditions["pernah_kb_12bln"] == "bila 3 = Ya atau 4 = Tidak"
    assert skips.conditions["tempat_kb"] == "bila 7 bukan 8, 9"
    assert "lembar_ke" not in skips.conditions


def test_arrows_follow_from_relevant(skips: Skips) -> None:
    assert skips.jumps == {
        ("hamil", "2"): "→ 3b",
        ("pakai_kb", "2"): "→ 5",
        ("pernah_kb_12bln", "2"): "→ 6",
    }
    assert skips.onward == {"hamil_diinginkan": "→ 5", "kb_mulai": "→ 7"}


@pytest.mark.parametrize(
    ("expression", "condition"),
    [
        ("/data/a = '1'", Is("a", ("1",))),
        (" ../a  != '1'", Is("a", ("1",), negated=True)),
        ("selected('1 2', /data/g/a)", Is("a", ("1", "2"))),
        ("selected(/data/a, '3')", Is("a", ("3",))),
        ("/data/a != ''", Is("a", (), negated=True)),
        ("/data/a != '' and not(selected('8 9', /data/a))", Is("a", ("8", "9"), negated=True)),
        (
            "/data/a = '1' or (/data/b = '2' and /data/c = '3')",
            Any_((Is("a", ("1",)), All((Is("b", ("2",)), Is("c", ("3",)))))),
        ),
        ("/data/a > 3", None),
        ("count(/data/r) > 0", None),
        ("/data/a = /data/b", None),
        ("", None),
        ("/data/a = '1' and", None),
        ("((", None),
    ],
)
def test_what_paper_can_say(expression: str, condition: Condition | None) -> None:
    assert parse(expression) == condition


NAMES = st.sampled_from(["a", "b", "c"])
VALUES = st.sampled_from(["1", "2", "3"])
ATOMS = st.builds(
    Is, NAMES, st.lists(VALUES, min_size=1, max_size=2, unique=True).map(tuple), st.booleans()
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: (
        st.builds(All, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(Any_, st.lists(inner, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=6,
)
ANSWERS = st.dictionaries(NAMES, st.sampled_from(["", "1", "2", "3"]))


@given(CONDITIONS, ANSWERS, ANSWERS)
def test_what_is_decided_stays_decided(
    condition: Condition, some: dict[str, str], more: dict[str, str]
) -> None:
    verdict = judge(condition, some)
    if verdict is not None:
        assert judge(condition, {**more, **some}) is verdict


@given(CONDITIONS, st.fixed_dictionaries({n: st.sampled_from(["", "1", "2", "3"]) for n in "abc"}))
def test_implied_answers_hold_wherever_the_condition_holds(
    condition: Condition, answers: dict[str, str]
) -> None:
    if judge(condition, answers):
        assert implied(condition).items() <= answers.items()
