"""``formscan simulate`` from the shell."""

from __future__ import annotations

import csv

import pytest
from click.testing import CliRunner

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


def test_an_unknown_severity_is_a_usage_error(tmp_path):
    arguments = ["fk23", "-n", "1", "--severity", "hurricane", "-o", str(tmp_path)]
    assert CliRunner().invoke(command, arguments).exit_code == 2
