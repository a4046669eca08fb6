"""Skip arrows and conditions on paper, derived from ``relevant``."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Skips"]


@dataclass(frozen=True, slots=True)
class Skips:
    """What the sheet says about the way through it.

    Attributes:
        conditions: Question → when it is answered, e.g. ``bila 3 = Ya``.
        jumps: (question, choice) → where to go next, e.g. ``→ 5``.
        onward: Question → where to go after it, whatever the answer.
    """

    conditions: dict[str, str] = field(default_factory=dict)
    jumps: dict[tuple[str, str], str] = field(default_factory=dict)
    onward: dict[str, str] = field(default_factory=dict)
