"""``formscan simulate`` from the shell."""

from __future__ import annotations

import csv

import pytest
from click.testing import CliRunner

from formscan.cli import main
from formscan.cli.simulate import command


@pytest.mark.parametrize(("scan_format", "ending"), [("jpg", ".jpg"), ("tiff", ".tif")])
def test_scans_and_truth_are_written(tmp_path, scan_format, ending):
    arguments = ["fk23", "-n", "1", "--seed", "4", "--severity", "clean", "-o", str(tmp_path)]
    result = CliRunner().invoke(command, [*arguments, "--format", scan_format])
    assert result.exit_code == 0, result.output
    with (tmp_path / "truth.csv").open(encoding="utf-8", newline="") as file:
        scans = {row["scan"] for row in csv.DictReader(file)}
    assert scans
    assert all(scan.endswith(ending) and (tmp_path / scan).is_file() for scan in scans)
    assert (tmp_path / "geometry.json").is_file()
    assert len(result.output.splitlines()) == 1


def test_an_unknown_severity_is_a_usage_error(tmp_path):
    arguments = ["fk23", "-n", "1", "--severity", "hurricane", "-o", str(tmp_path)]
    assert CliRunner().invoke(command, arguments).exit_code == 2


def test_a_folder_that_cannot_be_written_is_told_without_a_traceback(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    out = str(tmp_path / "file" / "out")
    result = CliRunner().invoke(main, ["simulate", "fk23", "-n", "1", "-o", out])
    assert result.exit_code == 7
    assert "cannot be written" in result.output
