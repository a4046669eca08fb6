from __future__ import annotations

from importlib import resources
from pathlib import Path

import openpyxl
import pypdfium2
from pyxform.xls2xform import convert

from formscan.templates.build import build_form
from formscan.templates.compile import compile_form
from formscan.templates.load import load_template
from formscan.templates.workbook import read_workbook
from formscan.templates.xform import convert as convert_book

FK23 = Path(str(resources.files("formscan.templates").joinpath("library/fk23/fk23.md")))


def test_build_writes_template_blank_and_xlsform(tmp_path: Path) -> None:
    files = build_form(FK23, tmp_path / "out")
    assert [file.name for file in files] == ["template.json", "blank.pdf", "fk23.form.xlsx"]
    assert load_template(str(files[0])) == compile_form(FK23)
    document = pypdfium2.PdfDocument(files[1])
    assert len(document) == 4
    document.close()


def test_the_phone_form_is_text_only_and_makes_the_same_xform(tmp_path: Path) -> None:
    xlsx = build_form(FK23, tmp_path)[2]
    book = openpyxl.load_workbook(xlsx)
    assert book.sheetnames == ["survey", "choices", "settings"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    warnings: list[str] = []
    made = convert(str(xlsx), warnings=warnings, form_name="data", validate=False)
    assert warnings == []
    assert made.xform == convert_book(read_workbook(FK23)).xml


def test_building_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    definition = Path(__file__).parent / "forms" / "posyandu.md"
    first, second = build_form(definition, tmp_path / "a"), build_form(definition, tmp_path / "b")
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in second]
