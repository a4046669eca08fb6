"""One number in two records: of this batch, or of an earlier one (``--against``)."""

from __future__ import annotations

from formscan.rules.base import NOBODY, Asked, Rule

__all__ = ["DUPLICATE"]


def _alone(asked: Asked) -> bool:
    if asked.value == NOBODY:
        return True
    return not asked.context.index.others(asked.field, asked.value, asked.record)


DUPLICATE = Rule("duplicate", _alone, "warn", review=True, looks="others")
