"""The questions of a form: what the phone asks, and the rules that judge the answers."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

__all__ = ["Check", "Frozen", "Labels", "Question"]

Labels = dict[str, str]
"""Language (``id``, ``en``) to text."""


class Frozen(BaseModel):
    """What all parts of a template are: unchangeable, without unknown entries."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Check(Frozen):
    """A Python rule that a question asks for (``fs:check``).

    Attributes:
        name: Of the entry-point group ``formscan.rules``.
        fields: Questions whose answers the rule reads too, in the order that it wants.
    """

    name: str
    fields: tuple[str, ...] = ()


class Question(Frozen):
    """One row of the survey sheet: what the phone asks, and the binds that judge it.

    Expressions are ODK XPath as pyxform leaves them in the XForm binds (absolute paths).

    Attributes:
        path: XForm node path, e.g. ``/data/anggota/nama``.
        type: XLSForm type without its list (``select_one``, ``integer``, ``note`` …).
        repeat: Name of the repeat it stands in, else "".
        severity: Of the rule carried by a note or constraint (``fs:severity``).
        rule: Rule id (``fs:rule``).
        review: Its warning opens an item of review (``fs:review``); errors always do.
        checks: Python rules on its answer (``fs:check``).
    """

    name: str
    path: str
    type: str
    repeat: str = ""
    code_list: str = ""
    labels: Labels = {}
    hints: Labels = {}
    required: str = ""
    relevant: str = ""
    constraint: str = ""
    constraint_messages: Labels = {}
    calculate: str = ""
    appearance: str = ""
    default: str = ""
    severity: Literal["", "error", "warn"] = ""
    rule: str = ""
    review: bool = False
    checks: tuple[Check, ...] = ()
