from __future__ import annotations

import json
from pathlib import Path

import pytest

from formscan.errors import TemplateError
from formscan.templates.build import template_json
from formscan.templates.load import library, load_template
from formscan.templates.model import Template

POSYANDU = Path(__file__).parent / "forms" / "posyandu.md"


def test_the_library_form_loads() -> None:
    assert "fk23" in library()
    template = load_template("fk23")
    assert template.form == "fk23"
    assert [layout.page for layout in template.pages] == [1, 2, 3, 4]


def test_a_stored_template_comes_back_the_same(tmp_path: Path, posyandu: Template) -> None:
    file = tmp_path / "template.json"
    file.write_text(template_json(posyandu), encoding="utf-8")
    loaded = load_template(str(file))
    assert loaded == posyandu
    assert loaded.sha256() == posyandu.sha256()


def test_a_definition_is_compiled_on_the_spot(posyandu: Template) -> None:
    assert load_template(str(POSYANDU)) == posyandu


def test_every_problem_of_a_template_is_named_with_its_path(tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    page = {"page": 0, "width_mm": 210, "height_mm": "x", "fields": [{"name": "a"}]}
    file.write_text(json.dumps({"form": "9", "version": "1", "pages": [page]}), encoding="utf-8")
    with pytest.raises(TemplateError) as caught:
        load_template(str(file))
    places = {str(problem).partition(":")[0] for problem in caught.value.problems}
    assert {"form", "pages[0].page", "pages[0].height_mm", "pages[0].fields[0].kind"} <= places


@pytest.mark.parametrize("text", ["", "not json", "[]"])
def test_what_is_no_template_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(TemplateError):
        load_template(str(file))


def test_an_unknown_name_tells_what_there_is() -> None:
    with pytest.raises(TemplateError, match="fk23"):
        load_template("fk24")


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("pages", 0, "width_mm"), -5, "pages[0].width_mm: -5 is no size of a sheet"),
        (("pages", 0, "height_mm"), float("nan"), "pages[0].height_mm: nan is no size"),
        (("pages", 0, "fields", 0, "box", "x"), 1e300, "lies outside the page"),
        (("pages", 0, "fields", 0, "code_list"), "none", "there is no list 'none'"),
        (("questions", 1, "constraint"), "evil(.)", "questions[1].constraint: "),
        (("questions", 1, "relevant"), "(" * 20000 + "1" + ")" * 20000, "questions[1].relevant: "),
        (("questions", 1, "name"), "_status", "a column of every table"),
        (("questions", 1, "path"), "nama", "questions[1].path: 'nama' is no path"),
        (("complete_with_page_1",), "regex(., '(?=a)')", "complete_with_page_1: regex"),
        (("tables",), [{"name": "wilayah", "sha256": "0" * 64}], "another edition"),
        (("tables",), [{"name": "desa", "sha256": "0" * 64}], "table 'desa' is not known"),
        (("form",), "Pages", "name of a table of every batch"),
    ],
)
def test_a_template_of_the_right_shape_may_still_be_wrong(
    tmp_path: Path, posyandu: Template, path: tuple[str | int, ...], value: object, said: str
) -> None:
    document = json.loads(template_json(posyandu))
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    file = tmp_path / "bad.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(TemplateError) as caught:
        load_template(str(file))
    assert said in "\n".join(map(str, caught.value.problems))
