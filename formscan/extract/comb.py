"""Combs: rows of boxes with one character each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formscan.extract.alphabet import CLASSES, letter_set
from formscan.extract.belief import belief_measures, cell_candidates, confidence_of
from formscan.extract.cells import CellInk, FieldInk, cut, ink_of
from formscan.extract.decode import Decoded, decode
from formscan.extract.engines.ppocr import model_path
from formscan.extract.glyphs import normalise, packed, read_glyphs
from formscan.extract.grid import CellGrid, locate
from formscan.extract.hand import likeness
from formscan.extract.order import median
from formscan.extract.taken_back import taken_back
from formscan.extract.weigh import BoxOptions, junk_share, second_opinions, weigh_box
from formscan.page import FieldCrop
from formscan.reading import Cell, FieldReading, Measure
from formscan.templates.model import FieldKind, Template

__all__ = ["CombReader"]

_LEAST_NATS = -20.0
_LEAST_DOUBT = -12.0


@dataclass(frozen=True, slots=True, eq=False)
class _Comb:
    crop: FieldCrop
    grid: CellGrid
    ink: FieldInk
    cells: tuple[CellInk, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Box:
    """What is known of a box with ink."""

    belief: dict[str, float]
    logits: NDArray[np.float32]
    embedding: NDArray[np.float32]
    second: NDArray[np.float64] | None
    alike: tuple[float, float]
    taken_back: float


class CombReader:
    """Reader of ``comb``: a network for every glyph, a second reader for the doubtful ones."""

    kinds: frozenset[FieldKind] = frozenset({"comb"})
    px_per_mm = 300 / 25.4
    margin_mm = 1.5

    def __init__(self, options: BoxOptions | None = None) -> None:
        self._options = options or BoxOptions()
        self.name = "comb-4+ppocr6" if model_path() else "comb-4"

    def read(self, crops: Sequence[FieldCrop], template: Template) -> list[FieldReading]:
        """One reading per crop, in order; all glyphs of the page go through the network once."""
        combs = [_comb(crop) for crop in crops]
        filled = [(comb, cell) for comb in combs for cell in comb.cells if not cell.empty]
        cells = [cell for _, cell in filled]
        glyphs = [normalise(cell.ink) for cell in cells]
        seen = read_glyphs(np.stack(glyphs) if glyphs else np.zeros((0, 28, 28), np.uint8))
        alphabets = [comb.crop.field.alphabet for comb, _ in filled]
        seconds = second_opinions(cells, seen.logits, alphabets, self._options)
        beliefs = [
            weigh_box(cell, seen.logits[at], seconds[at], alphabets[at], self._options)
            for at, cell in enumerate(cells)
        ]
        alike = likeness(seen.embeddings, [_character(belief) for belief in beliefs])
        pen_px = median(np.array([cell.stroke_px for cell in cells])) if cells else 0.0
        doubt = taken_back(cells, seen, pen_px)
        boxes = [
            _Box(
                beliefs[at],
                seen.logits[at],
                seen.embeddings[at],
                seconds[at],
                tuple(alike[at]),
                float(doubt[at]),
            )
            for at in range(len(cells))
        ]
        readings, start = [], 0
        for comb in combs:
            end = start + sum(not cell.empty for cell in comb.cells)
            codes = tuple(choice.value for choice in template.choices(comb.crop.field))
            readings.append(self._reading(comb, boxes[start:end], codes, pen_px))
            start = end
        return readings

    def _reading(
        self, comb: _Comb, boxes: Sequence[_Box], codes: Sequence[str], pen_px: float
    ) -> FieldReading:
        field = comb.crop.field
        left = iter(boxes)
        beliefs, cells = [], []
        for cell in comb.cells:
            box = None if cell.empty else next(left)
            blank = weigh_box(cell, None, None, field.alphabet, self._options)
            beliefs.append(box.belief if box else blank)
            cells.append(_cell(cell, beliefs[-1], box))
        decoded = decode(beliefs, pattern=field.pattern, codes=codes)
        measures = _measures(comb, cells, beliefs, decoded, pen_px)
        measures += _doubts(boxes, field.alphabet)
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


def _doubts(boxes: Sequence[_Box], alphabet: str) -> tuple[Measure, ...]:
    """The least that the hand, and the second reader, say for the glyphs of a field."""
    values = {
        "alike": min((box.alike[0] for box in boxes), default=1.0),
        "apart": min((box.alike[1] for box in boxes), default=1.0),
        "taken_back": max((box.taken_back for box in boxes), default=_LEAST_DOUBT),
    }
    if model_path():
        said = [_said(box.second, box.belief, alphabet) for box in boxes if box.second is not None]
        values["second"] = max(min(said, default=0.0), _LEAST_NATS)
    return tuple(Measure(name, round(value, 4)) for name, value in values.items())


def _character(belief: Mapping[str, float]) -> str:
    """What a box most likely holds, "" where that is none of the network's characters."""
    best = max(belief, key=lambda text: (belief[text], text))
    return best if best in CLASSES else ""


def _said(second: NDArray[np.float64], belief: Mapping[str, float], alphabet: str) -> float:
    """What the second reader says of the character that a box most likely holds."""
    characters, _ = letter_set(alphabet)
    return float(second[max(range(len(characters)), key=lambda at: belief[characters[at]])])


def _comb(crop: FieldCrop) -> _Comb:
    grid = locate(crop)
    ink = ink_of(crop, grid)
    return _Comb(crop, grid, ink, cut(ink, grid))


def _cell(cell: CellInk, belief: Mapping[str, float], box: _Box | None) -> Cell:
    junk = 0.0 if box is None else junk_share(box.logits, np.arange(36))
    embedding = ("", 0.0) if box is None else packed(box.embedding)
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
