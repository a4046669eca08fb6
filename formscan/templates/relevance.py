"""The part of ODK XPath that a sheet of paper can say in words, with three-valued logic.

``=``, ``!=``, ``and``, ``or``, ``not()`` and ``selected()`` over answers and quoted codes. Anything
else has no words: the sheet then says nothing, and the rule still holds when it is judged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["All", "Any_", "Condition", "Is", "implied", "judge", "parse"]

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'[^']*'|\"[^\"]*\")|(?P<op>!=|=|\(|\)|,)|(?P<name>[./\w-]+))"
)


@dataclass(frozen=True, slots=True)
class Is:
    """An answer is one of ``values``, or (``negated``) filled with none of them.

    ``values=()`` with ``negated`` means: is filled at all.
    """

    name: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any_:  # noqa: N801  "Any" is typing's
    """At least one part holds."""

    parts: tuple[Condition, ...]


Condition = Is | All | Any_


class _NoWordsError(Exception):
    pass


def parse(expression: str) -> Condition | None:
    """The condition in ``expression``, None where paper has no words for it."""
    try:
        tokens = _tokens(expression)
        condition = _either(tokens)
    except (_NoWordsError, IndexError):
        return None
    return condition if not tokens else None


def judge(condition: Condition | None, facts: Mapping[str, str]) -> bool | None:
    """Whether the condition holds, given some answers ("" = left blank); None = cannot tell."""
    if condition is None:
        return None
    if isinstance(condition, Is):
        if condition.name not in facts:
            return None
        answer = facts[condition.name]
        inside = answer in condition.values
        return bool(answer) and not inside if condition.negated else inside
    parts = [judge(part, facts) for part in condition.parts]
    decided: Literal[True, False] = isinstance(condition, Any_)
    if decided in parts:
        return decided
    return None if None in parts else not decided


def implied(condition: Condition | None) -> dict[str, str]:
    """The answers that must have been given where the condition holds."""
    if isinstance(condition, Is) and len(condition.values) == 1 and not condition.negated:
        return {condition.name: condition.values[0]}
    if isinstance(condition, All):
        return {key: value for part in condition.parts for key, value in implied(part).items()}
    return {}


def _tokens(expression: str) -> list[str]:
    tokens: list[str] = []
    at = 0
    text = expression.strip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _NoWordsError
        tokens.append(found[0].strip())
        at = found.end()
    return tokens


def _either(tokens: list[str]) -> Condition:
    parts = [_both(tokens)]
    while tokens[:1] == ["or"]:
        tokens.pop(0)
        parts.append(_both(tokens))
    return parts[0] if len(parts) == 1 else Any_(tuple(parts))


def _both(tokens: list[str]) -> Condition:
    parts = [_atom(tokens)]
    while tokens[:1] == ["and"]:
        tokens.pop(0)
        parts.append(_atom(tokens))
    if len(parts) == 1:
        return parts[0]
    said = {part.name for part in parts if isinstance(part, Is) and part.values}
    kept = [p for p in parts if not (isinstance(p, Is) and not p.values and p.name in said)]
    return kept[0] if len(kept) == 1 else All(tuple(kept))


def _atom(tokens: list[str]) -> Condition:
    first = tokens.pop(0)
    if first == "(":
        inner = _either(tokens)
        _expect(tokens, ")")
        return inner
    if first == "not":
        _expect(tokens, "(")
        inner = _either(tokens)
        _expect(tokens, ")")
        if not isinstance(inner, Is) or inner.negated:
            raise _NoWordsError
        return Is(inner.name, inner.values, negated=True)
    if first == "selected":
        return _selected(tokens)
    return _comparison(first, tokens)


def _selected(tokens: list[str]) -> Condition:
    _expect(tokens, "(")
    left = tokens.pop(0)
    _expect(tokens, ",")
    right = tokens.pop(0)
    _expect(tokens, ")")
    name, codes = (right, left) if left[0] in "'\"" else (left, right)
    if codes[0] not in "'\"" or name[0] in "'\"":
        raise _NoWordsError
    return Is(_leaf(name), tuple(codes[1:-1].split()))


def _comparison(name: str, tokens: list[str]) -> Condition:
    operator, value = tokens.pop(0), tokens.pop(0)
    if operator not in ("=", "!=") or value[0] not in "'\"" or name[0] in "'\"":
        raise _NoWordsError
    code = value[1:-1]
    if not code and operator == "=":
        raise _NoWordsError
    return Is(_leaf(name), (code,) if code else (), negated=operator == "!=")


def _leaf(path: str) -> str:
    name = path.rsplit("/", 1)[-1]
    if not re.fullmatch(r"[A-Za-z_][\w.-]*", name) or path[0] not in "/.":
        raise _NoWordsError
    return name


def _expect(tokens: list[str], token: str) -> None:
    if tokens.pop(0) != token:
        raise _NoWordsError
