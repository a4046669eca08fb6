from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from formscan.page import PAGE_REASONS, Identity, PageRef
from formscan.reading import Candidate, Cell, FieldReading, Measure, PageOutcome
from formscan.store.codec import dump_outcome, load_outcome

REF = PageRef("/a", 1, "a", "00")
number = st.floats(allow_nan=False, allow_infinity=False)
words = st.text(st.characters(codec="utf-8"), max_size=8)
candidates = st.lists(st.builds(Candidate, words, number), max_size=3).map(tuple)
measures = st.lists(st.builds(Measure, words, number), max_size=3).map(tuple)
cells = st.lists(st.builds(Cell, candidates, measures, words, number), max_size=3).map(tuple)
whole = st.integers(0, 10_000)
readings = st.lists(
    st.builds(
        FieldReading,
        name=words,
        row=st.none() | whole,
        reader=words,
        candidates=candidates,
        confidence=number,
        cells=cells,
        measures=measures,
        box_px=st.tuples(whole, whole, whole, whole),
    ),
    max_size=3,
).map(tuple)
outcomes = st.builds(
    PageOutcome,
    ref=st.just(REF),
    status=st.sampled_from(["ok", "rejected", "blank"]),
    reason=st.sampled_from(PAGE_REASONS),
    detail=words,
    identity=st.none() | st.builds(Identity, words, words, whole, words, words),
    readings=readings,
    orientation_deg=st.sampled_from([0, 90, 180, 270]),
    skew_deg=number,
    residual_mm=number,
    dpi=number,
    sharpness=number,
    width_px=whole,
    height_px=whole,
    template_sha256=words,
    readers=words,
    stage_ms=measures,
    peak_mb=number,
)


@given(outcomes)
def test_an_outcome_comes_back_as_it_went(outcome):
    assert load_outcome(dump_outcome(outcome), REF) == outcome


def test_glyphs_can_be_left_in_the_store():
    cell = Cell((Candidate("1", 0.9),), (), "AAAA", 0.1)
    reading = FieldReading("a", None, "comb-1", (), 0.5, (cell,))
    blob = dump_outcome(PageOutcome(REF, "ok", readings=(reading,)))
    (light,) = load_outcome(blob, REF, glyphs=False).readings
    assert light.cells == (Cell((Candidate("1", 0.9),)),)
