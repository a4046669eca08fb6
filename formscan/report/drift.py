"""Whether a batch is read as surely as the validation scans on which confidence was fitted.

``validation.json`` beside this file (made by ``training/validation.py``) says how sure the readings
of those scans were, in the bands of the report. Where a batch differs much, its confidence may
promise too much or too little: the curves know only pictures like those they were fitted on.
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from formscan.report.run_figures import BANDS, KindFigures

__all__ = ["Drift", "Validation", "drift_of", "load_validation", "models_sha256", "stability"]

_MODELS = ("calibration.json", "glyphs.onnx")
_FEWEST = 200
"""Fields of a kind below which nothing is said: chance alone moves the shares too much."""

_MUCH = 0.25
"""Population stability index from which a distribution counts as another one (Siddiqi 2006)."""

_SURE = 0.99
_LITTLE = 0.005


@dataclass(frozen=True, slots=True)
class Validation:
    """What was seen on validation.

    Attributes:
        pages: Pages by severity of the simulator.
        kinds: Fields with something in them per band of confidence, by kind.
        is_current: Whether the models are still those that read them.
    """

    pages: Mapping[str, int]
    kinds: Mapping[str, tuple[int, ...]]
    is_current: bool


@dataclass(frozen=True, slots=True)
class Drift:
    """One kind of field, here and on validation.

    Attributes:
        index: Population stability index over the bands.
        sure_here: Share of fields with a confidence of 0.99 or more.
        sure_there: The same on validation.
        shares: Share of each band on validation, 0 to 1.
        is_much: Whether somebody should look.
    """

    kind: str
    index: float
    sure_here: float
    sure_there: float
    shares: tuple[float, ...]
    is_much: bool


def drift_of(kinds: Sequence[KindFigures], validation: Validation | None) -> tuple[Drift, ...]:
    """One per kind of which enough fields were read, here and there; () without a comparison."""
    if validation is None or not validation.is_current:
        return ()
    known = [(one, validation.kinds.get(one.kind, ())) for one in kinds]
    return tuple(
        _drift(one.kind, one.histogram.counts, there)
        for one, there in known
        if min(sum(one.histogram.counts), sum(there)) >= _FEWEST
    )


def _drift(kind: str, here: Sequence[int], there: Sequence[int]) -> Drift:
    index = stability(here, there)
    chance = (len(BANDS) - 1) * (1 / sum(here) + 1 / sum(there))
    sure = [edge >= _SURE for edge in BANDS[:-1]]
    return Drift(
        kind=kind,
        index=index,
        sure_here=sum(n for n, yes in zip(here, sure, strict=True) if yes) / sum(here),
        sure_there=sum(n for n, yes in zip(there, sure, strict=True) if yes) / sum(there),
        shares=tuple(n / sum(there) for n in there),
        is_much=index > _MUCH + 2 * chance,
    )


def stability(here: Sequence[int], there: Sequence[int]) -> float:
    """Population stability index: the sum of (p - q) ln(p / q) over bands; 0 for equal shares.

    A share below 0.5 % counts as that much, so that no empty band decides by itself.
    """
    total = 0.0
    for mine, theirs in zip(here, there, strict=True):
        p, q = max(mine / sum(here), _LITTLE), max(theirs / sum(there), _LITTLE)
        total += (p - q) * math.log(p / q)
    return total


def models_sha256() -> dict[str, str]:
    """Digests of the models by which confidence comes about, as ``validation.json`` has them."""
    folder = resources.files("formscan.extract") / "models"
    files = {name: folder / name for name in _MODELS}
    return {
        name: hashlib.sha256(file.read_bytes()).hexdigest()
        for name, file in files.items()
        if file.is_file()
    }


@functools.cache
def load_validation() -> Validation | None:
    """What came with the package; None where nothing did, or in other bands."""
    file = resources.files("formscan.report") / "validation.json"
    if not file.is_file():
        return None
    data = json.loads(file.read_text(encoding="utf-8"))
    if tuple(data["bands"]) != BANDS:
        return None
    kinds = {kind: tuple(counts) for kind, counts in data["kinds"].items()}
    return Validation(data["pages"], kinds, data["models"] == models_sha256())
