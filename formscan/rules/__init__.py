"""Rules that one XPath cannot say: they look into tables, into other records, into the batch.

A form asks for them by name in the column ``bind::fs:check`` of a question. A third party adds a
rule through the entry-point group ``formscan.rules``; the built-in ones come in by the same door.
"""

from __future__ import annotations

from formscan.rules.base import Asked, Context, RecordIndex, Rule, Sighting
from formscan.rules.header import BatchHeader
from formscan.rules.run import apply_rules, load_rules, require_rules

__all__ = [
    "Asked",
    "BatchHeader",
    "Context",
    "RecordIndex",
    "Rule",
    "Sighting",
    "apply_rules",
    "load_rules",
    "require_rules",
]
