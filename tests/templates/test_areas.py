"""What the paper sheet may say of free areas, and what it is told otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from formscan.errors import TemplateError
from formscan.templates.compile import compile_form

FORM = (Path(__file__).parents[1] / "kinds.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("| label_itf | e | | itf |", "| label_itf | e | | |", "which barcodes stand there"),
        ("| label_itf | e | | itf |", "| label_itf | e | | itf+x |", "datamatrix, qr"),
        ("| label_itf | e | | itf |", "| label_itf | e | | tulisan |", "type barcode"),
        ("| tahun | a | | cetak |", "| tahun | a | | tulisan |", "type integer"),
        ("| tahun | a | | cetak |", "| tahun | a | 4 | cetak |", "leave `boxes` empty"),
        ("| dusun | c | | tulisan |", "| dusun | c | | ttd |", "type select_one"),
        ("| ttd | f | | |", "| ttd | f | | cetak |", "type image"),
    ],
)
def test_an_area_that_cannot_hold_its_answer_is_refused(before, after, told, tmp_path):
    assert before in FORM
    file = tmp_path / "form.md"
    file.write_text(FORM.replace(before, after), encoding="utf-8")
    with pytest.raises(TemplateError) as caught:
        compile_form(file)
    assert any(told in str(problem) for problem in caught.value.problems), caught.value.problems
