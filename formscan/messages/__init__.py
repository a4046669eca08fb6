"""Texts for people, in Indonesian and English.

One TOML file per language and area: ``messages/id/run.toml`` holds the keys ``run.*``.
A text may contain ``{names}`` that the caller fills; ``{number:page|pages}`` is the number and the
noun that goes with it. Both languages hold the same keys.
"""

from __future__ import annotations

import functools
import string
import tomllib
from importlib import resources
from typing import Any

__all__ = ["LANGUAGES", "text"]

LANGUAGES = ("id", "en")


def text(key: str, language: str = "id", /, **values: object) -> str:
    """The text for ``area.name`` in ``language``, filled with ``values``.

    Raises:
        KeyError: There is no such key; the tests hold both catalogues complete.
    """
    area, _, name = key.partition(".")
    template = _catalogue(area, language if language in LANGUAGES else "en")[name]
    return _Filled().format(template, **values) if values else template


class _Filled(string.Formatter):
    """``str.format`` that knows one from many."""

    def format_field(self, value: Any, format_spec: str) -> str:
        one, several, many = format_spec.partition("|")
        if not several:
            return str(super().format_field(value, format_spec))
        return f"{value} {one if str(value) == '1' else many}"


@functools.cache
def _catalogue(area: str, language: str) -> dict[str, str]:
    source = resources.files(__name__).joinpath(language, f"{area}.toml")
    catalogue: dict[str, str] = tomllib.loads(source.read_text(encoding="utf-8"))
    return catalogue
