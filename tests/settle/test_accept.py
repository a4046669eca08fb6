from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formscan.geometry import BoxMm
from formscan.reading import Candidate, FieldReading
from formscan.record import Problem
from formscan.settle.accept import finish, floored, is_accepted, judge, judge_page
from formscan.templates.model import MAX_ERROR, Field, PageLayout, Template

BOX = BoxMm(x=0, y=0, width=5, height=5)
FORM = Template(form="t", version="1", pages=(PageLayout(page=1, width_mm=210, height_mm=297),))


def field(name="x", **more):
    return Field.model_validate(
        {"name": name, "kind": "comb", "box": BOX, "error_kind": "code", **more}
    )


def reading(raw, confidence, name="x", row=None):
    return FieldReading(name, row, "t-1", (Candidate(raw, confidence),), confidence)


def status_of(asked, said, *problems):
    return finish(judge(asked, said, FORM), problems, page=1, scan="x/a.png", frame=1).status


@pytest.mark.parametrize(
    ("confidence", "printed"),
    [(0.99899, 0.9989), (0.999, 0.999), (0.9999999, 0.9999), (1.0, 1.0), (0.0003, 0.0003), (-1, 0)],
)
def test_confidence_is_floored_to_4_decimals(confidence, printed):
    assert floored(confidence) == printed


@given(st.floats(min_value=0, max_value=1))
def test_a_printed_confidence_never_flatters_and_prints_exactly(confidence):
    printed = floored(confidence)
    assert printed <= confidence + 1e-9
    assert confidence - printed < 0.0001 + 1e-9
    assert float(f"{printed:.4f}") == printed


@pytest.mark.parametrize(("kind", "max_error"), MAX_ERROR.items())
def test_the_boundary_of_each_error_kind(kind, max_error):
    boundary = round(1 - max_error, 4)
    assert is_accepted(boundary, kind)
    assert not is_accepted(round(boundary - 0.0001, 4), kind)
    assert is_accepted(floored(boundary + 0.00005), kind)
    assert not is_accepted(floored(boundary - 0.00001), kind)


@given(st.integers(min_value=0, max_value=10_000), st.integers(min_value=0, max_value=10_000))
def test_acceptance_is_the_integer_rule_of_the_contract(confidence, max_error):
    accepted = is_accepted(confidence / 10_000, "code", {"code": max_error / 10_000})
    assert accepted == (confidence >= 10_000 - max_error)


@pytest.mark.parametrize(
    ("asked", "said", "status"),
    [
        (field(), reading("12", 0.999), "accepted"),
        (field(), reading("12", 0.9989), "review"),
        (field(), reading("", 0.999), "blank"),
        (field(), reading("", 0.9), "review"),
        (field(), reading("1?", 1.0), "review"),
        (field(), FieldReading("x", None, "t-1", (), 0.0), "review"),
        (field(kind="signature"), reading("1", 1.0), "image"),
        (field(kind="signature"), reading("1", 0.5), "review"),
        (field(kind="text_line"), reading("", 1.0), "blank"),
        (field(value_type="integer"), reading("1 2", 1.0), "review"),
    ],
)
def test_status(asked, said, status):
    assert status_of(asked, said) == status


def test_errors_stop_a_field_and_warnings_do_not():
    sure = reading("12", 1.0)
    assert status_of(field(), sure, Problem("R17", "x", "warn")) == "accepted"
    assert status_of(field(), sure, Problem("R14", "x")) == "review"
    value = finish(
        judge(field(), sure, FORM), [Problem("R14", "x")], page=1, scan="x/a.png", frame=1
    )
    assert (value.reason, value.problems) == ("rule", ("R14",))


def roster(*said):
    """One row of as many fields as were said, judged together."""
    fields = [field(f"f{at}", row=1, repeat="r") for at in range(len(said))]
    readings = [reading(raw, conf, f"f{at}", 1) for at, (raw, conf) in enumerate(said)]
    return judge_page(fields, readings, FORM)


def test_an_empty_row_speaks_for_its_doubtful_blanks():
    row = roster(("", 0.9995), ("", 0.9992), ("", 0.995))
    assert [each.doubt for each in row] == ["", "", ""]
    assert [each.confidence for each in row] == [0.9995, 0.9992, 0.9992]


def test_an_empty_row_does_not_speak_for_a_cell_that_may_hold_ink():
    row = roster(("", 0.9995), ("", 0.9992), ("", 0.7))
    assert [each.doubt for each in row] == ["", "", "low_confidence"]


def test_a_row_of_doubtful_blanks_stays_doubtful():
    assert {each.doubt for each in roster(("", 0.9), ("", 0.9995), ("", 0.8))} == {
        "",
        "low_confidence",
    }


def test_one_sign_of_ink_keeps_the_doubts_of_a_row():
    row = roster(("", 0.9995), ("A", 0.6), ("", 0.9995), ("", 0.7))
    assert [each.doubt for each in row] == ["", "low_confidence", "", "low_confidence"]


def test_a_field_without_a_reading_is_unreadable():
    (only,) = judge_page([field()], [], FORM)
    assert only.doubt == "unreadable"
    assert only.pending
