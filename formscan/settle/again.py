"""The sheets of a record read again in the light of all that stands on them.

It depends on the pages alone, not on what people decide, so who settles one record after each
decision may remember it.
"""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

from formscan.extract.style import Style
from formscan.settle.doubled import with_evidence
from formscan.settle.grids import with_grids
from formscan.settle.names import with_names
from formscan.settle.sheet import Sheet
from formscan.settle.writer import with_hand
from formscan.templates.model import Template

__all__ = ["ReadAgain", "Remembered", "read_again"]

ReadAgain = Callable[[Sequence[Sheet], Template, Mapping[str, Style]], tuple[Sheet, ...]]


def read_again(
    sheets: Sequence[Sheet], template: Template, styles: Mapping[str, Style]
) -> tuple[Sheet, ...]:
    """Digits by their hand and by what says the same, bubbles by their columns, names by spelling.

    Args:
        sheets: Of one record.
        template: Their form.
        styles: How each enumerator of the batch writes digits.
    """
    told = with_evidence(with_hand(sheets, template, styles), template)
    return tuple(with_names(with_grids(sheet)) for sheet in told)


class Remembered:
    """``read_again`` of the last sheets; for one thread at a time.

    Args:
        kept: How many records.
    """

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._last: OrderedDict[object, tuple[tuple[object, ...], tuple[Sheet, ...]]] = (
            OrderedDict()
        )

    def __call__(
        self, sheets: Sequence[Sheet], template: Template, styles: Mapping[str, Style]
    ) -> tuple[Sheet, ...]:
        """See ``read_again``; worked out anew where any picture was read anew."""
        pictures = [picture for sheet in sheets for picture in sheet.pictures]
        key = tuple((one.page, one.pictures[0].ref) for one in sheets)
        read = (template, styles, *(one.readings for one in pictures))
        seen, before = self._last.get(key, ((), ()))
        if len(seen) == len(read) and all(map(operator.is_, seen, read)):
            self._last.move_to_end(key)
            return before
        found = read_again(sheets, template, styles)
        self._last[key] = (read, found)
        while len(self._last) > self._kept:
            self._last.popitem(last=False)
        return found
