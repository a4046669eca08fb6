"""Token trees into closures.

elementpath parses; the evaluation is ours, since ODK's differs from XPath 1.0 where it matters
here: dates order as numbers, ``if`` is lazy, ``position(..)`` is the printed row number. Closures
also take a third of the time.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from elementpath.xpath_tokens import XPathToken

from formscan.errors import told
from formscan.xpath.convert import to_boolean, to_number, to_text, unpack
from formscan.xpath.functions import FUNCTIONS, Thunk
from formscan.xpath.node_sets import require_node_sets
from formscan.xpath.syntax import CURRENT_VARIABLE
from formscan.xpath.texts import compiled
from formscan.xpath.tree import Context, Node, Value

__all__ = ["compile_token"]

Compiler = Callable[[XPathToken], Thunk]


def compile_token(token: XPathToken) -> Thunk:
    """The closure that evaluates ``token``.

    Raises:
        ValueError: With a ``Told``: what ODK forms do not use.
    """
    if token.symbol in FUNCTIONS and token.label == "function":
        return _call(token)
    compiler = _COMPILERS.get(token.symbol)
    if compiler is None:
        raise ValueError(told("xpath.unsupported", symbol=token.symbol))
    require_node_sets(token)
    return compiler(token)


def _call(token: XPathToken) -> Thunk:
    require_node_sets(token)
    if token.symbol == "regex":
        _check_pattern(token)
    if token.symbol == "indexed-repeat" and len(token) % 2 == 0:
        raise ValueError(told("xpath.pairs"))
    function = FUNCTIONS[token.symbol][0]
    thunks = tuple(compile_token(argument) for argument in token)
    return lambda context: function(context, *thunks)


def _check_pattern(token: XPathToken) -> None:
    """A pattern stands in quotes, so that a bad one is found before the first record."""
    if token[1].symbol != "(string)":
        raise ValueError(told("xpath.regex_quotes"))
    compiled(str(token[1].value))


def _literal(token: XPathToken) -> Thunk:
    written = token.value
    value: Value = written if isinstance(written, str) else float(str(written))
    return lambda _context: value


def _variable(token: XPathToken) -> Thunk:
    if token[0].value != CURRENT_VARIABLE:
        raise ValueError(told("xpath.variable", name=token[0].value))
    return lambda context: [context.current]


# --- paths ----------------------------------------------------------------------------------


def _name(token: XPathToken) -> Thunk:
    name = "*" if token.symbol == "*" else str(token.value)
    return lambda context: context.node.named(name)


def _self(_token: XPathToken) -> Thunk:
    return lambda context: [context.node]


def _parent(_token: XPathToken) -> Thunk:
    def step(context: Context) -> Value:
        return [context.node.parent] if context.node.parent is not None else []

    return step


def _star(token: XPathToken) -> Thunk:
    return _arithmetic(operator.mul)(token) if len(token) == 2 else _name(token)


def _slash(token: XPathToken) -> Thunk:
    if len(token) == 0:
        return lambda context: [context.node.root]
    if len(token) == 1:
        inner = compile_token(token[0])
        return lambda context: inner(context.at(context.node.root))
    return _steps(compile_token(token[0]), token[1])


def _steps(start: Thunk, token: XPathToken) -> Thunk:
    """``start`` followed by one step; the most frequent one, a plain name, without contexts."""
    if token.symbol == "(name)":
        name = str(token.value)

        def by_name(context: Context) -> Value:
            nodes = _nodes(start(context))
            return [child for node in nodes for child in node.children if child.name == name]

        return by_name
    step = compile_token(token)

    def by_step(context: Context) -> Value:
        found: list[Node] = []
        for node in _nodes(start(context)):
            found += (each for each in _nodes(step(context.at(node))) if each not in found)
        return found

    return by_step


def _predicate(token: XPathToken) -> Thunk:
    base, condition = compile_token(token[0]), compile_token(token[1])

    def keep(context: Context) -> Value:
        nodes = _nodes(base(context))
        kept = []
        for place, node in enumerate(nodes, start=1):
            verdict = condition(context.at(node, place, len(nodes)))
            wanted = place == verdict if isinstance(verdict, float) else to_boolean(verdict)
            if wanted:
                kept.append(node)
        return kept

    return keep


def _union(token: XPathToken) -> Thunk:
    left, right = compile_token(token[0]), compile_token(token[1])

    def both(context: Context) -> Value:
        found = list(_nodes(left(context)))
        return found + [node for node in _nodes(right(context)) if node not in found]

    return both


def _nodes(value: Value) -> list[Node]:
    if not isinstance(value, list):
        message = "a path needs nodes to start from"
        raise TypeError(message)
    return value


# --- operators ------------------------------------------------------------------------------


def _and(token: XPathToken) -> Thunk:
    left, right = compile_token(token[0]), compile_token(token[1])
    return lambda context: to_boolean(left(context)) and to_boolean(right(context))


def _or(token: XPathToken) -> Thunk:
    left, right = compile_token(token[0]), compile_token(token[1])
    return lambda context: to_boolean(left(context)) or to_boolean(right(context))


def _equality(wanted: bool) -> Compiler:
    def compiler(token: XPathToken) -> Thunk:
        left, right = compile_token(token[0]), compile_token(token[1])

        def compare(context: Context) -> Value:
            return any(
                _equal(first, second) is wanted
                for first in _each(left(context))
                for second in _each(right(context))
            )

        return compare

    return compiler


def _each(value: Value) -> list[str | float | bool]:
    """What a comparison tries: every node's text, the empty text for no node."""
    if isinstance(value, list) and len(value) > 1:
        return [node.text for node in value]
    return [unpack(value)]


