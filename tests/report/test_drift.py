from __future__ import annotations

from types import SimpleNamespace

import pytest

from formscan.report import run_report
from formscan.report.drift import Validation, drift_of, load_validation, stability
from formscan.report.plots import Histogram
from formscan.report.run_figures import BANDS, KindFigures

THERE = (5, 10, 20, 15, 50, 100, 400, 400)


def kind(name, counts):
    return KindFigures(name, sum(counts), (), Histogram((), tuple(counts), ()))


def validation(**kinds):
    return Validation({"office": 9}, kinds, is_current=True)


def test_equal_shares_are_no_drift_whatever_the_number():
    assert stability(THERE, [3 * n for n in THERE]) == pytest.approx(0)
    assert stability(THERE, THERE[::-1]) > 1


def test_a_batch_that_is_read_less_surely_is_told():
    same, worse = [n // 2 for n in THERE], (50, 60, 60, 60, 60, 60, 60, 90)
    known = validation(code=THERE, date=THERE)
    found = {one.kind: one for one in drift_of([kind("code", same), kind("date", worse)], known)}
    assert not found["code"].is_much
    assert found["date"].is_much
    assert found["date"].sure_here < found["date"].sure_there


def test_nothing_is_said_of_few_fields_other_models_or_unknown_kinds():
    few, worse = (9,) * 8, (50,) * 8
    assert drift_of([kind("code", few)], validation(code=THERE)) == ()
    assert drift_of([kind("code", worse)], validation(date=THERE)) == ()
    assert drift_of([kind("code", worse)], None) == ()
    old = Validation({"office": 9}, {"code": THERE}, is_current=False)
    assert drift_of([kind("code", worse)], old) == ()


def test_what_came_with_the_package_has_the_bands_of_the_report():
    shipped = load_validation()
    assert shipped is not None
    assert {"code", "date", "number", "id", "name", "mark"} <= shipped.kinds.keys()
    assert {len(counts) for counts in shipped.kinds.values()} == {len(BANDS) - 1}


@pytest.mark.parametrize(
    ("sure", "language", "said"),
    [("0.9995", "en", "read more surely than on validation"),
     ("0.7", "id", "terbaca kurang yakin daripada saat validasi")],
)  # fmt: skip
def test_the_report_says_it_in_words_and_draws_it(
    rows: SimpleNamespace, tmp_path, monkeypatch, sure, language, said
):
    pages = [[one.but(confidence=float(sure)) for one in rows.family(n)] for n in range(230)]
    run = rows.write_run(tmp_path, pages)
    (run.out / "run.json").write_text("{}", encoding="utf-8")
    known = Validation({"office": 9}, {"mark": (20, 20, 20, 300, 300, 20, 20, 20)}, is_current=True)
    monkeypatch.setattr(run_report, "load_validation", lambda: known)
    page = run_report.write_report(run.out, language=language).read_text(encoding="utf-8")
    assert said in page
    assert page.count('<u style="bottom:') == len(BANDS) - 1
