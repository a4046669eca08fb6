"""What pydantic finds wrong with a ``template.json``, in sentences: path, finding, remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from formscan.errors import Sentence, Told, told
from formscan.templates.place import at_path

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

__all__ = ["misshapen"]

_LONGEST = 40

_BY_TYPE: Mapping[str, str] = {
    "missing": "missing",
    "extra_forbidden": "extra",
    "string_type": "text",
    "float_type": "number",
    "float_parsing": "number",
    "finite_number": "number",
    "int_type": "whole",
    "int_parsing": "whole",
    "int_parsing_size": "whole",
    "int_from_float": "whole",
    "bool_type": "truth",
    "bool_parsing": "truth",
    "tuple_type": "list",
    "dict_type": "table",
    "model_type": "table",
    "literal_error": "one_of",
    "union_tag_invalid": "one_of",
    "string_pattern_mismatch": "pattern",
    "greater_than": "more_than",
    "greater_than_equal": "at_least",
}
"""Kind of error of pydantic to the message of the catalogue ``template``."""


def misshapen(error: ErrorDetails) -> Told:
    """One problem of a template, with the path to it."""
    return at_path(_path(error["loc"]), _said(error))


def _said(error: ErrorDetails) -> Sentence:
    context = error.get("ctx", {})
    if error["type"] == "value_error":
        sentence: Sentence = context["error"].args[0]
        return sentence
    if error["type"] == "json_invalid":
        return told("template.not_json", why=context["error"])
    given = repr(error["input"])
    shown = given if len(given) <= _LONGEST else f"{given[:_LONGEST]}…"
    name = _BY_TYPE.get(error["type"])
    if name is None:
        return told("template.other", given=shown, why=error["msg"])
    return told(f"template.{name}", given=shown, **_blanks(context))


def _blanks(context: Mapping[str, Any]) -> dict[str, object]:
    """What pydantic expected, under the names that the sentences have for it."""
    expected = str(context.get("expected", context.get("expected_tags", "")))
    return {
        "expected": expected.replace(" or ", ", "),
        "pattern": context.get("pattern", ""),
        "least": f"{context.get('ge', context.get('gt', 0)):g}",
    }


def _path(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "template"
