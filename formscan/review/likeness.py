"""Which pictures look alike: papers of one kind that were scanned along with the forms.

A picture is compared by where it is dark, on a coarse grid, either way up: leaflets, cards and
receipts of one print fall together, whatever was written on them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["ALIKE", "Look", "grouped", "look_of"]

Look = NDArray[np.float64]
"""(24, 24) darkness, mean 0 and norm 1; all zeros for a page without anything on it."""

ALIKE = 0.72
"""Correlation from which two pictures are of one kind."""

_GRID = 24
_PER_CELL = 6


def look_of(picture: Image.Image) -> Look:
    """What a picture looks like from afar."""
    size = (_GRID * _PER_CELL, _GRID * _PER_CELL)
    gray = np.asarray(picture.convert("L").resize(size, Image.Resampling.BOX), dtype=np.float64)
    paper = np.percentile(gray, 90)
    dark = np.clip(paper - gray, 0, 255)
    cells = dark.reshape(_GRID, _PER_CELL, _GRID, _PER_CELL).mean(axis=(1, 3))
    rough = np.sqrt(_softened(cells))
    rough -= rough.mean()
    norm = float(np.linalg.norm(rough))
    return rough / norm if norm > 1.0 else np.zeros_like(rough)


def _softened(cells: Look) -> Look:
    """Each cell with its neighbours: a scan lies a little differently each time."""
    edged = np.pad(cells, 1, mode="edge")
    around = [edged[r : r + _GRID, c : c + _GRID] for r in range(3) for c in range(3)]
    return np.asarray(np.mean(around, axis=0))


def grouped(looks: Sequence[Look | None]) -> list[list[int]]:
    """Numbers of the pictures in groups, the largest first, then in order.

    Args:
        looks: None for a picture that cannot be seen; each such stays alone.
    """
    groups: list[list[int]] = []
    leaders: list[Look] = []
    alone = []
    for at, look in enumerate(looks):
        if look is None:
            alone.append([at])
            continue
        scores = [_likeness(look, other) for other in leaders]
        best = int(np.argmax(scores)) if scores else -1
        if best >= 0 and scores[best] >= ALIKE:
            groups[best].append(at)
        else:
            groups.append([at])
            leaders.append(look)
    return sorted([*groups, *alone], key=lambda group: (-len(group), group[0]))


def _likeness(one: Look, other: Look) -> float:
    if not one.any() and not other.any():
        return 1.0
    return max(float((one * np.rot90(other, turns)).sum()) for turns in range(4))
