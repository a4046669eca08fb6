"""A line of text against a closed list: which entry is meant, and does anything else come close?"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from formscan.reading import Candidate
from formscan.templates.model import Choice

__all__ = ["Match", "best_matches", "listed_candidates"]

_LOOK_ALIKE = str.maketrans("01l|5", "oiiis")
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Match:
    """How far an entry of the list is from what was read.

    Attributes:
        label: The entry as it is spelled in the list, in the language of the paper.
        edits: Characters to insert, delete or replace, look-alikes free, spaces and signs ignored.
        length: Characters that count in the entry.
    """

    label: str
    edits: int
    length: int

    @property
    def similarity(self) -> float:
        """1 where nothing differs, 0 where all does."""
        return max(0.0, 1 - self.edits / max(self.length, 1))


def best_matches(text: str, choices: tuple[Choice, ...], language: str) -> list[Match]:
    """The nearest entries, best first, each once, whichever of its spellings is nearest."""
    spelled = _spellings(tuple(_entry(choice, language) for choice in choices))
    found = process.extract(
        _folded(text), [folded for folded, _ in spelled], scorer=Levenshtein.distance, limit=12
    )
    matches: dict[str, Match] = {}
    for folded, edits, at in found:
        label = spelled[at][1]
        matches.setdefault(label, Match(label, int(edits), len(folded)))
    return list(matches.values())[:_SHOWN]


def listed_candidates(
    matches: list[Match], text: str, gap: int, sure: float
) -> tuple[tuple[Candidate, ...], float]:
    """What the list makes of a line.

    Args:
        matches: Of ``best_matches``.
        text: What was read.
        gap: Edits by which every other entry must be farther off.
        sure: What an entry is worth that was read to the letter.

    Returns:
        Candidates, best first, spelled as in the list; and the confidence: that of a settled
        entry, or one that leaves the field to a person.
    """
    near = [match for match in matches if match.similarity >= 0.5]
    if not near:
        return (Candidate(text, 0.1),), 0.1
    best = near[0]
    rival = min((match.edits for match in matches[1:]), default=best.length + gap)
    settled = best.edits == 0 and rival - best.edits >= gap
    confidence = sure if settled else min(0.9, best.similarity)
    others = tuple(Candidate(m.label, round(0.5 * m.similarity, 4)) for m in near[1:])
    return (Candidate(best.label, confidence), *others), confidence


def _entry(choice: Choice, language: str) -> tuple[str, ...]:
    """The label on paper, then every way to write the entry: its labels and its code."""
    label = choice.labels.get(language) or next(iter(choice.labels.values()), choice.value)
    return (label, *choice.labels.values(), choice.value)


@functools.lru_cache(maxsize=64)
def _spellings(entries: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, str], ...]:
    """(folded spelling, label on paper) of every entry."""
    return tuple(dict.fromkeys((_folded(words), ways[0]) for ways in entries for words in ways))


def _folded(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum() or c == "|").translate(_LOOK_ALIKE)
