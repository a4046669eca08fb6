from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from formscan.cli import main
from formscan.templates.model import Template


@pytest.fixture
def run(rows: SimpleNamespace, tmp_path: Path, template: Template) -> SimpleNamespace:
    written = rows.write_run(tmp_path, [rows.family(n) for n in range(4)])
    (written.out / "run.json").write_text("{}", encoding="utf-8")
    form = tmp_path / "mini.json"
    form.write_text(template.model_dump_json(), encoding="utf-8")
    return SimpleNamespace(out=written.out, truth=written.truth, form=form)


def test_evaluate_shows_a_table_and_writes_two_files(run: SimpleNamespace, tmp_path: Path) -> None:
    command = ["--lang", "en", "evaluate", str(run.out), "--truth", str(run.truth)]
    places = ["--form", str(run.form), "-o", str(tmp_path / "e")]
    done = CliRunner().invoke(main, [*command, *places])
    assert done.exit_code == 0, done.output
    assert "Identifiers" in done.output
    assert {path.name for path in (tmp_path / "e").iterdir()} == {
        "evaluation.json",
        "evaluation.html",
    }


def test_evaluate_json_is_the_file(run: SimpleNamespace) -> None:
    arguments = ["evaluate", str(run.out), "--truth", str(run.truth), "--json"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["total"]["right"]["rate"] == 1.0
    assert done.output == (run.out / "evaluation.json").read_text(encoding="utf-8")


def test_evaluate_of_a_folder_that_is_no_run_is_a_settings_error(
    run: SimpleNamespace, tmp_path: Path
) -> None:
    done = CliRunner().invoke(main, ["evaluate", str(tmp_path), "--truth", str(run.truth)])
    assert done.exit_code == 3


def test_report_is_written_again(run: SimpleNamespace) -> None:
    done = CliRunner().invoke(main, ["report", str(run.out), "--overlays"])
    assert done.exit_code == 0, done.output
    assert (run.out / "report.html").is_file()
