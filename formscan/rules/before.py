"""The one rule that no form has to ask for: a record belongs to one batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from formscan.record import Problem
from formscan.rules.base import Context

__all__ = ["SEEN_BEFORE", "seen_before"]

SEEN_BEFORE: Final = "seen_before"
"""Code of its problem: whoever puts the tables of both batches below each other would count one
family twice or, where blanks were photocopied, take two for one."""

_SERIAL = "_serial"
"""What the problem names: the column that is in the tables of every form."""


def seen_before(record: str, context: Context) -> Iterator[Problem]:
    """The problem of a record whose KEY an earlier batch holds, too."""
    if context.index.earlier(record):
        yield Problem(SEEN_BEFORE, _SERIAL)
