"""What is wrong with a form is told in the language of the call, with place and remedy."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from formscan.errors import Sentence, TemplateError, Told
from formscan.templates.build import template_json
from formscan.templates.load import load_template
from formscan.templates.model import Template

CARD = (Path(__file__).parent / "forms" / "posyandu.md").read_text(encoding="utf-8")
ENGLISH = re.compile(
    r"\b(the|write|delete|give|is|are|no|and|or|with|of|at|a|an|correct|stands|unknown|known|sheet"
    r"|row|page|missing|choose|add|must|cannot|only|one|leave|lies|too)\b"
)
FOREIGN = re.compile(r"'[^']*'|`[^`]*`|\([^()]*\)|bind::fs:\w+")
"""Names, cells and other programs' words, which stay as they are."""
PICTURE = "pages[0].reference_png"
CHANGES = (
    ("| text | nama_anak | Nama", "| text | nama anak | Nama"),
    ("select_one vaksin", "select_one vaksinn"),
    ("${imunisasi} = '1'", "${imunisasii} = '1'"),
    (". <= today()", "hari(.)"),
    (". >= 500 and . <= 40000", "regex(., '(?=a)') or . = $x or 1 +"),
    ("| jk | 2 |", "| jk | 1 |"),
    ("2024010101", "2024|01"),
    ("| 2+2+4 |", "| 2+4+4 |"),
    ("| paper |", "| kertas |\n| | a |\n| | b |\n\n| paper |"),
    ("| paper |\n| | name | page |", "| paper |\n| | nama | page |"),
)


def problems_of(file: Path, text: str) -> tuple[Sentence, ...]:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(TemplateError) as caught:
        load_template(str(file))
    return caught.value.problems


def test_every_problem_of_a_definition_is_told_in_both_languages(tmp_path: Path) -> None:
    text = CARD
    for old, new in CHANGES:
        text = text.replace(old, new, 1)
    problems = problems_of(tmp_path / "form.md", text)
    assert len(problems) >= 10
    for problem in problems:
        assert isinstance(problem, Told)
        assert problem.say("en").startswith("sheet ")
        assert problem.say("id").startswith("lembar ")
        bare = FOREIGN.sub("", FOREIGN.sub("", problem.say("id")))
        assert not ENGLISH.search(bare), bare


def without_page(document: Any) -> None:
    document["pages"] = []


def page_twice(document: Any) -> None:
    document["pages"].append({**document["pages"][0], "fields": []})


def circle(document: Any) -> None:
    first, second = document["questions"][1:3]
    first["relevant"], second["calculate"] = f"{second['path']} > 1", f"{first['path']} + 1"


def chain(document: Any) -> None:
    document["questions"] += [
        {
            "name": f"c{n}",
            "path": f"/data/c{n}",
            "type": "calculate",
            "calculate": f"/data/c{n + 1}" if n < 200 else "1",
        }
        for n in range(201)
    ]


def twice(document: Any) -> None:
    document["questions"].append(document["questions"][0])


def reference(png: Callable[[str], str]) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        document["pages"][0]["reference_png"] = png(document["pages"][0]["reference_png"])

    return change


def drawn(width: int, height: int, colour: int = 255) -> str:
    import base64
    import io

    from PIL import Image

    picture = Image.new("L", (width, height), colour)
    picture.putpixel((0, 0), 255)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def anchor(document: Any) -> None:
    box = {"x": 1, "y": 1, "width": 9, "height": 9}
    document["pages"][0]["anchors"].append({"kind": "picture", "box": box, "picture_png": "iVBO"})


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        (reference(lambda png: png[:4000]), PICTURE, "no whole PNG"),
        (reference(lambda png: png[:-400]), PICTURE, "no whole PNG"),
        (reference(lambda png: f"{png[:2000]}AAAA{png[2004:]}"), PICTURE, "no whole PNG"),
        (reference(lambda _: "no Base64"), PICTURE, "not Base64"),
        (reference(lambda _: "aGFsbG8="), PICTURE, "no whole PNG"),
        (reference(lambda _: drawn(600, 210, 200)), PICTURE, "not the shape of a page"),
        (reference(lambda _: drawn(21, 30, 0)), PICTURE, "not the shape of a page"),
        (reference(lambda _: drawn(420, 594)), PICTURE, "of one colour"),
        (reference(lambda _: drawn(9000, 9000, 200)), PICTURE, "for 50 million"),
        (anchor, "pages[0].anchors[4].picture_png", "no whole PNG"),
        (circle, "questions[1]", "each waits for the next"),
        (chain, "questions", "201 questions wait"),
        (twice, "questions[11].name", "stands twice"),
        (page_twice, "pages[1].page", "page 1 stands twice"),
        (without_page, "pages", "the form has no page"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_meant_is_refused_in_both_languages(
    tmp_path: Path, posyandu: Template, change: Callable[[Any], None], place: str, said: str
) -> None:
    document = json.loads(template_json(posyandu))
    change(document)
    problems = problems_of(tmp_path / "template.json", json.dumps(document))
    english = [problem for problem in map(str, problems) if problem.startswith(f"{place}: ")]
    assert any(said in problem for problem in english), problems
    for problem in problems:
        assert isinstance(problem, Told)
        assert problem.say("id") != problem.say("en")


def test_what_has_the_wrong_shape_is_told_in_both_languages(tmp_path: Path) -> None:
    page = {
        "page": 0, "width_mm": "x", "height_mm": 300, "rows": [1], "continuation": "q",
        "fields": [{"name": 3, "kind": "combo", "box": {"x": 1, "y": 1, "width": 0, "height": 1}}],
        "decor": [{"kind": "circle"}],
    }  # fmt: skip
    document = {"form": "9", "version": 1, "pages": [page], "title": [], "colour": "red"}
    problems = problems_of(tmp_path / "bad.json", json.dumps(document))
    told = {problem.say("id").partition(":")[0]: problem for problem in problems if problem}
    assert "'combo' tidak boleh di sini" in told["pages[0].fields[0].kind"].say("id")
    assert "write one of 'mark_group'" in told["pages[0].fields[0].kind"].say("en")
    assert told["pages[0].page"].say("id").endswith("terlalu kecil; tulis 1 atau lebih")
    assert told["colour"].say("id") == "colour: tidak dikenal; hapus atau perbaiki namanya"
    assert told["pages[0].rows[1]"].say("id") == "pages[0].rows[1]: tidak ada; tambahkan"
    assert len(told) == 12


@pytest.mark.parametrize("text", ["{", "not json", '{"form": "a"', "[" * 100_000])
def test_what_is_no_json_is_told_in_both_languages(tmp_path: Path, text: str) -> None:
    (problem,) = problems_of(tmp_path / "bad.json", text)
    assert isinstance(problem, Told)
    assert "bukan JSON" in problem.say("id")
    assert "not JSON" in problem.say("en")
