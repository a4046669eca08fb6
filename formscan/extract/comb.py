"""Combs: rows of boxes with one character each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formscan.extract.alphabet import JUNK, letter_set, sign
from formscan.extract.belief import belief_measures, cell_candidates, confidence_of
from formscan.extract.cells import CellInk, FieldInk, cut, ink_of
from formscan.extract.decode import CANCELLED, UNREADABLE, Decoded, decode
from formscan.extract.glyphs import GlyphReadings, normalise, packed, read_glyphs
from formscan.extract.grid import CellGrid, locate
from formscan.page import FieldCrop
from formscan.reading import Cell, FieldReading, Measure
from formscan.templates.model import FieldKind, Template

__all__ = ["CombOptions", "CombReader"]

_WORDS = frozenset({"name", "letters"})


@dataclass(frozen=True, slots=True)
class CombOptions:
    """How glyph scores become beliefs about a box.

    Attributes:
        temperature: Divides the network's logits (Guo et al. 2017).
        junk_odds: How much rarer spoilt boxes are on paper than in training.
        digit_nats: In fields of digits and letters, what speaks for a digit beforehand.
        small: Height of ink, in boxes, at which a box of dirt and a box with a glyph are
            equally likely.
        struck: Part of a box's width that one level line covers where it may be a strike.
        struck_share: What then speaks for a character that was struck out.
    """

    temperature: float = 0.8
    junk_odds: float = 0.05
    digit_nats: float = 1.5
    small: float = 0.17
    struck: float = 0.9
    struck_share: float = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class _Comb:
    crop: FieldCrop
    grid: CellGrid
    ink: FieldInk
    cells: tuple[CellInk, ...]


class CombReader:
    """Reader of ``comb``."""

    name = "comb-2"
    kinds: frozenset[FieldKind] = frozenset({"comb"})
    px_per_mm = 300 / 25.4
    margin_mm = 1.5

    def __init__(self, options: CombOptions = CombOptions()) -> None:
        self._options = options

    def read(self, crops: Sequence[FieldCrop], template: Template) -> list[FieldReading]:
        """One reading per crop, in order; all glyphs of the page go through the network once."""
        combs = [_comb(crop) for crop in crops]
        glyphs = [normalise(cell.ink) for comb in combs for cell in comb.cells if not cell.empty]
        seen = read_glyphs(np.stack(glyphs) if glyphs else np.zeros((0, 28, 28), np.uint8))
        widths = [cell.stroke_px for comb in combs for cell in comb.cells if not cell.empty]
        pen_px = float(np.median(widths)) if widths else 0.0
        readings, start = [], 0
        for comb in combs:
            count = sum(not cell.empty for cell in comb.cells)
            part = GlyphReadings(
                seen.logits[start : start + count], seen.embeddings[start : start + count]
            )
            codes = tuple(choice.value for choice in template.choices(comb.crop.field))
            readings.append(self._reading(comb, part, codes, pen_px))
            start += count
        return readings

    def _reading(
        self, comb: _Comb, seen: GlyphReadings, codes: Sequence[str], pen_px: float
    ) -> FieldReading:
        field = comb.crop.field
        beliefs, cells = [], []
        at = iter(range(len(seen.logits)))
        for cell in comb.cells:
            index = -1 if cell.empty else next(at)
            logits = None if index < 0 else seen.logits[index]
            belief = _belief(cell, logits, field.alphabet, self._options)
            embedding = ("", 0.0) if index < 0 else packed(seen.embeddings[index])
            beliefs.append(belief)
            cells.append(_cell(cell, belief, logits, embedding))
        decoded = decode(beliefs, pattern=field.pattern, codes=codes)
        measures = _measures(comb, cells, beliefs, decoded, pen_px)
        best = decoded.candidates[0]
        cancelled = not best.text and any(cell.blacked for cell in comb.cells)
        return FieldReading(
            name=field.name,
            row=field.row,
            reader=self.name,
            candidates=decoded.candidates,
            confidence=0.0
            if cancelled
            else confidence_of(field.error_kind, best, measures, beliefs),
            cells=tuple(cells),
            measures=measures,
        )


def _comb(crop: FieldCrop) -> _Comb:
    grid = locate(crop)
    ink = ink_of(crop, grid)
    return _Comb(crop, grid, ink, cut(ink, grid))


def _belief(
    cell: CellInk,
    logits: NDArray[np.float32] | None,
    alphabet: str,
    options: CombOptions,
) -> dict[str, float]:
    """What a box holds; sums to 1."""
    if cell.blacked:
        return {CANCELLED if alphabet in _WORDS else UNREADABLE: 0.98, "": 0.001}
    if logits is None:
        return {"": 0.999}
    characters, classes = letter_set(alphabet)
    scores = logits[classes].astype(np.float64) / options.temperature
    if alphabet == "alnum":
        scores[:10] += options.digit_nats
    scores -= scores.max()
    inside = np.exp(scores)
    inside /= inside.sum()
    junk = _rarer(_junk(logits, classes), options.junk_odds)
    if alphabet not in _WORDS and cell.strike > options.struck:
        junk = max(junk, options.struck_share)
    mark, mark_share = sign(cell, alphabet)
    empty = _emptiness(cell, options) * (1 - mark_share)
    glyph = (1 - empty) * (1 - junk) * (1 - mark_share)
    belief = {c: float(p) * glyph for c, p in zip(characters, inside, strict=True)}
    belief[""] = empty
    belief["?"] = (1 - empty) * junk * (1 - mark_share)
    if mark:
        belief[mark] = belief.get(mark, 0.0) + (1 - empty) * mark_share
    return belief


def _junk(logits: NDArray[np.float32], classes: NDArray[np.intp]) -> float:
    """Share of the junk class beside those that the field may hold."""
    best = float(logits[classes].max())
    rivals = float(np.exp(logits[classes] - best).sum())
    junk = math.exp(min(float(logits[JUNK]) - best, 60.0))
    return junk / (junk + rivals)


def _rarer(share: float, odds: float) -> float:
    """A probability whose prior odds are multiplied."""
    return share * odds / (share * odds + 1 - share + 1e-9)


def _emptiness(cell: CellInk, options: CombOptions) -> float:
    """P(the ink of a box is dirt or residue), from its size."""
    _, _, width, height = cell.box
    size = max(height, 0.6 * width)
    return float(1 / (1 + math.exp(min((size - options.small) / 0.025, 60.0))))


def _cell(
    cell: CellInk,
    belief: dict[str, float],
    logits: NDArray[np.float32] | None,
    embedding: tuple[str, float],
) -> Cell:
    junk = 0.0 if logits is None else _junk(logits, np.arange(36))
    return Cell(
        candidates=cell_candidates(belief),
        measures=(
            Measure("ink", round(cell.share, 4)),
            Measure("touch", round(cell.touch, 4)),
            Measure("junk", round(junk, 4)),
            Measure("height", round(cell.box[3], 3)),
        ),
        embedding=embedding[0],
        embedding_scale=embedding[1],
    )


def _measures(
    comb: _Comb,
    cells: Sequence[Cell],
    beliefs: Sequence[dict[str, float]],
    decoded: Decoded,
    pen_px: float,
) -> tuple[Measure, ...]:
    filled = [cell for cell, inked in zip(cells, comb.cells, strict=True) if not inked.empty]
    widths = [cell.stroke_px / max(pen_px, 1.0) for cell in comb.cells if not cell.empty] or [1.0]
    values = {
        **belief_measures(beliefs, decoded),
        "junk": max((_measure(cell, "junk") for cell in filled), default=0.0),
        "touch": max((_measure(cell, "touch") for cell in filled), default=0.0),
        "filled": float(len(filled)),
        "lines": float(comb.ink.lines.any()),
        "contrast": comb.ink.level,
        "residue": comb.ink.residue,
        "noise": comb.ink.noise,
        "ink": max((cell.share for cell in comb.cells), default=0.0),
        "strike": max((cell.strike for cell in comb.cells), default=0.0),
        "heavy": max(0.0, max(widths) - 1.1),
        "thin": max(0.0, 0.85 - min(widths)),
        "scale": comb.crop.scan_px_per_mm,
    }
    return tuple(Measure(name, round(value, 4)) for name, value in values.items())


def _measure(cell: Cell, name: str) -> float:
    return next(measure.value for measure in cell.measures if measure.name == name)
