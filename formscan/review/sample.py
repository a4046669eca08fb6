"""Which fields go to a second person: a share of each enumerator's and each kind's, by a seed.

A field's place in the draw follows from the seed and its own name alone, so the sample stays as
it is while the batch goes on, and nobody who does not know the seed can tell what is in it.
"""

from __future__ import annotations

import hashlib
import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from formscan.decision import Decision, Key
from formscan.record import ENUMERATORS, Record
from formscan.settle.decided import PERSON
from formscan.store.looks import Place
from formscan.templates.model import Field

__all__ = ["Drawn", "draw"]

_SETTLED = frozenset({"accepted", "confirmed", "blank"})


@dataclass(frozen=True, slots=True)
class Drawn:
    """A field that a second person shall look at.

    Attributes:
        first: Whose value it is, "" for the machine's.
    """

    place: Place
    first: str


def draw(
    records: Iterable[Record],
    fields: Mapping[tuple[str, str], Mapping[Key, Field]],
    decisions: Mapping[str, Mapping[Key, Decision]],
    shares: tuple[float, float],
    seed: str,
) -> list[Drawn]:
    """The sample of a batch, stratified by enumerator, reader and kind of field.

    Args:
        records: All of the batch.
        fields: What is printed, by form and version; pictures left out.
        decisions: What stands, by KEY.
        shares: Of fields in which something is written, and of blank ones that the machine read.
        seed: Kept with the batch.
    """
    strata: dict[tuple[str, ...], list[tuple[float, Drawn]]] = defaultdict(list)
    for record in records:
        hand = next((one.raw for one in record.values if one.name in ENUMERATORS), "")
        printed = fields[record.form, record.version]
        decided = decisions.get(record.key, {})
        for value in record.values:
            field = printed.get((value.name, value.row))
            if field is None or value.status not in _SETTLED:
                continue
            own = decided.get((value.name, value.row))
            first = own.reviewer if own is not None and value.reader == PERSON else ""
            kind = "blank" if value.status == "blank" and not first else field.error_kind
            place = (record.key, value.name, value.row)
            strata[first, hand, kind].append((_lot(seed, *place), Drawn(place, first)))
    return [
        one
        for stratum, lots in sorted(strata.items())
        for one in _first(lots, shares[stratum[2] == "blank"], _lot(seed, *stratum))
    ]


def _first(lots: Sequence[tuple[float, Drawn]], share: float, lot: float) -> list[Drawn]:
    """``share`` of them, rounded up as often as is just."""
    count = int(share * len(lots) + lot)
    smallest = heapq.nsmallest(count, lots, key=lambda one: (one[0], str(one[1].place)))
    return [drawn for _, drawn in smallest]


def _lot(seed: str, *parts: object) -> float:
    """0 to 1, the same each time."""
    told = "|".join(map(str, (seed, *parts)))
    return int.from_bytes(hashlib.blake2b(told.encode(), digest_size=7).digest()) / 2**56
