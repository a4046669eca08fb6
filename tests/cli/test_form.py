from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pypdfium2
import pytest
from click.testing import CliRunner, Result

from formscan.cli import main
from formscan.messages import text
from formscan.templates import identity
from formscan.templates.build import template_json
from formscan.templates.load import load_template
from formscan.templates.model import Field

POSYANDU = Path(__file__).parents[1] / "templates" / "forms" / "posyandu.md"


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "ledger" / "print-runs.jsonl"
    monkeypatch.setattr(identity, "ledger_path", lambda: path)
    return path


def _call(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["--lang", "en", "form", *arguments])


def test_list_and_show() -> None:
    listed = _call("list")
    assert listed.exit_code == 0
    assert "fk23" in listed.output
    shown = _call("show", "fk23")
    assert "83 character boxes, 69 tick boxes" in shown.output
    assert "rows 8 to 14, continuation" in shown.output
    lines = [" ".join(line.split()) for line in shown.output.splitlines()]
    assert "no_kk text (digits) 6+6+4 Family card number" in lines
    assert "anggota.hubungan code 1 hubungan 10. Relation to head" in lines
    assert "hamil tick 2 ticks ya_tidak 3. Pregnant now" in lines
    assert "ttd_kepala signature Signature of head or wife" in lines
    assert "list ya_tidak: 1 Yes, 2 No" in lines
    assert len([line for line in lines if line.startswith("anggota.nama ")]) == 3


def test_show_has_words_for_every_kind_of_field() -> None:
    for name, key in (("kind", "kind"), ("value_type", "value"), ("alphabet", "chars")):
        for word in get_args(Field.model_fields[name].annotation):
            if word != "comb":
                assert text(f"form.{key}_{word}", "en", alphabet="")


def test_print_writes_pages_and_ledger(tmp_path: Path, ledger: Path) -> None:
    pdf = tmp_path / "forms.pdf"
    first = _call(
        "print", "fk23", "--copies", "3", "--sheets", "2", "--area", "3273", "-o", str(pdf)
    )
    assert first.exit_code == 0, first.output
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 12
    document.close()
    assert _call("print", "fk23", "--copies", "1", "--mono", "-o", str(pdf)).exit_code == 0
    runs = identity.read_ledger(ledger)
    assert [(run.first, run.last, run.area) for run in runs] == [
        ("00000001", "00000003", "3273"),
        ("00000004", "00000004", ""),
    ]
    assert runs[0].print_run != runs[1].print_run
    assert runs[0].print_run in first.output


def _printed(form: Path | str, pdf: Path, *more: str) -> tuple[list[bool], str]:
    """Whether each page of the PDF has something on it, and what was said."""
    result = _call("print", str(form), "--copies", "2", "-o", str(pdf), *more)
    assert result.exit_code == 0, result.output
    document = pypdfium2.PdfDocument(pdf)
    filled = [bool(page.get_textpage().get_text_range().strip()) for page in document]
    document.close()
    return filled, result.output


@pytest.mark.usefixtures("ledger")
def test_a_form_of_one_page_is_printed_on_one_side(tmp_path: Path) -> None:
    filled, said = _printed(POSYANDU, tmp_path / "forms.pdf")
    assert filled == [True, True]
    assert "one side only" in said
    assert "both sides" not in said


@pytest.mark.usefixtures("ledger")
def test_a_last_page_without_a_back_gets_an_empty_one(tmp_path: Path) -> None:
    fk23 = load_template("fk23")
    odd = fk23.model_copy(update={"pages": fk23.pages[:3]})
    template = tmp_path / "template.json"
    template.write_text(template_json(odd), encoding="utf-8")
    filled, said = _printed(template, tmp_path / "forms.pdf", "--sheets", "2")
    assert filled == [True, True, True, False] * 2
    assert "both sides" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("--copies", "1", "--area", "99"),
        ("--copies", "2", "--start", "99999999"),
        ("--copies", "1", "--sheets", "3"),
    ],
)
def test_orders_that_cannot_be_meant(
    tmp_path: Path, ledger: Path, arguments: tuple[str, ...]
) -> None:
    result = _call("print", "fk23", *arguments, "-o", str(tmp_path / "x.pdf"))
    assert result.exit_code == 3
    assert not ledger.exists()


def test_build_check_and_schema(tmp_path: Path) -> None:
    assert _call("build", str(POSYANDU), "-o", str(tmp_path)).exit_code == 0
    assert (tmp_path / "posyandu.form.xlsx").is_file()
    assert "no problem" in _call("check", str(tmp_path / "template.json")).output
    assert json.loads(_call("schema").output)["title"] == "Template"
    rows = json.loads(_call("schema", str(tmp_path / "template.json")).output)["$defs"]["posyandu"]
    assert list(rows["properties"])[:2] == ["KEY", "nama_anak"]


def test_check_names_every_problem_and_exits_4(tmp_path: Path) -> None:
    bad = tmp_path / "bad.md"
    text = POSYANDU.read_text(encoding="utf-8")
    bad.write_text(text.replace("| 2+2+4 |", "| 7 |").replace("${imunisasi}", "${x}"), "utf-8")
    result = _call("check", str(bad))
    assert result.exit_code == 4
    assert "a date needs boxes" in result.stderr
    assert "${x} is no question" in result.stderr


def test_an_unknown_importer_lists_the_known(tmp_path: Path) -> None:
    result = _call("import", "nothing", "x.json", "-o", str(tmp_path / "t.json"))
    assert result.exit_code == 4
    assert "omrchecker" in result.stderr


def test_one_page_of_an_imported_form_becomes_a_form_of_its_own(tmp_path: Path) -> None:
    box = "<box><tlx>{0}</tlx><tly>600</tly><brx>{1}</brx><bry>660</bry><value>1</value></box>"
    page = (
        "<page><tlx>180</tlx><tly>180</tly><trx>2300</trx><try>180</try><brx>2300</brx>"
        "<bry>3328</bry><blx>180</blx><bly>3328</bly><boxgroup><type>1</type>"
        f"<varname>{{0}}</varname><sortorder>1</sortorder>{box.format(900, 960)}</boxgroup></page>"
    )
    pages = page.format("satu") + page.format("dua")
    banding = tmp_path / "banding.xml"
    banding.write_text(
        f"<queXF><questionnaire><id>9</id>{pages}</questionnaire></queXF>", encoding="utf-8"
    )
    whole, second = tmp_path / "whole.json", tmp_path / "second.json"
    assert "page 2" in _call("import", "quexf", str(banding), "-o", str(whole)).stderr
    assert _call("import", "quexf", str(banding), "--page", "2", "-o", str(second)).exit_code == 0
    template = json.loads(second.read_text(encoding="utf-8"))
    assert template["form"] == "quexf-9-h2"
    assert [one["name"] for one in template["pages"][0]["fields"]] == ["dua"]
    assert _call("import", "quexf", str(banding), "--page", "3", "-o", str(second)).exit_code == 4
