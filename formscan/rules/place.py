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
    code, areas = _code(asked), (header.area for header in asked.context.headers)
    return not code or all(code.startswith(area) for area in areas if area)


def _kader(asked: Asked) -> bool:
    listed = (header.kader for header in asked.context.headers)
    return all(asked.value in kader for kader in listed if kader)


def _serial(asked: Asked) -> bool:
    bundles = asked.context.header.serials
    return not bundles or any(first <= asked.value <= last for first, last in bundles)


REGION = Rule("region", _region)
IN_AREA = Rule("in_area", _in_area)
KADER = Rule("kader_listed", _kader)
SERIAL = Rule("serial_listed", _serial)
