"""Where a record says it is: in the region table, and in what the batch should hold.

A region code is written in parts; the parts above the answer stand beside the rule.
"""

from __future__ import annotations

from formscan.rules.base import Asked, Rule
from formscan.tables import regions

__all__ = ["IN_AREA", "KADER", "REGION", "SERIAL"]


def _code(asked: Asked) -> str:
    """The whole code, "" where a part above is blank."""
    return "".join((*asked.beside, asked.value)) if all(asked.beside) else ""


def _region(asked: Asked) -> bool:
    code = _code(asked)
    return not code or regions().state(code) in {"current", "added", "dropped"}


def _in_area(asked: Asked) -> bool:
    code, area = _code(asked), asked.context.header.area
    return not code or not area or any(code.startswith(one) for one in area)


def _kader(asked: Asked) -> bool:
    listed = asked.context.header.kader
    return not listed or asked.value in listed


def _serial(asked: Asked) -> bool:
    bundles = asked.context.header.serials
    return not bundles or any(first <= asked.value <= last for first, last in bundles)


REGION = Rule("region", _region)
IN_AREA = Rule("in_area", _in_area)
KADER = Rule("kader_listed", _kader)
SERIAL = Rule("serial_listed", _serial)
