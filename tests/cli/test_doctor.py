from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner

from formscan.cli import main
from formscan.cli.doctor import findings
from formscan.cli.scan_check import advise
from formscan.page import PageRef
from formscan.reading import PageOutcome

GOOD = PageOutcome(
    PageRef("/a", 1, "a", "00"), "ok", dpi=300, sharpness=0.7, residual_mm=0.05, skew_deg=1.0
)


def doctor(*arguments: object):
    return CliRunner().invoke(main, ["--lang", "en", "doctor", *(str(one) for one in arguments)])


def test_a_whole_installation_is_complete():
    shown = doctor()
    assert shown.exit_code == 0, shown.output
    assert "Everything" in shown.output
    assert "fk23" in shown.output
    assert "sha256" in shown.output


def test_what_is_missing_is_named_with_the_command_that_mends_it(monkeypatch):
    monkeypatch.setattr(
        "formscan.cli.doctor.version_of", lambda name: "" if name == "segno" else "1"
    )
    shown = doctor()
    assert shown.exit_code == 6
    assert "pip install segno" in shown.output


def test_every_finding_that_is_not_well_has_a_remedy(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    found = list(findings())
    assert {"poppler", "tesseract"} <= {one.what for one in found if one.state == "optional"}
    assert all(one.remedy for one in found if one.state != "ok")


def test_a_sample_scan_is_judged(mini_scans, mini_file):
    shown = doctor("--scan", mini_scans / "s1p1.jpg", "--form", mini_file)
    assert shown.exit_code == 0, shown.output
    assert "form mini, page 1" in shown.output
    assert "200 dpi" in shown.output
    assert "300 dpi is better" in shown.output


def test_a_scan_that_cannot_be_read_is_told_why(tmp_path, mini_file):
    (tmp_path / "a.jpg").write_bytes(b"")
    shown = doctor("--scan", tmp_path / "a.jpg", "--form", mini_file)
    assert "rejected" in shown.output
    assert "empty" in shown.output.lower()
    assert doctor("--scan", tmp_path / "none.jpg", "--form", mini_file).exit_code == 3


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({}, ["doctor.good"]),
        ({"dpi": 150}, ["doctor.dpi_low"]),
        ({"dpi": 200}, ["doctor.dpi_fair"]),
        ({"sharpness": 0.1}, ["doctor.blurred"]),
        ({"residual_mm": 0.8, "skew_deg": -20}, ["doctor.bent", "doctor.skewed"]),
    ],
)
def test_advice_follows_the_measures(change, advice):
    assert advise(replace(GOOD, **change)) == advice
