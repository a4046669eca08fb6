"""Whatever a form writes as a rule is refused before the first record, or can be evaluated."""

from __future__ import annotations

import datetime as dt

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formscan.errors import TemplateError
from formscan.xpath import FUNCTIONS, Node, parse

LEAVES = (
    "1", "0", "-1", "1.5", "99999999999999999999", "'x'", "''", "'2024-01-01'", "'9999999999'",
    ".", "..", "*", "/", "/data/a", "../x", "/data/r", "/data/r/x", "current()",
)  # fmt: skip
OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod", "and", "or", "|")


def record() -> list[Node]:
    """Two nodes to stand at: an answer, and one in a row."""
    data = Node("data", Node(""))
    answer = Node("a", data, "5")
    Node("d", data, "2024-02-30")
    rows = [Node("r", data, row=row) for row in (1, 2, 5)]
    cells = [Node("x", row, str(row.row)) for row in rows]
    return [answer, cells[1]]


@st.composite
def calls(draw, inner):
    name = draw(st.sampled_from(sorted(FUNCTIONS)))
    _, fewest, most = FUNCTIONS[name]
    number = draw(st.integers(fewest, min(most, fewest + 2)))
    return f"{name}({', '.join(draw(inner) for _ in range(number))})"


def larger(inner):
    return st.one_of(
        calls(inner),
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(" ".join),
        inner.map("/data/r[{}]".format),
        st.tuples(inner, st.sampled_from(("x", "..", ".", "*"))).map("({0[0]})/{0[1]}".format),
        inner.map("-({})".format),
    )


EXPRESSIONS = st.recursive(st.sampled_from(LEAVES), larger, max_leaves=8)


@settings(deadline=None, max_examples=400, suppress_health_check=list(HealthCheck))
@given(EXPRESSIONS)
def test_what_is_not_refused_can_be_evaluated(text):
    try:
        expression = parse(text)
    except TemplateError:
        return
    for node in record():
        expression.text_at(node, dt.date(2024, 1, 1))
        expression.holds_at(node, dt.date(2024, 1, 1))
    assert isinstance(expression.references("/data/r/x", "/data/r"), frozenset)
