"""What a block needs to know of the form while it is laid out."""

from __future__ import annotations

from dataclasses import dataclass

from formscan.messages import text
from formscan.templates.model import Choice
from formscan.templates.paper import AREAS, PaperRow
from formscan.templates.question import Question
from formscan.templates.skips import Skips

__all__ = ["Block", "Scope"]


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive paper rows under one heading.

    Attributes:
        head: The row that opens it, None for the fields in the header line.
        items: Questions and paper-only fields.
        hint: Text beside the heading.
    """

    head: PaperRow | None
    items: tuple[PaperRow, ...]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """The form around a block."""

    questions: dict[str, Question]
    code_lists: dict[str, tuple[Choice, ...]]
    language: str
    skips: Skips

    def question(self, paper: PaperRow) -> Question | None:
        """The survey row of a paper row, None for paper-only fields."""
        return self.questions.get(paper.name)

    def label(self, paper: PaperRow) -> str:
        """What stands beside the field."""
        question = self.question(paper)
        return paper.short or (self.say(question.labels) if question else "")

    def condition(self, paper: PaperRow) -> str:
        """When the field is filled, and where to go after it; "" for always and onward."""
        when = self.skips.conditions.get(paper.name, "")
        target = self.skips.onward.get(paper.name, "")
        then = text("form.paper_then", self.language, target=target) if target else ""
        return ", ".join(words for words in (when, then) if words)

    def choices(self, paper: PaperRow) -> tuple[Choice, ...]:
        """The code list of a field."""
        question = self.question(paper)
        return self.code_lists.get(question.code_list, ()) if question else ()

    def say(self, labels: dict[str, str]) -> str:
        """A text in the language of the paper, else in any."""
        return labels.get(self.language) or next(iter(labels.values()), "")

    def is_marks(self, paper: PaperRow) -> bool:
        """Whether the row is answered by ticking."""
        question = self.question(paper)
        if question is None or paper.groups or paper.chars in AREAS:
            return False
        return question.type.startswith("select_")

    def is_area(self, paper: PaperRow) -> bool:
        """Whether the row is a free area."""
        return not paper.groups and not self.is_marks(paper)
