from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from formscan.errors import SettingsError
from formscan.report.plots import histogram
from formscan.report.rows import load_pages, load_reads
from formscan.report.run_figures import problem_counts, spread
from formscan.report.run_report import write_report

RUN = {
    "as_of": "2026-11-24",
    "changes": [{"name": "max_error.code", "before": "0.001", "now": "0.002"}],
    "counts": {"records": {"accepted": 1, "review": 2}},
    "templates": [{"form": "mini", "version": "1", "sha256": "ab" * 32}],
    "versions": {"formscan": "0.1.0", "numpy": "2.4.6"},
    "speed": {
        "pages_read": 3,
        "pages_per_second": 2.5,
        "seconds_per_stage": {"read": 0.9, "load": 0.1},
        "peak_memory_mb": 310.0,
        "slowest": [{"scan": "batch/scans/0001.jpg", "frame": 2, "ms": 1800}],
    },
}


@pytest.fixture
def out(rows: SimpleNamespace, tmp_path: Path) -> Path:
    pages = [rows.family(number) for number in range(3)]
    pages[0][3] = pages[0][3].but(status="review", problems="choice R99")
    pages[1][2] = pages[1][2].but(read_raw="<b>&", read_value="<b>&", status="review")
    run = rows.write_run(tmp_path, pages, rejected=[2])
    (run.out / "run.json").write_text(json.dumps(RUN), encoding="utf-8")
    return run.out


@pytest.mark.parametrize("language", ["id", "en"])
def test_page_is_self_contained_and_names_no_person(out: Path, language: str) -> None:
    page = write_report(out, language=language).read_text(encoding="utf-8")
    assert not re.search(r"<script|https?://|<link|<img", page)
    assert "SITI" not in page
    assert "32730101" not in page
    assert f'<html lang="{language}">' in page


def test_it_tells_what_is_wrong_with_a_page_and_what_to_do(out: Path) -> None:
    page = write_report(out, language="en").read_text(encoding="utf-8")
    assert "batch/scans/0002.jpg" in page
    assert "Scan the whole sheet flat" in page
    assert "the code is not in its list" in page


def test_it_tells_stages_by_page(out: Path) -> None:
    page = write_report(out, language="en").read_text(encoding="utf-8")
    assert re.search(r"Decode</td><td>33\.3</td><td>10\.0 %", page)
    assert re.search(r"Read</td><td>300\.0</td><td>90\.0 %", page)


def test_it_names_the_slowest_pages_and_what_is_judged_otherwise(out: Path) -> None:
    page = write_report(out, language="en").read_text(encoding="utf-8")
    assert re.search(r"0001\.jpg #2</td><td>1,800</td>", page)
    assert "max_error.code is now 0.002, was 0.001" in page


def test_pictures_come_only_when_asked_for_and_texts_are_escaped(out: Path) -> None:
    kept = out / "originals" / "00" / f"{1:064x}.png"
    kept.parent.mkdir(parents=True)
    cv2.imwrite(str(kept), np.full((300, 600, 3), 255, dtype=np.uint8))
    page = write_report(out, with_pictures=True).read_text(encoding="utf-8")
    assert page.count("data:image/jpeg;base64,") == 1
    assert "&lt;b&gt;&amp;" in page
    assert "<b>&" not in page


def test_a_report_is_the_same_each_time(out: Path) -> None:
    assert write_report(out).read_bytes() == write_report(out).read_bytes()


def test_it_needs_a_run(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="formscan run"):
        write_report(tmp_path)


def test_damaged_run_json_is_named(out: Path) -> None:
    (out / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"run\.json"):
        write_report(out)


def test_a_run_without_one_page_read_still_has_a_report(
    rows: SimpleNamespace, tmp_path: Path
) -> None:
    run = rows.write_run(tmp_path, [rows.family(1)], rejected=[0])
    (run.out / "run.json").write_text("{}", encoding="utf-8")
    assert "Tidak ada" in write_report(run.out).read_text(encoding="utf-8")


def test_problems_are_counted_by_rule_and_question(out: Path) -> None:
    counts = [(one.code, one.field, one.n) for one in problem_counts(load_reads(out))]
    assert counts == [("R99", "agama", 1), ("choice", "agama", 1)]


def test_spread_leaves_out_pages_that_were_not_registered(out: Path) -> None:
    found = spread(load_pages(out), "residual_mm")
    assert found is not None
    assert (found.n, found.median, found.high) == (2, 0.1, 0.1)


def test_histogram_edges() -> None:
    bars = histogram([0.0, 0.49, 0.5, 0.99, 1.0], (0.0, 0.5, 0.9, 1.0), ("a", "b", "c"))
    assert bars.counts == (2, 1, 2)
    assert bars.heights == (100.0, 50.0, 100.0)
