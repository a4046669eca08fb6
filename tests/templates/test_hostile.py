"""A definition may be as bad as it likes: it is refused with a remedy, and soon."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest

from formscan.errors import TemplateError
from formscan.templates.compile import compile_form
from formscan.xpath import parse
from formscan.xpath.texts import matches

CARD = (Path(__file__).parent / "forms" / "posyandu.md").read_text(encoding="utf-8")
SECONDS = 60.0


def with_rows(*rows: str) -> str:
    """The card with more survey rows of type, name, relevant, constraint, calculation."""
    lines = []
    for row in rows:
        kind, name, relevant, constraint, calculation = (cell.strip() for cell in row.split(";"))
        lines.append(
            f"| | {kind} | {name} | x | x |  | {relevant} | {constraint} |  | {calculation} |\n"
        )
    text = CARD.replace("| parameters |", "| parameters | calculation |", 1)
    first = "| | text | nama_anak"
    return text.replace(first, "".join(lines) + first, 1)


def constraint(text: str) -> str:
    return CARD.replace(". >= 500 and . <= 40000", text, 1)


def paper(old: str, new: str) -> str:
    assert old in CARD
    return CARD.replace(old, new, 1)


def refusal(folder: Path, text: str) -> str:
    file = folder / "hostile.md"
    file.write_text(text, encoding="utf-8")
    start = time.perf_counter()
    with pytest.raises(TemplateError) as caught:
        compile_form(file)
    assert time.perf_counter() - start < SECONDS
    return "\n".join(map(str, caught.value.problems))


DEAR = " + ".join(["count(/data/*[. = /data/*/*])"] * 30)
UNKNOWN = " + ".join(f"zz{n}()" for n in range(400))
CHAIN = [f"calculate; c{n}; ; ; ${{c{n + 1}}} + 1" for n in range(200)] + ["calculate; c200;;;1"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (with_rows(*(f"text; q{n};;;" for n in range(20_000))), "more than 1000 rows"),
        (with_rows("text; q;;" + "1 + " * 4000 + "1;"), "a cell of"),
        (CARD.replace("| survey |\n", "| survey |\n| |" + " x |" * 5000 + "\n"), "100 columns"),
        (CARD.replace("BCG", "B\x1bG", 1), "row 6: holds U+001B, which is no text; delete it"),
        (paper("| | @block |  |  |  |  | Identitas |  |  |  |  |  |  |  |\n", ""),
         "row 7 (jk): stands before the first block"),
        (constraint("(" * 1500 + "1" + ")" * 1500), "too deeply"),
        (constraint("not(" * 900 + "1" + ")" * 900), "too deeply"),
        (constraint(" + ".join(["1"] * 1900)), "too deeply"),
        (constraint("-" * 3000 + "1"), "too deeply"),
        (constraint("/data" + "[1" * 1000 + "]" * 1000), "too deeply"),
        (constraint("/a" * 3000), "too deeply"),
        (constraint("${" + " " * 7000), "not an XPath expression"),
        (constraint("${a " * 1900), "not an XPath expression"),
        (constraint("regex(., '^(a{1000}){1000}$')"), "cannot be used"),
        (constraint("regex(., '^(a+$')"), "cannot be used"),
        (constraint(r"regex(., '^(a+)\1$')"), "cannot be used"),
        (constraint("regex(., concat('^', '(a+)+'))"), "pattern in quotes"),
        (constraint("count(/data[" * 6 + "1 = 1" + "] ) > 0" * 6), "multiply"),
        (constraint("/data/*/* = /data/*/* and " * 90 + "1"), "steps for one record"),
        (with_rows(*(f"calculate; c{n};;; {DEAR}" for n in range(150))), "rules together take"),
        (with_rows(*(f"text; q{n};; regex({' ' * 7000}x;" for n in range(150))), "not an XPath"),
        (with_rows(*(f"text; q{n};; {UNKNOWN};" for n in range(30))), "is not known"),
        (constraint("count(1)"), "needs a path such as"),
        (with_rows("calculate; a;;; ${b}", "calculate; b;;; ${c}", "calculate; c;;; ${a}"),
         "a → b → c → a"),
        (with_rows("integer; a; ${b} = 1;;", "integer; b; ${a} = 1;;"), "a → b → a"),
        (with_rows("calculate; a;;; ${a} + 1"), "a → a"),
        (with_rows(*CHAIN), "201 questions wait"),
        (paper("| berat_gram |  |  | 5 |", "| berat_gram |  |  | 99+99+99 |"), "60"),
        (paper("| nama_anak |  | 1 | 30 |", "| nama_anak |  | 1 | " + "9+" * 3000 + "9 |"), "60"),
    ],
    ids=lambda value: value[:20] if len(value) < 40 else "-",
)  # fmt: skip
def test_a_hostile_definition_is_refused_soon(tmp_path: Path, text: str, said: str) -> None:
    told = refusal(tmp_path, text)
    assert said in told
    assert "sheet" in told


def test_a_roster_that_no_sheet_can_hold(tmp_path: Path) -> None:
    register = Path(__file__).parents[2] / "formscan/templates/library/posyandu/posyandu.md"
    text = register.read_text(encoding="utf-8")
    assert "a sheet is long enough for 100" in refusal(tmp_path, text.replace("1-20", "1-99999"))
    text = text.replace("1-20", "1-100")
    assert "mm too long" in refusal(tmp_path, text)
    wide = text.replace("| nama |  | 1 |  | tulisan |", "| nama |  | 1 | 50 | nama |")
    assert "fewer than 3000" in refusal(tmp_path, wide)


def test_a_packed_bomb_is_not_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (80 << 20))
    start = time.perf_counter()
    with pytest.raises(TemplateError, match="80 MB when unpacked"):
        compile_form(file)
    assert time.perf_counter() - start < SECONDS


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    file = tmp_path / "form.md"
    file.write_bytes(b"| survey |\n\xff\xfe")
    with pytest.raises(TemplateError, match="save the file as UTF-8"):
        compile_form(file)


def test_no_pattern_can_hang_a_run() -> None:
    start = time.perf_counter()
    assert not matches("a" * 20_000 + "!", "^(a+)+$")
    assert not matches("a" * 20_000 + "!", "^(a|a)*$")
    assert matches("Siti Aminah", r"^[A-Za-z]+( [A-Za-z]+)*$")
    assert time.perf_counter() - start < SECONDS


def test_no_text_can_fill_the_memory() -> None:
    import datetime as dt

    from formscan.xpath import Node

    leaf, doubled = Node("a", text="ha " * 1000), parse("concat(., ., ., ., .)")
    for _ in range(40):
        leaf.text = doubled.text_at(leaf, dt.date(2024, 1, 1))
    assert len(leaf.text) == 10_000


def test_the_deepest_expression_that_is_allowed_can_be_evaluated() -> None:
    import datetime as dt

    from formscan.xpath import Node

    text = "not(" * 90 + "true()" + ")" * 90
    assert parse(text).holds_at(Node("a"), dt.date(2024, 1, 1))
    equal = "(1 = " * 45 + "1" + ")" * 45
    assert parse(equal).holds_at(Node("a"), dt.date(2024, 1, 1))
    text = " + ".join(["1"] * 95)
    assert parse(text).text_at(Node("a"), dt.date(2024, 1, 1)) == "95"


def test_everything_is_told_at_once_with_sheet_row_and_remedy(tmp_path: Path) -> None:
    text = CARD.replace("| text | nama_anak | Nama", "| text | nama anak | Nama")
    text = text.replace("select_one vaksin", "select_one vaksinn")
    text = text.replace("${imunisasi} = '1'", "${imunisasii} = '1'")
    text = text.replace(". <= today()", "hari(.)")
    text = text.replace("| jk | 2 |", "| jk | 1 |").replace("2024010101", "2024|01")
    text = text.replace("| 2+2+4 |", "| 2+4+4 |")
    told = refusal(tmp_path, text)
    for line in (
        "sheet survey, row 2: name 'nama anak': write letters",
        "sheet survey, row 8: no list 'vaksinn' in sheet choices (did you mean 'vaksin'?)",
        "sheet survey, row 8, relevant: ${imunisasii} is no question",
        "sheet survey, row 3, constraint: function hari() is not known",
        "sheet choices, row 3: '1' stands in row 2 already; delete one",
        "sheet paper, row 7 (tgl_lahir): a date needs boxes 2+2+4",
        "sheet paper, row 6 (nama_anak): the survey has no question of that name",
    ):
        assert line in told
    assert all(line.startswith("sheet ") for line in told.splitlines()), told


def test_what_does_not_fit_is_told_beside_what_is_wrong(tmp_path: Path) -> None:
    text = CARD.replace("${imunisasi} = '1'", "${imunisasii} = '1'")
    told = refusal(tmp_path, text.replace("| nama_anak |  | 1 | 30 |", "| nama_anak |  | 1 | 50 |"))
    assert "${imunisasii} is no question" in told
    assert "sheet paper, page 1, row 6 (nama_anak): runs over the edge of the sheet" in told
