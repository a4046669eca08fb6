"""Templates by name or path: the library, ``template.json``, or a form compiled on the spot."""

from __future__ import annotations

import functools
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from formscan.errors import TemplateError, told
from formscan.templates.model import Template
from formscan.templates.shape import misshapen
from formscan.templates.soundness import unsound

__all__ = ["library", "load_template", "parse_template"]

_DEFINITIONS = (".md", ".xlsx")
_MAX_BYTES = 32 * 1024 * 1024
"""Four pages with their pictures take 400 KB."""


def library() -> tuple[str, ...]:
    """Ids of the forms that come with the package, in order."""
    root = resources.files("formscan.templates").joinpath("library")
    return tuple(
        sorted(
            folder.name
            for folder in root.iterdir()
            if folder.is_dir() and folder.joinpath("template.json").is_file()
        )
    )


def load_template(source: str) -> Template:
    """A template by library id, or from a ``template.json``, ``.md`` or ``.xlsx`` file.

    Raises:
        TemplateError: There is no such form, or the file has problems: all of them are named.
    """
    if source in library():
        return _from_library(source)
    path = Path(source)
    if not path.exists():
        names = ", ".join(library())
        raise TemplateError(source, (told("template.unknown", names=names),))
    if path.suffix.lower() in _DEFINITIONS:
        from formscan.templates.compile import compile_form

        return compile_form(path)
    template = parse_template(_text(path), source)
    if problems := unsound(template):
        raise TemplateError(source, tuple(problems))
    return template


def parse_template(text: str, source: str) -> Template:
    """Check the JSON of a template; every problem is reported with the path to it."""
    try:
        return Template.model_validate_json(text)
    except ValidationError as error:
        problems = [misshapen(one) for one in error.errors(include_url=False)]
        raise TemplateError(source, tuple(problems)) from error


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise TemplateError(str(path), (told("template.large_file", most=_MAX_BYTES >> 20),))
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(str(path), (told("template.unreadable", why=error),)) from error


@functools.cache
def _from_library(form: str) -> Template:
    file = resources.files("formscan.templates").joinpath("library", form, "template.json")
    return parse_template(file.read_text(encoding="utf-8"), form)
