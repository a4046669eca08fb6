from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from formscan.errors import TemplateError
from formscan.templates.compile import compile_form
from formscan.templates.model import Template
from formscan.templates.workbook import read_workbook

POSYANDU = Path(__file__).parent / "forms" / "posyandu.md"
SHEETS = ("survey", "choices", "settings", "paper")

Tables = dict[str, list[list[str]]]


def _tables() -> Tables:
    book = read_workbook(POSYANDU)
    return {
        name: [
            list(book.sheets[name].header),
            *([row.cells.get(c, "") for c in book.sheets[name].header] for row in book.rows(name)),
        ]
        for name in SHEETS
    }


def _write(tables: Tables, path: Path) -> Path:
    lines = []
    for name, rows in tables.items():
        lines.append(f"| {name} |")
        for row in rows:
            cells = [cell.replace("|", "\\|") for cell in row]
            lines.append(f"| | {' | '.join(cells)} |")
        lines.append("")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _set(tables: Tables, sheet: str, key: str, column: str, value: str) -> None:
    header, *rows = tables[sheet]
    at = "list_name" if sheet == "choices" else "name"
    for row in rows:
        if sheet == "settings" or row[header.index(at)] == key:
            row[header.index(column)] = value
            return
    raise AssertionError(key)


def _problems(tables: Tables, tmp_path: Path) -> tuple[str, ...]:
    with pytest.raises(TemplateError) as caught:
        compile_form(_write(tables, tmp_path / "form.md"))
    return tuple(map(str, caught.value.problems))


def test_a_definition_survives_the_round_trip(tmp_path: Path, posyandu: Template) -> None:
    assert compile_form(_write(_tables(), tmp_path / "form.md")) == posyandu


def test_xlsx_says_the_same_as_markdown(tmp_path: Path, posyandu: Template) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in _tables().items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([cell or None for cell in row])
    book.save(tmp_path / "form.xlsx")
    assert compile_form(tmp_path / "form.xlsx") == posyandu


def test_binds_come_from_pyxform(posyandu: Template) -> None:
    questions = {question.name: question for question in posyandu.questions}
    vaccine = questions["vaksin"]
    assert vaccine.path == "/data/periksa/vaksin"
    assert vaccine.relevant == "/data/periksa/imunisasi  = '1'"
    assert vaccine.required == "true()"
    assert vaccine.code_list == "vaksin"
    assert questions["periksa"].type == "group"
    assert questions["berat_gram"].labels == {
        "id": "1. Berat badan (gram)",
        "en": "1. Weight (grams)",
    }


def test_all_problems_are_reported_at_once_with_sheet_and_row(tmp_path: Path) -> None:
    tables = _tables()
    _set(tables, "survey", "jk", "type", "select_one jenis")
    _set(tables, "survey", "vaksin", "relevant", "${imunisas} = '1'")
    _set(tables, "survey", "berat_gram", "type", "intger")
    _set(tables, "paper", "berat_gram", "boxes", "5 kotak")
    _set(tables, "paper", "ttd", "w_mm", "lebar")
    _set(tables, "settings", "", "version", "")
    tables["survei"] = [["type", "name"], ["text", "x"]]
    problems = _problems(tables, tmp_path)
    assert len(problems) >= 7
    text = "\n".join(problems)
    for wanted in (
        "sheet survey, row 4: no list 'jenis'",
        "sheet survey, row 8, relevant: ${imunisas} is no question",
        "sheet survey, row 6: type 'intger' is unknown (did you mean 'integer'?)",
        "boxes '5 kotak'",
        "w_mm 'lebar'",
        "version ''",
        "sheet 'survei' is unknown and would be dropped (did you mean 'survey'?)",
    ):
        assert wanted in text


@pytest.mark.parametrize(
    ("sheet", "key", "column", "value", "wanted"),
    [
        ("survey", "nama_anak", "constraint", "regex(., '[A-Z]+')", "begin it with ^"),
        ("survey", "nama_anak", "constraint", "regeks(., '^[A-Z]+$')", "regeks"),
        ("survey", "nama_anak", "constraint", ". = (", "row 2, constraint"),
        ("survey", "nama_anak", "name", "nama anak", "name 'nama anak'"),
        ("survey", "tgl_lahir", "name", "nama_anak", "stands in row 2 already"),
        ("survey", "periksa", "type", "begin_repeat", "end_group closes begin_repeat of row 5"),
        ("survey", "ttd", "type", "note", "a note row has no place on paper"),
        ("choices", "jk", "name", "2", "stands in row"),
        ("choices", "jk", "name", "1 a", "has a blank"),
        ("choices", "vaksin", "name", "01", "write '02', as text"),
        ("settings", "", "form_id", "1 form", "form_id '1 form'"),
        ("settings", "", "form_id", "Review", "name of a table of every batch"),
        ("survey", "ttd", "name", "KEY", "a column of every table"),
        ("settings", "", "orientation", "tegak", "write landscape or portrait"),
        ("paper", "tgl_lahir", "boxes", "7", "a date needs boxes 2+2+4"),
        ("paper", "berat_gram", "boxes", "", "a number needs boxes"),
        ("paper", "keluhan", "boxes", "4", "leave `boxes` empty"),
        ("paper", "nama_anak", "chars", "kanji", "chars 'kanji' is unknown"),
        ("paper", "jk", "name", "jkk", "did you mean 'jk'?"),
        ("paper", "jk", "name", "@judul", "unknown print row"),
        ("paper", "jk", "page", "satu", "page 'satu'"),
        ("paper", "jk", "rows", "1", "rows '1': write first-last"),
        ("paper", "jk", "col", "tengah", "col 'tengah' is unknown"),
        ("paper", "nama_anak", "boxes", "60", "runs over the edge of the sheet"),
        ("paper", "ttd", "h_mm", "280", "mm too long"),
    ],
)
def test_each_trap_has_its_remedy(
    tmp_path: Path, sheet: str, key: str, column: str, value: str, wanted: str
) -> None:
    tables = _tables()
    _set(tables, sheet, key, column, value)
    assert wanted in "\n".join(_problems(tables, tmp_path))


