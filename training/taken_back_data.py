"""Boxes in which a writer took a character back, and boxes in which nobody did.

Combs of one hand each, written, scanned and cut by the package's own cutter. In some boxes the
wrong character came first: another was written over it, or it was struck out. Also boxes whose
character was traced once more, which is no correction of what it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formscan.extract.cells import CellInk, cut, ink_of
from formscan.extract.glyphs import normalise, read_glyphs
from formscan.extract.grid import locate
from formscan.extract.taken_back import inputs_of
from formscan.simulate.unipen import Split, StrokeFile
from formscan.templates.model import Field
from training.comb_paper import Hand, Paper, field_of, place, write
from training.pen import draw, line

CELLS = 16
SPOILT = 0.3
RETRACED = 0.06
Canvas = NDArray[np.float32]
BoxPx = tuple[float, float, float, float]


@dataclass(slots=True)
class _Slips:
    """What else the hand does in each box, as ``write`` goes along."""

    file: StrokeFile
    pool: NDArray[np.int64]
    taken_back: list[bool]

    def __call__(
        self, canvas: Canvas, at: int, cell: BoxPx, item: int, hand: Hand, rng: np.random.Generator
    ) -> None:
        """After a character was written into box ``at``."""
        chance = rng.random()
        if chance < SPOILT:
            self.taken_back[at] = True
            another = self._another(item, rng)
            if rng.random() < 0.55:
                write_over(canvas, cell, another, hand, rng)
            else:
                strike(canvas, cell, hand, rng, int(rng.choice((1, 2, 3), p=(0.6, 0.3, 0.1))))
        elif chance < SPOILT + RETRACED:
            glyph = self.file.strokes(item), int(self.file.labels[item])
            again = replace(hand, off_x=hand.off_x, habits=False, wobble=0.15)
            place(canvas, cell, glyph, again, rng)

    def _another(self, item: int, rng: np.random.Generator) -> tuple[list[Canvas], int]:
        """A character of another kind, by the same person where there is one."""
        file, pool = self.file, self.pool
        others = pool[file.labels[pool] != file.labels[item]]
        mine = others[file.writers[others] == file.writers[item]]
        found = int(rng.choice(mine if len(mine) else others))
        return file.strokes(found), int(file.labels[found])


def boxes(
    file: StrokeFile, split: Split, seed: int, rounds: int
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.int8]]]:
    """(inputs, taken back) of one comb after the other."""
    rng = np.random.default_rng(seed)
    items = file.select(split)
    digits = items[file.labels[items] < 10]
    field = field_of(CELLS, "alnum", (6, 6, 4))
    for _ in range(rounds):
        for pool in (digits, digits, items[file.labels[items] >= 10]):
            order = rng.permutation(pool)
            by_hand = order[np.argsort(file.writers[order], kind="stable")]
            for start in range(0, len(by_hand) - CELLS, CELLS):
                line_of = by_hand[start : start + CELLS].tolist()
                yield _comb(file, pool, line_of, field, rng)


def _comb(
    file: StrokeFile,
    pool: NDArray[np.int64],
    items: list[int],
    field: Field,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    hand = Hand.drawn(rng, float(rng.choice((0.05, 0.1, 0.25))))
    slips = _Slips(file, pool, [False] * len(items))
    glyphs = [(file.strokes(i), int(file.labels[i])) for i in items]

    def afterwards(canvas: Canvas, at: int, cell: BoxPx) -> None:
        slips(canvas, at, cell, items[at], hand, rng)

    crop = write(field, glyphs, hand, Paper.drawn(rng), rng, afterwards)
    grid = locate(crop)
    cells = cut(ink_of(crop, grid), grid)
    kept = [at for at, cell in enumerate(cells) if not cell.empty]
    inked: list[CellInk] = [cells[at] for at in kept]
    if not inked:
        return np.zeros((0, 1), np.float32), np.zeros(0, np.int8)
    seen = read_glyphs(np.stack([normalise(cell.ink) for cell in inked]))
    clean = [cell.stroke_px for cell in inked]
    pen_px = float(np.median(clean)) * float(rng.uniform(0.93, 1.07))
    taken = np.array([slips.taken_back[at] for at in kept], dtype=np.int8)
    return inputs_of(inked, seen, pen_px), taken


def write_over(
    canvas: Canvas,
    cell: BoxPx,
    right: tuple[list[Canvas], int],
    hand: Hand,
    rng: np.random.Generator,
) -> None:
    """The right character on top of the wrong one, mostly more firmly."""
    firmer = replace(
        hand,
        pen_px=hand.pen_px * float(rng.uniform(0.9, 1.7)),
        darkness=min(1.0, hand.darkness * float(rng.uniform(0.95, 1.3))),
        overflow=0.05,
    )
    place(canvas, cell, right, firmer, rng)


def strike(
    canvas: Canvas, cell: BoxPx, hand: Hand, rng: np.random.Generator, lines: int = 1
) -> None:
    """Lines through the box: level, slanting, crossed, or waves."""
    left, top, right, bottom = cell
    width, height = right - left, bottom - top
    pen = hand.pen_px * float(rng.uniform(0.9, 1.4))
    kind = rng.random()
    for count in range(lines):
        lean = rng.normal(0, 0.1) if kind < 0.6 else rng.choice((-1, 1)) * rng.uniform(0.5, 0.9)
        if kind >= 0.85 and count == 1:
            lean = -lean
        middle = (top + bottom) / 2 + rng.normal(0, 0.12) * height
        reach = rng.uniform(0.42, 0.62) * width
        center = (left + right) / 2 + rng.normal(0, 0.05) * width
        ends = (
            (center - reach, middle + lean * height / 2),
            (center + reach, middle - lean * height / 2),
        )
        stroke = line(*ends)
        if rng.random() < 0.25:
            wave = np.sin(np.linspace(0, rng.uniform(6, 25), len(stroke))) * 0.06 * height
            stroke = stroke + np.stack([np.zeros_like(wave), wave], axis=1).astype(np.float32)
        draw(canvas, [stroke.astype(np.float32)], pen, hand.darkness)