def _equal(first: str | float | bool, second: str | float | bool) -> bool:
    if isinstance(first, bool) or isinstance(second, bool):
        return to_boolean(first) == to_boolean(second)
    if isinstance(first, float) or isinstance(second, float):
        return to_number(first) == to_number(second)
    return to_text(first) == to_text(second)


def _ordering(compare: Callable[[float, float], bool]) -> Compiler:
    def compiler(token: XPathToken) -> Thunk:
        left, right = compile_token(token[0]), compile_token(token[1])

        def ordered(context: Context) -> Value:
            return any(
                compare(to_number(first), to_number(second))
                for first in _each(left(context))
                for second in _each(right(context))
            )

        return ordered

    return compiler


def _arithmetic(compute: Callable[[float, float], float]) -> Compiler:
    def compiler(token: XPathToken) -> Thunk:
        if len(token) == 1:
            only, sign = compile_token(token[0]), compute(0.0, 1.0)
            return lambda context: sign * to_number(only(context))
        left, right = compile_token(token[0]), compile_token(token[1])
        return lambda context: compute(to_number(left(context)), to_number(right(context)))

    return compiler


def _div(first: float, second: float) -> float:
    if second:
        return first / second
    return math.nan if not first or math.isnan(first) else math.copysign(math.inf, first)


def _mod(first: float, second: float) -> float:
    return math.fmod(first, second) if second and math.isfinite(first) else math.nan


_COMPILERS: dict[str, Compiler] = {
    "(string)": _literal,
    "(integer)": _literal,
    "(decimal)": _literal,
    "(float)": _literal,
    "(name)": _name,
    "(": lambda token: compile_token(token[0]),
    "$": _variable,
    ".": _self,
    "..": _parent,
    "*": _star,
    "/": _slash,
    "[": _predicate,
    "|": _union,
    "and": _and,
    "or": _or,
    "=": _equality(True),
    "!=": _equality(False),
    "<": _ordering(operator.lt),
    "<=": _ordering(operator.le),
    ">": _ordering(operator.gt),
    ">=": _ordering(operator.ge),
    "+": _arithmetic(operator.add),
    "-": _arithmetic(operator.sub),
    "div": _arithmetic(_div),
    "mod": _arithmetic(_mod),
}
