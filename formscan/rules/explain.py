"""What a problem says to people: which row, which question, what is wrong and what to do.

No sentence holds an answer: identifiers are to be seen in the picture only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from formscan.messages import text
from formscan.record import Problem
from formscan.rules.before import SEEN_BEFORE
from formscan.rules.run import load_rules
from formscan.templates.model import Template
from formscan.templates.question import Labels, Question

__all__ = ["explain", "meaning"]

_PLAIN = frozenset(
    {"required", "constraint", "choice", "type", "not_relevant", "row_gap", "illegible"}
)
_REF = re.compile(r"(?:\w+\[(?P<row>\d+)\]\.)?(?P<name>.+)")


def meaning(code: str, name: str, templates: Sequence[Template], language: str) -> str:
    """What ``code`` says against the question ``name``, "" where nobody knows.

    Args:
        code: As in ``_problems``, ``:confirmed`` or not.
        name: Question, without repeat and row.
        templates: Forms that may have the rule.
        language: ``id`` or ``en``.
    """
    plain = code.removesuffix(":confirmed")
    if plain in load_rules() or plain == SEEN_BEFORE:
        return text(f"rules.{plain}", language)
    for template in templates:
        asked = [one for one in template.questions if one.name == name]
        own = [one for one in asked if plain in {one.rule, "constraint"}]
        for question in (*own, *(one for one in template.questions if one.rule == plain)):
            labels = question.constraint_messages or question.labels
            if question.type == "note" or question.constraint_messages:
                return _in(labels, template, language)
    return text(f"report.code_{plain}", language) if plain in _PLAIN else ""


def explain(problem: Problem, template: Template, language: str) -> str:
    """The whole sentence: ``Baris 2, 2a. NIK: …``."""
    found = _REF.fullmatch(problem.field)
    row, name = (found["row"], found["name"]) if found else (None, problem.field)
    labels = {one.name: _label(one, template, language) for one in template.questions}
    said = meaning(problem.code, name, [template], language)
    key = "rules.at_row" if row else "rules.at_field"
    return text(key, language, row=row, label=labels.get(name) or name, sentence=said)


def _label(question: Question, template: Template, language: str) -> str:
    return _in(question.labels, template, language)


def _in(labels: Labels, template: Template, language: str) -> str:
    return labels.get(language) or labels.get(template.default_language, "")
