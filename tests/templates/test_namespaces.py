"""Columns such as ``bind::fs:rule`` need a namespace; ours is nobody's to declare."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from formscan.errors import TemplateError
from formscan.templates.build import build_form
from formscan.templates.compile import compile_form

FORM = """
| survey |
| | type | name | label | required | relevant | bind::fs:rule | bind::fs:severity | {column} |
| | begin_group | isi | Isi |
| | integer | murid | Murid | yes |
| | integer | laki | Laki | yes |
| | note | cek | Tidak cocok | | ${{laki}} > ${{murid}} | S01 | error | yes |
| | end_group | |

| settings |
| | form_title | form_id | version | orientation |{more}
| | Sekolah | sekolah | 1 | portrait |{spaces}

| paper |
| | name | boxes |
| | isi |
| | murid | 3 |
| | laki | 3 |
"""
OWN = "bind::fs:review"


def _form(folder: Path, column: str = OWN, spaces: str = "") -> Path:
    path = folder / "sekolah.md"
    more = " namespaces |" if spaces else ""
    text = FORM.format(column=column, more=more, spaces=f" {spaces} |" if spaces else "")
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("spaces", ["", 'esri="https://esri.example"'])
def test_our_own_columns_need_no_namespace_and_the_phone_gets_one(
    tmp_path: Path, spaces: str
) -> None:
    *_, phone = build_form(_form(tmp_path, spaces=spaces), tmp_path / "out")
    rules = {q.name: (q.rule, q.severity) for q in compile_form(_form(tmp_path)).questions}
    assert rules["cek"] == ("S01", "error")
    header, values = openpyxl.load_workbook(phone)["settings"].iter_rows(values_only=True)
    declared = dict(zip(header, values, strict=True))["namespaces"]
    assert declared == f'{spaces} fs="https://formscan.example/xforms"'.strip()


def test_a_namespace_that_the_author_declares_is_left_alone(tmp_path: Path) -> None:
    mine = 'fs="https://mine.example" esri="https://esri.example"'
    *_, phone = build_form(_form(tmp_path, "bind::esri:fieldType", mine), tmp_path / "out")
    assert mine in next(openpyxl.load_workbook(phone)["settings"].iter_rows(2, values_only=True))


def test_another_prefix_is_named_with_its_column(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match='add esri="https://…"'):
        compile_form(_form(tmp_path, "bind::esri:fieldType"))


def test_a_column_that_no_xml_can_hold_is_told_and_no_crash(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="pyxform says"):
        compile_form(_form(tmp_path, "bind::two words"))
