"""The functions of ODK XPath that a form may call, in one registry.

After the ODK XForms specification, section "XPath functions". A form that calls anything else is
refused with the function's name (``formscan.xpath.parse``); what depends on chance or on the
phone (``random``, ``uuid``, ``property`` ...) is left out on purpose.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from formscan.xpath.convert import days_of, to_boolean, to_number, to_text
from formscan.xpath.dates import date_text, format_date
from formscan.xpath.registry import FUNCTIONS, Function, Thunk, function, on_numbers, on_texts
from formscan.xpath.texts import after, before, matches, selected_at, substr, translate
from formscan.xpath.tree import Context, Node, Value

__all__ = ["FUNCTIONS", "Function", "Thunk"]

_MANY = 1_000
_LONGEST_TEXT = 10_000
"""Characters of a text put together: more stand on no form, and doubling it fills the memory."""


def _nodes(context: Context, thunks: tuple[Thunk, ...]) -> list[str]:
    """The texts of all arguments, node sets spread out."""
    texts: list[str] = []
    for thunk in thunks:
        value = thunk(context)
        if isinstance(value, list):
            texts += (node.text for node in value)
        else:
            texts.append(to_text(value))
    return texts


# --- conditions -----------------------------------------------------------------------------


@function("if", 3)
def _if(context: Context, condition: Thunk, then: Thunk, otherwise: Thunk) -> Value:
    return then(context) if to_boolean(condition(context)) else otherwise(context)


@function("coalesce", 1, _MANY)
def _coalesce(context: Context, *thunks: Thunk) -> Value:
    return next((text for thunk in thunks if (text := to_text(thunk(context)))), "")


@function("once", 1)
def _once(context: Context, thunk: Thunk) -> Value:
    return context.current.text or to_text(thunk(context))


@function("true", 0)
def _true(_context: Context) -> Value:
    return True


@function("false", 0)
def _false(_context: Context) -> Value:
    return False


@function("not", 1)
def _not(context: Context, thunk: Thunk) -> Value:
    return not to_boolean(thunk(context))


@function("boolean", 1)
def _boolean(context: Context, thunk: Thunk) -> Value:
    return to_boolean(thunk(context))


on_texts("boolean-from-string", 1, None, lambda text: text in {"1", "true"})

# --- texts ----------------------------------------------------------------------------------


@function("string", 0, 1)
def _string(context: Context, *thunks: Thunk) -> Value:
    return to_text(thunks[0](context)) if thunks else context.node.text


@function("concat", 1, _MANY)
def _concat(context: Context, *thunks: Thunk) -> Value:
    return "".join(_nodes(context, thunks))[:_LONGEST_TEXT]


@function("join", 2, _MANY)
def _join(context: Context, separator: Thunk, *thunks: Thunk) -> Value:
    return to_text(separator(context)).join(_nodes(context, thunks))[:_LONGEST_TEXT]


on_texts("regex", 2, None, matches)
on_texts("substr", 2, 3, substr)
on_texts("substring-before", 2, None, before)
on_texts("substring-after", 2, None, after)
on_texts("contains", 2, None, lambda text, part: part in text)
on_texts("starts-with", 2, None, lambda text, part: text.startswith(part))
on_texts("ends-with", 2, None, lambda text, part: text.endswith(part))
on_texts("normalize-space", 1, None, lambda text: " ".join(text.split()))
on_texts("translate", 3, None, translate)


@function("string-length", 0, 1)
def _string_length(context: Context, *thunks: Thunk) -> Value:
    return float(len(to_text(thunks[0](context)) if thunks else context.node.text))


# --- choices --------------------------------------------------------------------------------

on_texts("selected", 2, None, lambda text, code: code.strip() in text.split())
on_texts("count-selected", 1, None, lambda text: float(len(text.split())))


on_texts("selected-at", 2, None, selected_at)

# --- numbers --------------------------------------------------------------------------------


def _int(number: float) -> float:
    return number if math.isnan(number) else float(math.trunc(number))


def _round(number: float, places: float = 0.0) -> float:
    scale = math.pow(10.0, places)
    return math.floor(number * scale + 0.5) / scale


on_numbers("number", 1, None, lambda number: number)
on_numbers("int", 1, None, _int)
on_numbers("round", 1, 2, _round)
on_numbers("floor", 1, None, math.floor)
on_numbers("ceiling", 1, None, math.ceil)
on_numbers("abs", 1, None, abs)
on_numbers("pow", 2, None, math.pow)
on_numbers("sqrt", 1, None, math.sqrt)


def _numbers(context: Context, thunks: tuple[Thunk, ...]) -> list[float]:
    return [to_number(text) for text in _nodes(context, thunks)]


def _node_set(value: Value) -> list[Node]:
    if not isinstance(value, list):
        message = "a node set is needed here"
        raise TypeError(message)
    return value


@function("count", 1)
def _count(context: Context, thunk: Thunk) -> Value:
    return float(len(_node_set(thunk(context))))


@function("count-non-empty", 1)
def _count_non_empty(context: Context, thunk: Thunk) -> Value:
    return float(sum(1 for node in _node_set(thunk(context)) if node.text))


@function("sum", 1)
def _sum(context: Context, thunk: Thunk) -> Value:
    try:
        return math.fsum(to_number(node.text) for node in _node_set(thunk(context)) if node.text)
    except (ValueError, OverflowError):  # both infinities, or beyond the largest number
        return math.nan


@function("max", 1, _MANY)
def _max(context: Context, *thunks: Thunk) -> Value:
    return _extreme(max, _numbers(context, thunks))


@function("min", 1, _MANY)
def _min(context: Context, *thunks: Thunk) -> Value:
    return _extreme(min, _numbers(context, thunks))


def _extreme(choose: Callable[[list[float]], float], numbers: list[float]) -> float:
    filled = [number for number in numbers if not math.isnan(number)]
    return choose(filled) if filled else math.nan


# --- rows and nodes -------------------------------------------------------------------------


@function("position", 0, 1)
def _position(context: Context, *thunks: Thunk) -> Value:
    """Printed row number of a repeat instance; without argument, place in the node set."""
    if not thunks:
        return float(context.position)
    nodes = _node_set(thunks[0](context))
    return float(nodes[0].row) if nodes else math.nan


@function("last", 0)
def _last(context: Context) -> Value:
    return float(context.size)


@function("current", 0)
def _current(context: Context) -> Value:
    return [context.current]


@function("indexed-repeat", 3, 9)
def _indexed_repeat(context: Context, target: Thunk, *pairs: Thunk) -> Value:
    """Nodes of ``target`` within the printed row asked for; a blank index gives none."""
    found = _node_set(target(context))
    for repeat, index in zip(pairs[::2], pairs[1::2], strict=True):
        row = to_number(index(context))
        inside = [node for node in _node_set(repeat(context)) if node.row == row]
        found = [node for node in found if any(_within(node, instance) for instance in inside)]
    return found


def _within(node: Node, ancestor: Node) -> bool:
    at: Node | None = node
    while at is not None:
        if at is ancestor:
            return True
        at = at.parent
    return False


@function("pulldata", 4)
def _pulldata(context: Context, *thunks: Thunk) -> Value:
    table, wanted, key_column, key = (to_text(thunk(context)) for thunk in thunks)
    return context.lookup(table, wanted, key_column, key)


# --- dates ----------------------------------------------------------------------------------


@function("today", 0)
def _today(context: Context) -> Value:
    return context.as_of.isoformat()


@function("now", 0)
def _now(context: Context) -> Value:
    return f"{context.as_of.isoformat()}T00:00:00"


@function("date", 1)
def _to_date(context: Context, thunk: Thunk) -> Value:
    return date_text(thunk(context))


@function("date-time", 1)
def _date_time(context: Context, thunk: Thunk) -> Value:
    text = to_text(thunk(context))
    return text if "T" in text and not math.isnan(days_of(text)) else date_text(text)


@function("decimal-date-time", 1)
def _decimal_date_time(context: Context, thunk: Thunk) -> Value:
    return to_number(thunk(context))


on_texts("format-date", 2, None, format_date)
on_texts("format-date-time", 2, None, format_date)
