"""Marks as people make them and as they take them back, drawn one by one on a page picture."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal, get_args

import cv2
import numpy as np
from numpy.random import Generator

from formscan.geometry import BoxMm
from formscan.page import Picture
from formscan.simulate.alphabet import Strokes
from formscan.simulate.chance import chance, pick, uniform
from formscan.simulate.ink import draw_strokes
from formscan.simulate.marks import black_out, mark_pen, mark_strokes, strike
from formscan.simulate.pen import Pen

MarkKind = Literal[
    "cross", "tick", "fill", "diagonal", "dot", "overshoot", "thick", "circle", "beside",
    "faint", "barely",
]  # fmt: skip
UndoKind = Literal["blacked", "scribbled", "struck", "erased", "tippexed"]

MARK_KINDS: tuple[MarkKind, ...] = get_args(MarkKind)
UNDO_KINDS: tuple[UndoKind, ...] = get_args(UndoKind)

EMPTY, MARKED, SOLID, STRUCK = range(4)
"""What one box looks like: filled and blacked out are the same to the eye."""

LOOKS = {"fill": SOLID, "blacked": SOLID, "scribbled": STRUCK, "struck": STRUCK,
         "erased": EMPTY, "tippexed": EMPTY}  # fmt: skip


@dataclass(frozen=True)
class Paper:
    """What is drawn on.

    Attributes:
        picture: (h, w, 3) uint8 BGR, changed in place.
        px_per_mm: Its scale.
    """

    picture: Picture
    px_per_mm: float

    def ink(self, strokes: Strokes, pen: Pen, rng: Generator) -> None:
        draw_strokes(self.picture, strokes, pen, self.px_per_mm, rng)


def draw_mark(kind: MarkKind, paper: Paper, box: BoxMm, pen: Pen, rng: Generator) -> None:
    """A mark that is meant."""
    match kind:
        case "circle":
            paper.ink((_ring(box, rng),), pen, rng)
        case "beside":
            side = pick(rng, (-1, 1)) * uniform(rng, (0.75, 1.0)) * box.width
            moved = _moved(box, side, uniform(rng, (-0.2, 0.2)) * box.height)
            paper.ink(mark_strokes(pick(rng, ("cross", "tick")), moved, True, rng), pen, rng)
        case "faint":
            pale = dataclasses.replace(
                pen, opacity=uniform(rng, (0.22, 0.42)), grain=0.3, width_mm=pen.width_mm * 0.9
            )
            style = pick(rng, ("cross", "tick", "diagonal"))
            paper.ink(mark_strokes(style, box, chance(rng, 0.5), rng), pale, rng)
        case "barely":
            paper.ink(_touch(box, rng), pen, rng)
        case "thick":
            thick = dataclasses.replace(pen, width_mm=uniform(rng, (0.8, 1.3)))
            paper.ink(mark_strokes("cross", box, chance(rng, 0.5), rng), thick, rng)
        case _:
            strokes = mark_strokes(kind, box, chance(rng, 0.3), rng)
            paper.ink(strokes, mark_pen(pen, kind, rng), rng)


def draw_undone(
    undo: UndoKind, kind: MarkKind, paper: Paper, box: BoxMm, pen: Pen, rng: Generator
) -> None:
    """A mark that was taken back."""
    if undo == "erased":
        ghost = dataclasses.replace(
            pen, bgr=(110, 106, 106), opacity=uniform(rng, (0.08, 0.2)), grain=0.4
        )
        draw_mark(kind, paper, box, ghost, rng)
        return
    draw_mark(kind, paper, box, pen, rng)
    match undo:
        case "blacked":
            paper.ink(black_out(box, rng), pen, rng)
        case "scribbled":
            paper.ink(_scribble(box, rng), pen, rng)
        case "struck":
            paper.ink(strike(box.grow(0.15 * box.width), rng), pen, rng)
            paper.ink(strike(box.grow(0.1 * box.width), rng), pen, rng)
        case "tippexed":
            _tippex(paper, box, rng)


def _moved(box: BoxMm, x_mm: float, y_mm: float) -> BoxMm:
    return BoxMm(x=box.x + x_mm, y=box.y + y_mm, width=box.width, height=box.height)


def _ring(box: BoxMm, rng: Generator) -> np.ndarray:
    turn = np.linspace(0.3, 2 * np.pi + uniform(rng, (0.2, 0.9)), 48) + rng.uniform(0, 6)
    radii = np.array([uniform(rng, (0.66, 0.9)), uniform(rng, (0.62, 0.85))])
    wobble = 1 + 0.05 * np.sin(2 * turn + rng.uniform(0, 6)) + np.linspace(-0.06, 0.06, 48)
    ring = np.column_stack([np.cos(turn), np.sin(turn)]) * radii * wobble[:, None]
    return ring * (box.width, box.height) + np.array(box.center) + rng.normal(0, 0.15, 2)


def _touch(box: BoxMm, rng: Generator) -> Strokes:
    """A short stroke inside, or one that only just comes in over the outline."""
    turn = rng.uniform(0, 2 * np.pi)
    along = np.array([np.cos(turn), np.sin(turn)])
    middle = rng.normal(0, 0.08, 2) if chance(rng, 0.5) else 0.36 * along
    half = uniform(rng, (0.14, 0.24))
    ends = np.array([middle - half * along, middle + half * along])
    line = ends[0] + (ends[1] - ends[0]) * np.linspace(0, 1, 7)[:, None]
    return (line * (box.width, box.height) + np.array(box.center),)


def _scribble(box: BoxMm, rng: Generator) -> Strokes:
    turns = int(rng.integers(7, 14))
    t = np.linspace(-1, 1, 8 * turns)
    lean = rng.uniform(0, np.pi)
    x, y = 0.55 * t + rng.normal(0, 0.015, t.size), 0.5 * np.sin(np.pi * turns * t)
    turned = np.column_stack(
        [x * np.cos(lean) - y * np.sin(lean), x * np.sin(lean) + y * np.cos(lean)]
    )
    return (turned * (box.width, box.height) + np.array(box.center),)


def _tippex(paper: Paper, box: BoxMm, rng: Generator) -> None:
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    reach = 0.66 * (1 + rng.normal(0, 0.06, 24))[:, None]
    outline = np.column_stack([np.cos(turn), np.sin(turn)]) * reach * (box.width, box.height)
    points = (outline * 1.15 + np.array(box.center) + rng.normal(0, 0.15, 2)) * paper.px_per_mm
    mask = np.zeros(paper.picture.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(points).astype(np.int32)], 255)
    left, top, width, height = cv2.boundingRect(mask)
    part = np.s_[top : top + height, left : left + width]
    cover = cv2.GaussianBlur(mask[part], (0, 0), 1.5).astype(np.float32)[..., None] / 255
    cover *= uniform(rng, (0.9, 1.0))
    white = float(rng.integers(243, 256))
    mixed = paper.picture[part] * (1 - cover) + white * cover
    paper.picture[part] = mixed.astype(np.uint8)
