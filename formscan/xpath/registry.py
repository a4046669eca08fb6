"""By what name and with how many arguments a form may call each function."""

from __future__ import annotations

import math
from collections.abc import Callable

from formscan.xpath.convert import to_number, to_text
from formscan.xpath.tree import Context, Value

__all__ = ["FUNCTIONS", "Function", "Thunk", "function", "on_numbers", "on_texts"]

Thunk = Callable[[Context], Value]
"""A compiled argument, evaluated by the function that wants it."""

Function = Callable[..., Value]
"""``(context, *thunks) -> value``."""

FUNCTIONS: dict[str, tuple[Function, int, int]] = {}
"""Name to (function, fewest arguments, most arguments)."""


def function(name: str, fewest: int, most: int | None = None) -> Callable[[Function], Function]:
    """Register what is decorated; ``most`` arguments are as many as ``fewest`` where not given."""

    def register(body: Function) -> Function:
        FUNCTIONS[name] = (body, fewest, fewest if most is None else most)
        return body

    return register


def on_texts(name: str, fewest: int, most: int | None, pure: Callable[..., Value]) -> None:
    """Register a function of texts alone."""

    def call(context: Context, *thunks: Thunk) -> Value:
        return pure(*(to_text(thunk(context)) for thunk in thunks))

    function(name, fewest, most)(call)


def on_numbers(name: str, fewest: int, most: int | None, pure: Callable[..., float]) -> None:
    """Register a function of numbers alone; what it cannot answer is NaN."""

    def call(context: Context, *thunks: Thunk) -> Value:
        try:
            return float(pure(*(to_number(thunk(context)) for thunk in thunks)))
        except (ValueError, OverflowError, ZeroDivisionError):
            return math.nan

    function(name, fewest, most)(call)