@pytest.mark.parametrize(
    ("sheet", "column", "wanted"),
    [
        ("survey", "relevan", "did you mean 'relevant'"),
        ("choices", "labell", "did you mean 'label'"),
        ("settings", "versi", "did you mean 'version'"),
        ("paper", "box", "did you mean 'boxes'"),
    ],
)
def test_columns_that_would_be_dropped_are_named(
    tmp_path: Path, sheet: str, column: str, wanted: str
) -> None:
    tables = _tables()
    for number, row in enumerate(tables[sheet]):
        row.append("" if number else column)
    assert wanted in "\n".join(_problems(tables, tmp_path))


ROSTER = """\
| survey |
| | type | name | label::Indonesia (id) | calculation |
| | begin_repeat | anggota | Anggota |  |
| | integer | umur | 1. Umur |  |
| | integer | kode_ibu | 2. Ibu |  |
| | calculate | hitung |  | {calculation} |
| | end_repeat |  |  |  |

| settings |
| | form_id | version | default_language |
| | kecil | 1 | Indonesia (id) |

| paper |
| | name | page | line | boxes | short | rows |
| | anggota | 1 |  |  |  | {rows} |
| | umur |  | 1 | 2 |  |  |
| | kode_ibu |  | 1 | {boxes} |  |  |
"""


def _roster(tmp_path: Path, calculation: str = "1", rows: str = "1-4", boxes: str = "2") -> Path:
    path = tmp_path / "roster.md"
    text = ROSTER.format(calculation=calculation, rows=rows, boxes=boxes)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_roster_in_one_line(tmp_path: Path) -> None:
    page = compile_form(_roster(tmp_path)).pages[0]
    assert page.rows == (1, 4)
    assert [(f.name, f.row, f.repeat) for f in page.fields[:2]] == [
        ("umur", 1, "anggota"),
        ("kode_ibu", 1, "anggota"),
    ]


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        ({"calculation": "count(${anggota})"}, "is 1 on a phone"),
        ({"calculation": "indexed-repeat(${umur}, ${anggota}, ${kode_ibu})"}, "guard it"),
        (
            {
                "calculation": "if(${kode_ibu} > 0, indexed-repeat(${umur}, ${anggota}, 1) + "
                "indexed-repeat(${umur}, ${anggota}, 2), '')"
            },
            "its own calculate row",
        ),
        ({"rows": ""}, "say which `rows`"),
        ({"boxes": ""}, "needs boxes"),
    ],
)
def test_traps_of_rosters(tmp_path: Path, change: dict[str, str], wanted: str) -> None:
    with pytest.raises(TemplateError) as caught:
        compile_form(_roster(tmp_path, **change))
    assert wanted in "\n".join(map(str, caught.value.problems))


def test_a_constraint_on_a_later_question_is_warned_of(tmp_path: Path) -> None:
    tables = _tables()
    _set(tables, "survey", "nama_anak", "constraint", "${berat_gram} > 0")
    template = compile_form(_write(tables, tmp_path / "form.md"))
    for language, words in (("en", "asked later (row 6)"), ("id", "ditanyakan kemudian (baris 6)")):
        assert any(words in warning[language] for warning in template.warnings)


def test_millimetres_override_the_flow(tmp_path: Path) -> None:
    tables = _tables()
    for column, value in (("x_mm", "100"), ("y_mm", "200.5")):
        _set(tables, "paper", "ttd", column, value)
    page = compile_form(_write(tables, tmp_path / "form.md")).pages[0]
    area = next(field for field in page.fields if field.name == "ttd").box
    assert (area.x, area.y, area.width, area.height) == (100.0, 200.5, 60.0, 18.0)


def test_two_fields_in_one_place_are_refused(tmp_path: Path) -> None:
    tables = _tables()
    for column, value in (("x_mm", "12"), ("y_mm", "38")):
        _set(tables, "paper", "ttd", column, value)
    assert any("lies on" in problem for problem in _problems(tables, tmp_path))


def test_paper_speaks_the_forms_own_language(tmp_path: Path) -> None:
    tables = _tables()
    _set(tables, "settings", "", "default_language", "English (en)")
    template = compile_form(_write(tables, tmp_path / "form.md"))
    texts = {item.text for item in template.pages[0].decor if item.kind == "text"}
    assert {"Child's name", "No → 4", "(if 2 = Yes)", "Serial {serial}-{check}"} <= texts
