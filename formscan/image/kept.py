"""What depends on a page of a template alone is worked out once per process."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeVar

from formscan.templates.model import PageLayout

__all__ = ["once_per_layout"]

T = TypeVar("T")

_KEEP = 64


def once_per_layout(work: Callable[[PageLayout], T]) -> Callable[[PageLayout], T]:
    """``work``, remembered by the layout object itself: a template is never changed."""
    kept: dict[int, tuple[PageLayout, T]] = {}

    @functools.wraps(work)
    def remembered(layout: PageLayout) -> T:
        found = kept.get(id(layout))
        if found is not None and found[0] is layout:
            return found[1]
        if len(kept) >= _KEEP:
            kept.clear()
        result = work(layout)
        kept[id(layout)] = (layout, result)
        return result

    return remembered
