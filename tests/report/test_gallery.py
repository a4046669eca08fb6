from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from formscan.cli import main
from formscan.report.gallery import SORTS


def call(*arguments: object) -> str:
    done = CliRunner().invoke(main, ["--lang", "en", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gallery")
    call(
        "simulate",
        "posyandu",
        "-n",
        1,
        "--severity",
        "office",
        "--dpi",
        150,
        "-o",
        folder / "sheets",
    )
    call("run", folder / "sheets/scans", "--out", folder / "out", "--form", "posyandu",
         "--engine", "serial")  # fmt: skip
    return folder / "out"


def test_all_marks_stand_on_one_page_the_unsure_first(run: Path) -> None:
    assert "boxes" in call("gallery", run)
    page = (run / "gallery.html").read_text(encoding="utf-8")
    figures = re.findall(r'<figure class="([^"]*)" data-n="([^"]*)"', page)
    numbers = [[float(one) for one in each.split()] for _, each in figures]
    assert len(figures) > 50
    assert {len(each) for each in numbers} == {len(SORTS)}
    assert numbers == sorted(numbers, key=lambda each: each[0])
    chosen = [each[1] for (kind, _), each in zip(figures, numbers, strict=True) if "chosen" in kind]
    assert chosen
    assert min(chosen) > 0.5
    assert not re.search(r'(src|href)="(?!data:)', page)


def test_a_small_gallery_keeps_the_unsure(run: Path, tmp_path: Path) -> None:
    call("gallery", run, "--most", 20, "-o", tmp_path / "g.html")
    whole = (run / "gallery.html").read_text(encoding="utf-8")
    small = (tmp_path / "g.html").read_text(encoding="utf-8")
    assert small.count("unsure") == whole.count("unsure")
    assert small.count("<figure") <= max(20 + 8, whole.count("unsure"))


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["gallery", str(tmp_path)])
    assert done.exit_code == 3
