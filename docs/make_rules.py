"""Write ``docs/rules.md``: the rules of FK23, out of the form itself, with tried examples."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from formscan.messages import text
from formscan.rules import load_rules
from formscan.templates.load import load_template
from formscan.templates.model import Template
from formscan.templates.question import Question

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "tests" / "rules" / "cases.csv"

HEAD = """# The rules of FK23

Made by `make rules` from the form's own definition; a test holds it current. A rule with an id stands in the
XLSForm, so that a phone asks it too. An **error** holds the record back; a **warning** informs, and *looks* opens
an item of review though the value counts meanwhile. A rule waits while an answer that it reads is in review.
Where an answer is missing or out of place, the code says just that: `required`, `not_relevant`.

| rule | severity | question | what it says |
|---|---|---|---|
"""

PYTHON = """
## Rules that one expression cannot say

A question asks for them in the column `bind::fs:check` ([forms](forms.md)). They read the region table, the header of
the batch, and the other records. Where the form's own constraint has refused an answer, they do not say it twice.

| rule | severity | asked for by | what it says |
|---|---|---|---|
"""

ELSEWHERE = """
## Rules of paper and of the batch

| rule | where |
|---|---|
| R34 | a missing page makes the record `incomplete`, with the item `missing_page`; pages join on serial and second evidence |
| R35 | two crosses where one is asked for are `choice`; none where one is needed is `required`; between marked and not marked the field is in review |
| R36 | `duplicate`, within the batch and against the folders of `--against` |
| | `seen_before`, of every form: the folders of `--against` hold no record of the same form, print run and serial |
| R37 | `often_no_nik`, `often_new_year`, `often_round_age`, `often_same`: by enumerator, from 10 families, 30 persons or 50 adults on |
| R20 | `in_area` beside the form's own constraint, where the batch has a header |

## Examples

Each is one valid family with the answers changed that stand in the second column; a test settles all of them.

| rule | written | problem | severity |
|---|---|---|---|
"""


_ANSWER = "Must be answered here, and only here."


def page(template: Template) -> str:
    """The whole page."""
    own = "".join(sorted(_own(question) for question in template.questions if question.rule))
    python = "".join(_python(template))
    return HEAD + own + PYTHON + python + ELSEWHERE + "".join(_examples())


def _own(question: Question) -> str:
    is_note = question.type == "note"
    labels = question.labels if is_note else question.constraint_messages
    asked = "" if is_note else f"`{question.name}`"
    severity = _severity(question.severity or "error", review=question.review)
    return _line(question.rule, severity, asked, labels.get("en", _ANSWER))


def _python(template: Template) -> Iterator[str]:
    for name, rule in sorted(load_rules().items()):
        asking = [
            f"`{question.name}`"
            for question in template.questions
            if name in {check.name for check in question.checks}
        ]
        severity = _severity(rule.severity, review=rule.review)
        yield _line(f"`{name}`", severity, ", ".join(asking), text(f"rules.{name}", "en"))


def _severity(severity: str, *, review: bool) -> str:
    word = {"error": "error", "warn": "warning"}[severity]
    return f"{word}, looks" if review and severity == "warn" else word


def _examples() -> Iterator[str]:
    with EXAMPLES.open(encoding="utf-8", newline="") as stream:
        for case in csv.DictReader(stream):
            word = _severity(case["severity"], review=False)
            yield _line(case["rule"], f"`{case['written']}`", f"`{case['problem']}`", word)


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    (ROOT / "docs" / "rules.md").write_text(page(load_template("fk23")), encoding="utf-8")
