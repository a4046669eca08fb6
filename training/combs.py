"""Glyphs through the reader's own cutter (route B): combs written, scanned, cut, normalised."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formscan.extract.cells import cut, ink_of
from formscan.extract.glyphs import normalise
from formscan.extract.grid import locate
from formscan.simulate.unipen import Split, StrokeFile
from training.comb_paper import Hand, Paper, field_of, write

JUNK = 36
CELLS = 16


def comb_part(
    file: StrokeFile, split: Split, seed: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.int64]]:
    """Every digit twice (train) or once and every capital once, sixteen to a comb.

    An ink that is found in a box that was left empty (a neighbour's overflow, dirt, what stayed
    of a line) is junk; item -1.
    """
    rng = np.random.default_rng(seed)
    digits = file.select(split)[file.labels[file.select(split)] < 10]
    capitals = file.select(split)[file.labels[file.select(split)] >= 10]
    if split == "train":
        digits = np.concatenate([digits, digits])
    field = field_of(CELLS, "alnum", (6, 6, 4))
    xs, ys, items = [], [], []
    for pool in (rng.permutation(digits), rng.permutation(capitals)):
        for start in range(0, len(pool), CELLS - 1):
            line: list[int] = pool[start : start + CELLS - 1].tolist()
            while len(line) < CELLS:
                line.insert(int(rng.integers(0, len(line) + 1)), -1)
            overflow = float(rng.choice((0.1, 0.25, 0.5)))
            hand = Hand.drawn(rng, overflow)
            glyphs = [(file.strokes(i), int(file.labels[i])) if i >= 0 else None for i in line]
            crop = write(field, glyphs, hand, Paper.drawn(rng), rng)
            grid = locate(crop)
            for item, cell in zip(line, cut(ink_of(crop, grid), grid), strict=True):
                if cell.empty:
                    continue
                xs.append(normalise(cell.ink))
                ys.append(int(file.labels[item]) if item >= 0 else JUNK)
                items.append(item)
    return np.stack(xs), np.array(ys, dtype=np.uint8), np.array(items, dtype=np.int64)
