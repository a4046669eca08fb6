"""click's own words (Usage, Options, its errors) in the language of the call.

click asks gettext for each of its words at the moment of showing it. Its modules get another
gettext here: one that knows ``messages/click.id.toml``, and the language of this call, which
``--lang`` may have set after click was imported.
"""

from __future__ import annotations

import functools
import sys
import tomllib
from collections.abc import Callable
from importlib import resources

import click  # noqa: F401 - its modules must be there before their words are

__all__ = ["said", "speak_click"]

_MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")


def speak_click(language: Callable[[], str]) -> None:
    """Let click say its words in what ``language`` answers."""

    def one(sentence: str) -> str:
        return said(sentence, language())

    def counted(single: str, several: str, number: int) -> str:
        return one(single if number == 1 else several)

    for name in _MODULES:
        module = sys.modules.get(f"click.{name}")
        for asked, answer in (("_", one), ("ngettext", counted)):
            if hasattr(module, asked):
                setattr(module, asked, answer)


def said(sentence: str, language: str) -> str:
    """A sentence or word of click in ``language``; as it is where it has no translation."""
    return _indonesian().get(sentence, sentence) if language == "id" else sentence


@functools.cache
def _indonesian() -> dict[str, str]:
    source = resources.files("formscan.messages") / "click.id.toml"
    words: dict[str, str] = tomllib.loads(source.read_text(encoding="utf-8"))
    return words
