"""The errors of formscan, and the exit code of each.

    FormscanError
    ├── SettingsError            3  a setting or option that cannot be meant
    ├── TemplateError            4  a form definition, template or table that cannot be used
    ├── NoPageError              5  not one page of the input could be decoded
    ├── MissingProgramError      6  a program or package that this step needs is not installed
    ├── StoreError               7  the store or the output folder cannot be written
    └── PageError                   one page went wrong: a review item, never the end of a batch
        ├── UnreadableScanError     the file cannot be decoded
        ├── UnidentifiedPageError   no known form on the page
        └── RegistrationError       the page cannot be aligned to its template

Wrong set-up raises before page one. A wrong page becomes a row of ``pages.csv`` with a
``reason``. A doubtful field is never an exception.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import ClassVar

from formscan.messages import LANGUAGES, text

__all__ = [
    "ExitCode",
    "FormscanError",
    "MissingProgramError",
    "NoPageError",
    "PageError",
    "RegistrationError",
    "Sentence",
    "SettingsError",
    "StoreError",
    "TemplateError",
    "Told",
    "UnidentifiedPageError",
    "UnreadableScanError",
    "in_each_language",
    "spoken",
    "told",
]


@dataclass(frozen=True, slots=True)
class Told:
    """A message that can be said in each language: a key of the catalogues and its blanks.

    A blank may be filled with another message, which is said in the same language.
    """

    key: str
    values: tuple[tuple[str, str | Told], ...] = ()

    def say(self, language: str) -> str:
        """The sentence in ``language``."""
        filled = {name: spoken(value, language) for name, value in self.values}
        return text(self.key, language, **filled)

    def __str__(self) -> str:
        return self.say("en")


Sentence = str | Told
"""What an error tells: English only, or in each language."""


def told(key: str, /, **values: object) -> Told:
    """The message ``key`` with its blanks filled, for ``raise StoreError(told(...))``."""
    filled = ((n, v if isinstance(v, Told) else str(v)) for n, v in values.items())
    return Told(key, tuple(filled))


def spoken(sentence: Sentence, language: str) -> str:
    """``sentence`` in ``language`` where it is known in it."""
    return sentence.say(language) if isinstance(sentence, Told) else sentence


def in_each_language(sentence: Sentence) -> dict[str, str]:
    """Language to ``sentence``, for what is kept and shown later."""
    return {language: spoken(sentence, language) for language in LANGUAGES}


class ExitCode(enum.IntEnum):
    """What the ``formscan`` command returns to the shell."""

    FINISHED = 0
    USAGE = 2
    SETTINGS = 3
    TEMPLATE = 4
    NO_PAGE = 5
    MISSING_PROGRAM = 6
    STORE = 7
    INTERRUPTED = 130


class FormscanError(Exception):
    """Base of all errors; all arguments go to ``super().__init__`` so that it pickles.

    The first argument is a sentence, or a ``Told``, which can be said in each language.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.SETTINGS

    def say(self, language: str) -> str:
        """The message in ``language`` where it is known in it, else in English."""
        first = self.args[0] if self.args else ""
        return first.say(language) if isinstance(first, Told) else str(self)

    def __str__(self) -> str:
        first = self.args[0] if self.args else ""
        return str(first) if isinstance(first, Told) else super().__str__()


class SettingsError(FormscanError):
    """A setting or option that cannot be meant."""

    exit_code = ExitCode.SETTINGS


class TemplateError(FormscanError):
    """A form definition, template or lookup table that cannot be used.

    Attributes:
        source: The file or form id that was read.
        problems: Every problem found, each with its place in the file and the remedy.
    """

    exit_code = ExitCode.TEMPLATE

    def __init__(self, source: str, problems: tuple[Sentence, ...]) -> None:
        super().__init__(source, problems)
        self.source = source
        self.problems = problems

    def say(self, language: str) -> str:
        """Every problem in ``language``, one a line."""
        said = [spoken(problem, language) for problem in self.problems]
        if len(said) == 1:
            return f"{self.source}: {said[0]}"
        head = text("cli.problems", language, source=self.source, number=len(said))
        return "\n".join([head, *(f"  - {problem}" for problem in said)])

    def __str__(self) -> str:
        return self.say("en")


class NoPageError(FormscanError):
    """Not one page of the input could be decoded."""

    exit_code = ExitCode.NO_PAGE


class MissingProgramError(FormscanError):
    """A program or package that this step needs is not installed."""

    exit_code = ExitCode.MISSING_PROGRAM


class StoreError(FormscanError):
    """The store or the output folder cannot be opened, locked or written."""

    exit_code = ExitCode.STORE


class PageError(FormscanError):
    """One page went wrong.

    Attributes:
        reason: A word of the closed list ``formscan.page.PAGE_REASONS``.
        detail: What was found, what was expected, and what to do.
    """

    exit_code = ExitCode.NO_PAGE

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


class UnreadableScanError(PageError):
    """The file cannot be decoded: damaged, empty, encrypted, too large or not a picture."""


class UnidentifiedPageError(PageError):
    """No known form on the page, or a form version that is not loaded."""


class RegistrationError(PageError):
    """The page cannot be aligned to its template within the allowed residual."""
