"""All boxes in doubt of a batch, kept up to date record by record."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from formscan.review.cases import Case
from formscan.review.glyphs import Glyph, Place, doubtful_glyphs, sure_glyphs

__all__ = ["Pool", "Waiting"]

_KNOWN = 60
"""Boxes kept for each character that the machine is sure of beyond doubt."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A field that waits and can be settled by its boxes.

    Attributes:
        raw: What the machine read.
        seen_sha256: ``Case.seen_sha256``.
        glyphs: Its doubtful boxes, never none.
    """

    place: Place
    raw: str
    seen_sha256: str
    glyphs: tuple[Glyph, ...]


class Pool:
    """Fields that can be settled by their boxes. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, dict[Place, Waiting]] = {}
        self._glyphs: dict[str, tuple[Glyph, Waiting]] = {}
        self._known: dict[str, dict[Place, Glyph]] = defaultdict(dict)

    def take(self, case: Case) -> None:
        """Forget what was known of a record, and look at it as it stands now."""
        self.forget(case.record.key)
        if case.record.status == "rejected":
            return
        found: dict[Place, list[Glyph]] = defaultdict(list)
        for glyph in doubtful_glyphs(case):
            found[glyph.place].append(glyph)
        fresh = {place: _waiting(case, place, tuple(glyphs)) for place, glyphs in found.items()}
        sure = list(sure_glyphs(case))
        with self._lock:
            self._waiting[case.record.key] = fresh
            for waiting in fresh.values():
                self._glyphs |= {one.id: (one, waiting) for one in waiting.glyphs}
            for glyph in sure:
                known = self._known[glyph.group]
                if len(known) < _KNOWN:
                    known[glyph.place] = glyph

    def forget(self, record: str) -> None:
        """Let go of all that was known of a record."""
        with self._lock:
            for gone in self._waiting.pop(record, {}).values():
                for glyph in gone.glyphs:
                    self._glyphs.pop(glyph.id, None)
            for kept in self._known.values():
                for place in [one for one in kept if one[0] == record]:
                    del kept[place]

    def waiting(self, record: str | None = None) -> list[Waiting]:
        """Every field that can be settled by its boxes, of one record where named."""
        with self._lock:
            if record is not None:
                return list(self._waiting.get(record, {}).values())
            return [one for each in self._waiting.values() for one in each.values()]

    def find(self, name: str) -> tuple[Glyph, Waiting] | None:
        """The doubtful glyph of that id with its field, None where it waits no longer."""
        with self._lock:
            return self._glyphs.get(name)

    def known(self, group: str) -> Iterator[Glyph]:
        """Glyphs beyond doubt that were read as another character than ``group``."""
        with self._lock:
            others = {name: list(each.values()) for name, each in self._known.items()}
        for name, glyphs in others.items():
            if name != group:
                yield from glyphs

    def is_known(self, name: str, group: str) -> bool:
        """Whether a glyph is beyond doubt another character than ``group``."""
        return any(one.id == name for one in self.known(group))


def _waiting(case: Case, place: Place, glyphs: tuple[Glyph, ...]) -> Waiting:
    key = place[1:]
    return Waiting(place, case.values[key].raw, case.seen_sha256(key), glyphs)
