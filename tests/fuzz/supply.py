"""Choices out of bytes: the same bytes make the same choices, with or without a fuzzer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

SCRAPS = (
    "", "0", "-1", "1e308", "1e999", "NaN", "99999999999999999999", "a" * 9000, "é", "\U0001f600",
    "\u202e", "\x00", "\x1b[2J", "\ufeff", "=1+1", "@SUM(A1)", "a,b", '"', "'", "\n", "\r\n",
    "../../x", "CON", "a/b", "<&>", "]]>", "${", "${a}", "{", "{0}", "{page}", "%s", "|", "\\",
    "$(x)", ";", "yes", "true()", "not(", "(((", "^(a+)+$", "today()", "2024-02-30", "0-99999",
)  # fmt: skip


class Supply:
    """Bytes that run out: after them every choice is the first, every number 0."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def number(self, below: int) -> int:
        """From 0 to ``below`` - 1; ``below`` at most 65,536."""
        size = 1 if below <= 256 else 2
        taken = self._data[self._at : self._at + size]
        self._at += size
        return int.from_bytes(taken, "little") % below

    def one_of(self, choices: Sequence[T]) -> T:
        return choices[self.number(len(choices))]

    def text(self) -> str:
        """A scrap that broke something somewhere, or text straight from the bytes."""
        if self.number(2):
            return self.one_of(SCRAPS)
        length = self.number(40)
        taken = self._data[self._at : self._at + length]
        self._at += length
        return taken.decode("utf-8", "replace")
