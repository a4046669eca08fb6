"""Templates by name or path: the library, ``template.json``, or a form compiled on the spot."""

from __future__ import annotations

import functools
import json
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from formscan.errors import TemplateError
from formscan.templates.model import Template
from formscan.templates.soundness import unsound

__all__ = ["library", "load_template", "parse_template"]

_DEFINITIONS = (".md", ".xlsx")


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
        known = ", ".join(library())
        raise TemplateError(
            source, (f"neither a file nor a form of the library ({known}); check the name",)
        )
    if path.suffix.lower() in _DEFINITIONS:
        from formscan.templates.compile import compile_form

        return compile_form(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(source, (f"cannot be read as a template ({error})",)) from error
    template = parse_template(text, source)
    if problems := unsound(template):
        raise TemplateError(source, tuple(problems))
    return template


def parse_template(text: str, source: str) -> Template:
    """Check the JSON of a template; every problem is reported with the path to it."""
    try:
        return Template.model_validate_json(text)
    except ValidationError as error:
        problems = tuple(f"{_path(problem['loc'])}: {problem['msg']}" for problem in error.errors())
        raise TemplateError(source, problems) from error
    except json.JSONDecodeError as error:
        raise TemplateError(source, (f"not JSON: {error}",)) from error


@functools.cache
def _from_library(form: str) -> Template:
    file = resources.files("formscan.templates").joinpath("library", form, "template.json")
    return parse_template(file.read_text(encoding="utf-8"), form)


def _path(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "template"
