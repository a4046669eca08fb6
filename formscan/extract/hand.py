"""Whether a glyph looks like what else the same hand wrote on the page.

A writer whose 6 looks like a 1 deceives every reader, and deceives it in each field anew. But
that 6 does not look like the same writer's ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["likeness"]

_FEWEST = 3
"""Glyphs of a class, the one in question included, from which they tell anything."""


def likeness(embeddings: NDArray[np.float32], read: Sequence[str]) -> NDArray[np.float64]:
    """How like each glyph is to those of its page that were read as the same character.

    Args:
        embeddings: (n, 128) of the network, all glyphs of a page.
        read: What each was taken for; "" takes part in nothing.

    Returns:
        (n, 2) float64: mean cosine with the other glyphs of its character, -1 to 1, and how much
        more that is than with the next best character of its kind (digits, letters). Both are 1
        where the page has too few of the character to tell.
    """
    result = np.ones((len(read), 2))
    lengths = np.linalg.norm(embeddings, axis=1, keepdims=True)
    unit = embeddings.astype(np.float64) / np.maximum(lengths, 1e-6)
    names = sorted({name for name in read if name})
    members = np.array([[each == name for each in read] for name in names], dtype=np.float64)
    members = members.reshape(len(names), len(read))
    counts = members.sum(axis=1)
    cosines = unit @ (members @ unit).T
    at = np.array([names.index(name) if name else -1 for name in read], dtype=np.intp)
    told = np.flatnonzero((at >= 0) & (counts[at] >= _FEWEST)) if names else at
    digits = np.array([name.isdigit() for name in names])
    mine = at[told]
    own = (cosines[told, mine] - 1) / (counts[mine] - 1)
    rivals = (counts >= _FEWEST) & (digits == digits[mine, None])
    rivals[np.arange(len(told)), mine] = False
    nearest = np.where(rivals, cosines[told] / counts, -np.inf).max(axis=1, initial=-np.inf)
    result[told, 0] = own
    result[told, 1] = own - np.where(rivals.any(axis=1), nearest, 0.0)
    return result
