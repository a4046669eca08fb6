"""Every draw of the simulator comes from a named stream of one seed.

Streams do not share state, so that a page looks the same whatever was drawn before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.random import Generator

__all__ = ["Range", "chance", "pick", "stream", "uniform", "weighted"]

T = TypeVar("T")

Range = tuple[float, float]
"""(lowest, highest), both included."""


def stream(seed: int, *names: object) -> Generator:
    """The generator of ``names`` under ``seed``; equal arguments give equal draws."""
    text = "/".join(str(name) for name in (seed, *names))
    digest = hashlib.sha256(text.encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


def uniform(rng: Generator, bounds: Range) -> float:
    """A number between the two bounds."""
    low, high = bounds
    return float(rng.uniform(low, high)) if high > low else float(low)


def chance(rng: Generator, probability: float) -> bool:
    """True with ``probability``."""
    return bool(rng.random() < probability)


def pick(rng: Generator, options: Sequence[T]) -> T:
    """One of ``options``, all equally likely."""
    return options[int(rng.integers(len(options)))]


def weighted(rng: Generator, options: Sequence[tuple[T, float]]) -> T:
    """One of the (option, weight) pairs; weights need not sum to one."""
    weights = np.cumsum([weight for _, weight in options])
    at = rng.random() * weights[-1]
    index = int(np.searchsorted(weights, at, side="right"))
    return options[min(index, len(options) - 1)][0]
