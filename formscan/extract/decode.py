"""From what each box may hold to what the field may say.

Codes and dates are weighed as whole values: a legal value starts with a higher prior than a
free string, but what the ink says beyond ``correction_nats`` is never argued away.
"""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from formscan.reading import Candidate

__all__ = ["CANCELLED", "UNREADABLE", "BoxBeliefs", "DecodeOptions", "Decoded", "decode"]

BoxBeliefs = Mapping[str, float]
"""Probabilities of what a box holds: characters, "" = empty, "?" = no character."""

UNREADABLE: Final = "?"
CANCELLED: Final = "■"
"""A box of a name that was blacked out: the name goes on in the next one."""


@dataclass(frozen=True, slots=True)
class DecodeOptions:
    """Priors of the decoder.

    Attributes:
        correction_nats: A legal value may cost at most this much more than the free reading.
        free: Prior share of values that are not legal.
        blank: Prior of a blank field beside that of all filled ones together.
        spoilt: Prior share of fields in which a character was struck out or blotted.
        floor: Smallest probability that a box can give a character.
        keep: Candidates kept.
        first_year: Earliest year of a date.
        last_year: Latest year of a date.
    """

    correction_nats: float = 7.0
    free: float = 0.015
    blank: float = 0.5
    spoilt: float = 0.02
    floor: float = 2e-5
    keep: int = 6
    first_year: int = 1900
    last_year: int = 2040


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a field may say.

    Attributes:
        candidates: Best first; probabilities sum to at most 1.
        free: The reading that looks at each box alone.
        changed: Boxes in which the best candidate differs from it.
        legal: Whether the best candidate is a legal value (always, where all are).
    """

    candidates: tuple[Candidate, ...]
    free: str
    changed: int
    legal: bool


def decode(
    boxes: Sequence[BoxBeliefs],
    *,
    pattern: str = "",
    codes: Sequence[str] = (),
    options: DecodeOptions = DecodeOptions(),
) -> Decoded:
    """Weigh everything that the boxes of a field may say together.

    Args:
        boxes: Beliefs per box, left to right.
        pattern: ``DDMMYYYY`` or ``MMYYYY`` for dates, else "".
        codes: Legal values, () where every string is legal.
        options: Priors.

    Returns:
        Candidates as written: an empty box between others is a space, "" is blank.
    """
    free = _product(boxes, options)
    limit = math.log(max(free[0][1], 1e-300)) - options.correction_nats
    logs = [_Logs(box, options.floor) for box in boxes]
    legal = _legal(logs, pattern, codes, options)
    if not legal:
        candidates = _merged({_text(cells): p for cells, p in reversed(free)}, options)
        return Decoded(candidates, _text(free[0][0]), 0, legal=True)
    weights: dict[tuple[str, ...], float] = {}
    for cells, p in free:
        prior = legal.get(cells, _free_prior(cells, options))
        weights[cells] = prior + math.log(max(p, 1e-300))
    for cells, prior in legal.items():
        fit = _log_fit(logs, cells)
        if fit >= limit:
            weights[cells] = prior + fit
    top = max(weights.values())
    shares = {cells: math.exp(weight - top) for cells, weight in weights.items()}
    total = sum(shares.values())
    texts: dict[str, float] = {}
    for cells, weight in shares.items():
        texts[_text(cells)] = texts.get(_text(cells), 0.0) + weight / total
    best = max(shares, key=lambda cells: shares[cells])
    changed = sum(a != b for a, b in zip(best, free[0][0], strict=True))
    return Decoded(
        _merged(texts, options), _text(free[0][0]), changed, best in legal or not any(best)
    )


def _free_prior(cells: Sequence[str], options: DecodeOptions) -> float:
    """Log prior of a string that is not legal: blank, spoilt, or any characters at all."""
    if not any(cells):
        return math.log(options.blank)
    share = options.spoilt if UNREADABLE in cells else options.free
    return math.log(share) - math.log(10) * sum(1 for c in cells if c and c != UNREADABLE)


def _text(cells: Sequence[str]) -> str:
    return "".join(c or " " for c in cells if c != CANCELLED).strip()


def _merged(texts: Mapping[str, float], options: DecodeOptions) -> tuple[Candidate, ...]:
    ranked = sorted(texts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Candidate(text, round(p, 6)) for text, p in ranked[: options.keep])


def _product(
    boxes: Sequence[BoxBeliefs], options: DecodeOptions
) -> list[tuple[tuple[str, ...], float]]:
    """The most probable strings of independent boxes, best first (beam of ``keep`` + 2)."""
    beam: list[tuple[tuple[str, ...], float]] = [((), 1.0)]
    for box in boxes:
        ranked = sorted(box.items(), key=lambda item: (-item[1], item[0]))[:4]
        longer = [((*cells, c), p * q) for cells, p in beam for c, q in ranked]
        longer.sort(key=lambda item: (-item[1], item[0]))
        beam = longer[: options.keep + 2]
    return beam


class _Logs(dict[str, float]):
    """Log-probabilities of what a box holds, never below the floor, each worked out once."""

    def __init__(self, box: BoxBeliefs, floor: float) -> None:
        super().__init__()
        self._box, self._floor = box, floor

    def __missing__(self, character: str) -> float:
        found = self[character] = math.log(max(self._box.get(character, 0.0), self._floor))
        return found


def _log_fit(logs: Sequence[_Logs], cells: Sequence[str]) -> float:
    return sum(map(operator.getitem, logs, cells))


_Legal = Mapping[tuple[str, ...], float]
"""What may be written, box by box, and the log of its prior."""


def _legal(
    logs: Sequence[_Logs], pattern: str, codes: Sequence[str], options: DecodeOptions
) -> _Legal:
    if pattern and len(pattern) == len(logs):
        return _dates(logs, pattern, options)
    return _codes(len(logs), tuple(codes), options) if codes else {}


@functools.lru_cache(maxsize=1024)
def _codes(count: int, codes: tuple[str, ...], options: DecodeOptions) -> _Legal:
    """Each legal code in every way that people write it into the boxes."""
    whole = (1 - options.free) / max(len(codes), 1)
    found: dict[tuple[str, ...], float] = {}
    for code in codes:
        if not 0 < len(code) <= count:
            continue
        spare = count - len(code)
        ways = {("",) * spare + tuple(code): 0.5, tuple(code) + ("",) * spare: 0.3}
        short = code.lstrip("0")
        if short and short != code and short not in codes:
            room = count - len(short)
            ways.setdefault(("",) * room + tuple(short), 0.1)
            ways.setdefault(tuple(short) + ("",) * room, 0.1)
        for cells, share in ways.items():
            found[cells] = max(found.get(cells, 0.0), whole * share)
    return {cells: math.log(prior) for cells, prior in found.items()}


def _dates(logs: Sequence[_Logs], pattern: str, options: DecodeOptions) -> _Legal:
    """The possible dates that fit the ink best; 40 are plenty."""
    months = _best(logs[-6:-4], range(1, 13), 2, 5)
    years = _best(logs[-4:], range(options.first_year, options.last_year + 1), 4, 8)
    prior = (1 - options.free) / (12 * (options.last_year - options.first_year + 1))
    if pattern == "MMYYYY":
        return {tuple(m + y): math.log(prior) for m, y in itertools.product(months, years)}
    days = _best(logs[:2], range(1, 32), 2, 6)
    return {
        tuple(d + m + y): math.log(prior / 30)
        for d, m, y in itertools.product(days, months, years)
        if _exists(int(d), int(m), int(y))
    }


def _best(logs: Sequence[_Logs], values: range, width: int, keep: int) -> list[str]:
    texts = [f"{value:0{width}d}" for value in values]
    return sorted(texts, key=lambda text: -_log_fit(logs, text))[:keep]


def _exists(day: int, month: int, year: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
