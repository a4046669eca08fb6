"""A comb written by one hand on simulated paper, as the page cropper would hand it over.

Used for training (route B), for the accuracy of the whole cutter and for its tests.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.geometry import BoxMm
from formscan.page import FieldCrop
from formscan.templates.model import Field
from training.pen import Strokes, distorted, draw, with_habit

PX_PER_MM = 300 / 25.4
MARGIN_MM = 1.5
LINES = ("gone", "faint", "grey", "black")
Afterwards = Callable[[NDArray[np.float32], int, tuple[float, float, float, float]], None]


@dataclass(frozen=True, slots=True)
class Hand:
    """How one writer fills boxes."""

    slant: float
    height: float
    height_spread: float
    off_x: float
    off_y: float
    pen_px: float
    darkness: float
    overflow: float
    habits: bool = True
    wobble: float = 0.5

    @staticmethod
    def drawn(rng: np.random.Generator, overflow: float) -> Hand:
        return Hand(
            slant=float(np.clip(rng.normal(0, 0.10), -0.3, 0.3)),
            height=float(rng.uniform(0.52, 0.86)),
            height_spread=float(rng.uniform(0.03, 0.09)),
            off_x=float(rng.normal(0, 2.0)),
            off_y=float(rng.normal(0, 2.0)),
            pen_px=float(rng.uniform(3.0, 7.2)),
            darkness=float(rng.uniform(0.45, 1.0)),
            overflow=overflow,
        )


@dataclass(frozen=True, slots=True)
class Paper:
    """What the scan does to it; ``office`` is the milder half of what is trained on."""

    line: str
    blur: float
    noise: float
    quality: int
    wave_px: float
    dpi: int
    dirt: int

    @staticmethod
    def drawn(rng: np.random.Generator, line: str = "", *, office: bool = False) -> Paper:
        hard = rng.random() < 0.5 and not office
        return Paper(
            line=line or str(rng.choice(LINES, p=(0.3, 0.3, 0.25, 0.15))),
            blur=float(rng.uniform(0.7, 1.4) if hard else rng.uniform(0.4, 0.9)),
            noise=float(rng.uniform(5, 15) if hard else rng.uniform(2, 8)),
            quality=int(rng.integers(50, 80) if hard else rng.integers(75, 95)),
            wave_px=float(rng.uniform(0, 8) if hard else rng.uniform(0, 3)),
            dpi=int(rng.choice((200, 250, 300)) if hard else 300),
            dirt=int(rng.integers(0, 4)) if hard else 0,
        )


def field_of(count: int, kind: str, groups: tuple[int, ...] = (), pitch: float = 4.8) -> Field:
    """A comb of ``count`` boxes of 4.8 by 5.6 mm at (10, 10) mm."""
    starts, x = [], 10.0
    breaks = set(np.cumsum(groups).tolist())
    for i in range(count):
        starts.append(x)
        x += pitch + (1.0 if i + 1 in breaks else 0.0)
    cells = tuple(BoxMm(x=s, y=10.0, width=pitch, height=5.6) for s in starts)
    return Field.model_validate(
        {
            "name": "f",
            "kind": "comb",
            "box": BoxMm.around(cells),
            "cells": cells,
            "alphabet": kind,
        }
    )


def write(
    field: Field,
    glyphs: list[tuple[Strokes, int] | None],
    hand: Hand,
    paper: Paper,
    rng: np.random.Generator,
    afterwards: Afterwards | None = None,
) -> FieldCrop:
    """Draw the glyphs (None = empty box) into the boxes, scan, and crop.

    ``afterwards`` may draw more into a box once its glyph is there: canvas, which box, where.
    """
    box = field.box.grow(MARGIN_MM)
    width, height = round(box.width * PX_PER_MM), round(box.height * PX_PER_MM)
    crop = FieldCrop(
        field=field,
        gray=np.zeros((1, 1), dtype=np.uint8),
        px_per_mm=PX_PER_MM,
        origin_mm=(box.x + 0.5 / PX_PER_MM, box.y + 0.5 / PX_PER_MM),
    )
    canvas = np.zeros((height, width), dtype=np.float32)
    printed = np.zeros((height, width), dtype=np.float32)
    print_lines(printed, field, crop, rng)
    for at, (cell, glyph) in enumerate(zip(field.cells, glyphs, strict=True)):
        if glyph is not None:
            place(canvas, crop.px_box(cell), glyph, hand, rng)
            if afterwards is not None:
                afterwards(canvas, at, crop.px_box(cell))
    for _ in range(paper.dirt):
        at = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        cv2.circle(canvas, at, int(rng.integers(0, 3)), float(rng.uniform(0.2, 0.8)), -1)
    tone = {"gone": 0.02, "faint": 0.12, "grey": 0.38, "black": 0.85}[paper.line]
    tone *= rng.uniform(0.75, 1.25)
    dark = np.maximum(canvas, printed * tone)
    gray, base, ink = scan(dark, hand, paper, rng)
    bgr = None
    if paper.line in ("gone", "faint") and rng.random() < 0.8:
        tinted = np.maximum(canvas, printed * 0.5)
        visible, _, _ = scan(tinted, hand, paper, np.random.default_rng(int(gray[0, 0])))
        bgr = np.stack([visible, visible, gray], axis=2)
        gray, bgr = _waved([gray, bgr], paper, rng)
    else:
        (gray,) = _waved([gray], paper, rng)
    return dataclasses.replace(crop, gray=gray, bgr=bgr, paper=base, ink=ink)


def print_lines(
    printed: NDArray[np.float32], field: Field, crop: FieldCrop, rng: np.random.Generator
) -> None:
    thick = float(rng.uniform(0.2, 0.34)) * PX_PER_MM
    for cell in field.cells:
        left, top, right, bottom = crop.px_box(cell)
        corners = np.array(
            [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)],
            dtype=np.float32,
        )
        draw(printed, [corners], thick, 1.0)


def place(
    canvas: NDArray[np.float32],
    cell: tuple[float, float, float, float],
    glyph: tuple[Strokes, int],
    hand: Hand,
    rng: np.random.Generator,
) -> None:
    strokes, label = glyph
    left, top, right, bottom = cell
    shape = with_habit(strokes, label, rng) if hand.habits else strokes
    shape = distorted(shape, rng, hand.wobble)
    shape = [s @ np.array([[1, 0], [-hand.slant, 1]], dtype=np.float32) for s in shape]
    points = np.concatenate(shape)
    low = points.min(axis=0)
    span = points.max(axis=0) - low
    over = rng.random() < hand.overflow
    part = rng.uniform(0.95, 1.25) if over else rng.normal(hand.height, hand.height_spread)
    part = float(np.clip(part, 0.35, 1.3))
    scale = part * (bottom - top) / max(span[1], 0.35)
    room = (right - left) * (1.15 if over else 0.86)
    scale = min(scale, room / max(span[0], 0.2))
    center = (
        (left + right) / 2 + hand.off_x + rng.normal(0, 2.5 if not over else 5),
        (top + bottom) / 2 + hand.off_y + rng.normal(0, 2.0 if not over else 4),
    )
    start = np.array(center) - span * scale / 2
    draw(
        canvas,
        [((s - low) * scale + start).astype(np.float32) for s in shape],
        hand.pen_px * rng.uniform(0.85, 1.15),
        hand.darkness * float(rng.uniform(0.85, 1.0)),
        skip=rng.random() < 0.04,
        rng=rng,
    )


def scan(
    dark: NDArray[np.float32], hand: Hand, paper: Paper, rng: np.random.Generator
) -> tuple[NDArray[np.uint8], float, float]:
    base = float(rng.uniform(205, 252))
    small = dark
    if paper.dpi < 300:
        ratio = paper.dpi / 300
        small = cv2.resize(dark, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), paper.blur * paper.dpi / 300)
    light = 1 - rng.uniform(0, 0.25) * np.linspace(0, 1, small.shape[1], dtype=np.float32)
    gray = (base - small * (base - 25)) * light
    gray = gray + rng.normal(0, paper.noise, small.shape)
    gray8 = np.clip(gray, 0, 255).astype(np.uint8)
    _, code = cv2.imencode(".jpg", gray8, [cv2.IMWRITE_JPEG_QUALITY, paper.quality])
    gray8 = cv2.imdecode(code, cv2.IMREAD_GRAYSCALE)
    if paper.dpi < 300:
        size = (dark.shape[1], dark.shape[0])
        gray8 = cv2.resize(gray8, size, interpolation=cv2.INTER_LINEAR)
    return gray8, base * float(light.mean()), base - 0.9 * hand.darkness * (base - 25)


def _waved(
    pictures: list[NDArray[np.uint8]], paper: Paper, rng: np.random.Generator
) -> list[NDArray[np.uint8]]:
    """Registration residue: a shift and a slow wave, the same for all channels."""
    height, width = pictures[0].shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    shift = rng.normal(0, paper.wave_px * 0.7, 2)
    phase, period = rng.uniform(0, 6.28), rng.uniform(1000, 4000)
    map_x = (x + shift[0] + 0.4 * paper.wave_px * np.sin(x / period * 6.28 + phase)).astype("f4")
    map_y = (y + shift[1] + 0.6 * paper.wave_px * np.sin(x / period * 6.28)).astype("f4")
    warp = partial(cv2.remap, map1=map_x, map2=map_y, interpolation=cv2.INTER_LINEAR)
    return [warp(p, borderMode=cv2.BORDER_REPLICATE) for p in pictures]
