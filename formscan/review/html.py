"""Jinja set up for the review page: everything escaped, texts in the person's language."""

from __future__ import annotations

import functools
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from formscan.messages import text
from formscan.review.trust import Session

__all__ = ["render"]


def render(page: str, who: Session, **values: Any) -> str:
    """The HTML of ``pages/<page>``; ``t(key)`` inside gives texts of ``review.toml``."""
    return (
        _environment()
        .get_template(page)
        .render(
            who=who,
            language=who.language,
            t=lambda key, **names: text(f"review.{key}", who.language, **names),
            say=lambda key, **names: text(key, who.language, **names),
            **values,
        )
    )


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("formscan.review", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
