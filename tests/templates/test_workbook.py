from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formscan.errors import TemplateError
from formscan.templates.workbook import read_workbook


def _markdown(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "form.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_are_counted_as_a_spreadsheet_counts(tmp_path: Path) -> None:
    book = read_workbook(_markdown(tmp_path, "| survey |\n| | type | name |\n| | text | a |\n"))
    assert [(row.number, row.cells) for row in book.rows("survey")] == [
        (2, {"type": "text", "name": "a"})
    ]
    assert book.problems == ()


def test_a_ruler_with_blanks_would_lose_the_form(tmp_path: Path) -> None:
    text = "| survey |\n| --- | --- |\n| | type | name |\n| | text | a |\n"
    assert "ruler" in read_workbook(_markdown(tmp_path, text)).problems[0].say("en")


def test_an_unescaped_bar_is_named(tmp_path: Path) -> None:
    text = "| survey |\n| | type | constraint |\n| | text | regex(., '^(a|b)$') |\n"
    (problem,) = map(str, read_workbook(_markdown(tmp_path, text)).problems)
    assert "row 2" in problem
    assert "\\|" in problem


def test_dates_of_a_spreadsheet_are_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "paper"
    sheet.append(["name", "boxes"])
    sheet.append(["tgl", dt.date(2024, 2, 1)])
    sheet.append(["kode", 2.0])
    book.save(tmp_path / "form.xlsx")
    found = read_workbook(tmp_path / "form.xlsx")
    assert "made a date of it" in found.problems[0].say("en")
    assert found.rows("paper")[1].cells["boxes"] == "2"


@pytest.mark.parametrize("name", ["missing.md", "form.docx", "broken.xlsx"])
def test_other_files_are_refused(tmp_path: Path, name: str) -> None:
    if not name.startswith("missing"):
        (tmp_path / name).write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(TemplateError):
        read_workbook(tmp_path / name)


CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]), max_size=12
).filter(lambda text: "\\" not in text and not set(text) <= set(":-"))


@given(st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=5))
def test_any_cell_survives_markdown(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    lines = ["| survey |", "| | one | two |"]
    lines += [f"| | {' | '.join(cell.replace('|', chr(92) + '|') for cell in r)} |" for r in rows]
    path = tmp_path_factory.mktemp("md") / "form.md"
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    read = [[row.cells.get("one", ""), row.cells.get("two", "")]
            for row in read_workbook(path).rows("survey")]  # fmt: skip
    wanted = [row for row in rows if any(row)]
    assert read == wanted
