"""How sure a line of print is: Tesseract's words, a second reader, and what may stand there.

Print is read almost without error and yet not quite, and Tesseract is as sure of its errors as of
the rest. So a line counts by itself only where it is an entry of a closed list, or where it has
the form that its question asks for *and* the second recogniser reads the very same characters.
That one sees no spaces, so a form that allows them is left to a person.
"""

from __future__ import annotations

import re

from formscan.extract.engines.tesseract import PrintedLine
from formscan.extract.handwriting import SuggestedLine
from formscan.extract.listed import best_matches, listed_candidates
from formscan.reading import Candidate
from formscan.templates.model import Field, Template
from formscan.xpath.texts import matches

__all__ = ["weigh_print"]

_SURE = 0.9995
_LEAST_WORD = 0.6
_GAP = 2
_DOUBTED = 0.98
_LONGEST = 200
_REGEX = re.compile(r"regex\(\s*\.\s*,\s*(?:'([^']*)'|\"([^\"]*)\")\s*\)")


def weigh_print(
    line: PrintedLine, second: SuggestedLine | None, field: Field, template: Template
) -> tuple[tuple[Candidate, ...], float]:
    """Candidates, best first, and the confidence in the first; none where nothing is read.

    Args:
        line: What Tesseract says.
        second: What the other recogniser says, None where it is not installed.
        field: What is printed there.
        template: Its form, for the list and the constraint.
    """
    if not line.text:
        return (), 0.0
    choices = template.choices(field)
    if choices:
        sure = _SURE if line.weakest >= _LEAST_WORD else _DOUBTED
        found = best_matches(line.text, choices, template.default_language)
        return listed_candidates(found, line.text, _GAP, sure)
    text = line.text.replace(" ", "") if field.value_type == "integer" else line.text
    agreed = second is not None and _bare(second.text) == _bare(text)
    settled = agreed and line.weakest >= _LEAST_WORD and _as_asked(text, field, template)
    confidence = _SURE if settled else min(line.weakest, _DOUBTED)
    candidates = [Candidate(text, confidence)]
    if second is not None and second.text and not agreed:
        candidates.append(Candidate(second.text, round(0.5 * second.mean, 4)))
    return tuple(candidates), confidence


def _bare(text: str) -> str:
    """Without spaces, which the second recogniser does not see."""
    return text.replace(" ", "")


def _as_asked(text: str, field: Field, template: Template) -> bool:
    """Whether the line has the form that its question asks for; free text has none."""
    if field.value_type == "integer":
        return text.isascii() and text.isdecimal()
    asked = next((q.constraint for q in template.questions if q.name == field.name), "")
    found = _REGEX.search(asked)
    pattern = (found[1] or found[2]) if found else ""
    if not pattern or len(text) > _LONGEST or not matches(text, pattern):
        return False
    return " " not in text and not matches(f"{text[:1]} {text[1:]}", pattern)
