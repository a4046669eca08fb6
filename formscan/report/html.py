"""Jinja set up for reports: everything escaped, one file without outside parts."""

from __future__ import annotations

import functools
import math
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from formscan.errors import StoreError, told
from formscan.messages import text
from formscan.report.statistics import Rate

__all__ = ["percent", "put_page", "render"]


def render(page: str, language: str, **values: Any) -> str:
    """The HTML of ``pages/<page>``; ``t(key, ...)`` inside gives texts in ``language``."""
    return (
        _environment()
        .get_template(page)
        .render(
            language=language,
            t=lambda key, **names: text(key, language, **names),
            **values,
        )
    )


def put_page(file: Path, html: str) -> Path:
    """Write a page, in a folder that is made where it is missing.

    Raises:
        StoreError: The file cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(html, encoding="utf-8", newline="\n")
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise StoreError(told("store.no_file", file=file, why=why)) from error
    return file


def percent(share: float, language: str, decimals: int = 1) -> str:
    """``98.7 %`` or, in Indonesian, ``98,7 %``; a dash where there is nothing to tell."""
    if math.isnan(share):
        return "-"
    shown = f"{100 * share:.{decimals}f} %"
    return shown.replace(".", ",") if language == "id" else shown


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("formscan.report", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = percent
    environment.filters["number"] = number
    environment.filters["interval"] = _interval
    return environment


def number(value: float, language: str, decimals: int = 0) -> str:
    """A number with thousands apart: 12,345.6 or, in Indonesian, 12.345,6; a dash for NaN."""
    if math.isnan(value):
        return "-"
    shown = f"{value:,.{decimals}f}"
    return shown.translate(str.maketrans(",.", ".,")) if language == "id" else shown


def _interval(rate: Rate, language: str, decimals: int = 1) -> str:
    low, high = (percent(bound, language, decimals)[:-2] for bound in (rate.low, rate.high))
    return f"{low}-{high}" if rate.n else ""
