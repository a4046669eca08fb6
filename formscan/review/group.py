"""The group check: a person sees all boxes that were read alike, and takes out what is not.

What is confirmed and what is taken out stands in the audit screen by screen; a field whose every
doubtful box was confirmed is then decided in that person's name (``glyphs``). A field with a box
that was taken out waits in the queue as before.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from formscan.decision import Decision
from formscan.review.answers import now
from formscan.review.desk import Desk
from formscan.review.glyphs import Glyph, Place
from formscan.review.item import item_id
from formscan.review.pool import Waiting
from formscan.store import Leases

__all__ = ["SCREEN", "SCREEN_NOTE", "SCREEN_UNDONE", "GroupCheck", "Looked"]

SCREEN = 96
"""Boxes on a screen."""

_ENOUGH = SCREEN // 2
"""Boxes whose pictures are there that make a screen while others are still being cut."""

SCREEN_NOTE, SCREEN_UNDONE = "glyphs", "glyphs_undone"
"""What the audit calls a screen that somebody confirmed, and one that was taken back."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What became of a screen.

    Attributes:
        refused: Name of the message that says why it was not taken, "" where it was.
        confirmed: Boxes that are what they were read as.
        outliers: Boxes that were taken out.
        fields: Fields that are settled by it.
    """

    refused: str = ""
    confirmed: int = 0
    outliers: int = 0
    fields: int = 0


@dataclass
class _Seen:
    """What people said of boxes: id to the entry of the audit, and who said it."""

    confirmed: dict[str, tuple[int, str]] = field(default_factory=dict)
    outliers: dict[str, int] = field(default_factory=dict)

    def add(self, entry: int, person: str, confirmed: Sequence[str], out: Sequence[str]) -> None:
        self.confirmed |= dict.fromkeys(confirmed, (entry, person))
        self.outliers |= dict.fromkeys(out, entry)

    def take_back(self, entry: int) -> None:
        """Forget one screen."""
        for name in [name for name, (of, _) in self.confirmed.items() if of == entry]:
            del self.confirmed[name]
        for name in [name for name, of in self.outliers.items() if of == entry]:
            del self.outliers[name]


class GroupCheck:
    """Boxes of one batch, screen by screen. Safe to use from several threads.

    Args:
        desk: Opened.
        leases: One person at a time looks at what was read as one value.
        hidden: Share of boxes on a screen that are known to be something else.
        on_hidden: Told of each of those: who looked, and whether it was missed.
        chance: Which ones, and where.
    """

    def __init__(
        self,
        desk: Desk,
        leases: Leases,
        hidden: float = 0.0,
        on_hidden: Callable[[str, bool], None] = lambda who, missed: None,
        chance: random.Random | None = None,
    ) -> None:
        self._desk = desk
        self._leases = leases
        self._hidden = hidden
        self._on_hidden = on_hidden
        self._chance = chance or random.SystemRandom()
        self._lock = threading.RLock()
        self._closing = threading.Lock()
        self._seen = _Seen()
        self._given: dict[tuple[str, str], frozenset[str]] = {}
        self._screens: dict[str, list[tuple[int, str, tuple[Place, ...]]]] = defaultdict(list)
        self._read_to = 0

    def _catch_up(self) -> None:
        """Take in what was said of boxes since, here or at other servers."""
        for note in self._desk.ledger.notes(SCREEN_NOTE, SCREEN_UNDONE, after=self._read_to):
            if note.action == SCREEN_NOTE:
                told = note.told
                self._seen.add(note.entry, note.person, told["confirmed"], told["outliers"])
            else:
                self._seen.take_back(note.told["entry"])
            self._read_to = note.entry

    def groups(self) -> list[tuple[str, int]]:
        """What boxes were read as, and how many of each still wait; most first."""
        counts = Counter(glyph.group for glyph in self.pending())
        return sorted(counts.items(), key=lambda one: (-one[1], one[0]))

    def pending(self, group: str | None = None) -> list[Glyph]:
        """Boxes that nobody saw yet, worst doubt first; of one group where named."""
        with self._lock:
            self._catch_up()
            seen = self._seen
            open_ones = [
                glyph
                for waiting in self._desk.pool.waiting()
                if not any(one.id in seen.outliers for one in waiting.glyphs)
                for glyph in waiting.glyphs
                if glyph.id not in seen.confirmed and group in (None, glyph.group)
            ]
        return sorted(open_ones, key=lambda one: (one.sure, one.id))

    def screen(
        self,
        group: str,
        who: str,
        *,
        more: bool = False,
        ready: Callable[[Glyph], bool] = lambda glyph: True,
    ) -> list[Glyph] | None:
        """The next screen of what was read as ``group``; None while somebody else looks at it.

        Args:
            group: As in ``groups``.
            who: The person, who has the group in hand from now on.
            more: Beside what this person was given last.
            ready: Whether the picture of a box is there; while many are, no other is given.
        """
        if not self._leases.take(_lease(group), who, time.time()):
            return None
        here = self._given.get((who, group), frozenset()) if more else frozenset()
        pending = [one for one in self.pending(group) if one.id not in here]
        drawn = [one for one in pending if ready(one)]
        others = [one for one in pending if not ready(one)]
        shown = [*drawn[:SCREEN], *others[: max(0, _ENOUGH - len(drawn))]]
        self._given[who, group] = frozenset(one.id for one in shown)
        return self._with_hidden(shown, group)

    def _with_hidden(self, shown: list[Glyph], group: str) -> list[Glyph]:
        known = list(self._desk.pool.known(group)) if shown and self._hidden else []
        for _ in range(len(shown)):
            if known and self._chance.random() < self._hidden:
                at = self._chance.randrange(len(shown) + 1)
                shown.insert(at, known.pop(self._chance.randrange(len(known))))
        return shown

    def confirm(
        self, who: str, group: str, shown: Sequence[str], outliers: Sequence[str]
    ) -> Looked:
        """Keep what a person says of a screen: all is ``group``, but the outliers."""
        if not self._leases.take(_lease(group), who, time.time()):
            return Looked(refused="in_other_hands")
        pool, out = self._desk.pool, set(outliers)
        found = {name: pool.find(name) for name in dict.fromkeys(shown)}
        asked = {name: one for name, one in found.items() if one and one[0].group == group}
        hidden = [name for name, one in found.items() if not one and pool.is_known(name, group)]
        confirmed = sorted(asked.keys() - out)
        taken_out = sorted(asked.keys() & out)
        if not asked:
            return Looked(refused="gone")
        told = {"group": group, "confirmed": confirmed, "outliers": taken_out}
        with self._lock:
            entry = self._desk.ledger.note(who, SCREEN_NOTE, told, now())
            self._catch_up()
            places = {asked[name][1].place: asked[name][1] for name in confirmed}
            ready = sum(self._is_ready(one) for one in places.values())
            self._screens[who].append((entry, group, tuple(places)))
        for name in hidden:
            self._on_hidden(who, name not in out)
        return Looked("", len(confirmed), len(taken_out), ready)

    def undo(self, who: str) -> str | None:
        """Take back a person's last screen; what it was read as, None without one."""
        with self._closing:
            with self._lock:
                if not self._screens[who]:
                    return None
                entry, group, places = self._screens[who].pop()
                self._desk.ledger.note(who, SCREEN_UNDONE, {"entry": entry}, now())
                self._catch_up()
            for record, name, row in places:
                case = self._desk.case(record)
                made = case.decisions.get((name, row)) if case is not None else None
                if made is not None and made.kind == "glyphs":
                    undone = Decision(record, name, row, "undo", reviewer=who)
                    self._desk.decide(undone, now())
        return group

    def close_ready(self) -> int:
        """Decide the fields of which every doubtful box was confirmed; how many."""
        with self._lock:
            self._catch_up()
        records = dict.fromkeys(
            one.place[0] for one in self._desk.pool.waiting() if self._is_ready(one)
        )
        return sum(self._close(record) for record in records)

    def _close(self, record: str) -> int:
        """Not what is on somebody's screen, who is about to say what it is."""
        with self._closing:
            held = self._leases.held(time.time())
            ready = [
                self._decision(one)
                for one in self._desk.pool.waiting(record)
                if self._is_ready(one) and item_id(*one.place) not in held
            ]
            return sum(self._desk.decide_all(ready, now())) if ready else 0

    def _is_ready(self, waiting: Waiting) -> bool:
        with self._lock:
            return all(one.id in self._seen.confirmed for one in waiting.glyphs)

    def _decision(self, waiting: Waiting) -> Decision:
        _, who = max(self._seen.confirmed[one.id] for one in waiting.glyphs)
        seen = waiting.seen_sha256
        return Decision(*waiting.place, "glyphs", waiting.raw, reviewer=who, reading_sha256=seen)


def _lease(group: str) -> str:
    return f"group {group}"
