"""One glyph rendered alone, at 300 dpi, damaged as pages and cutters damage it (route A)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from formscan.extract.glyphs import normalise
from training.pen import Strokes, distorted, draw, with_habit

SIDE = 84


def patch(strokes: Strokes, label: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Darkness of a glyph on a patch of paper, before damage."""
    shape = distorted(with_habit(strokes, label, rng), rng)
    height = rng.uniform(22, 54)
    pen = min(rng.uniform(2.0, 8.0), height * 0.2)
    span = np.concatenate(shape).max(axis=0) * height
    offset = ((SIDE - span) / 2).astype(np.float32)
    canvas = np.zeros((SIDE, SIDE), dtype=np.float32)
    draw(
        canvas,
        [stroke * np.float32(height) + offset for stroke in shape],
        pen,
        rng.uniform(0.5, 1.0),
        skip=rng.random() < 0.06,
        rng=rng,
    )
    return canvas


def damaged(canvas: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Scan damage, then a threshold: ink as the cutter would hand it over."""
    if rng.random() < 0.12:
        small = cv2.resize(canvas, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        canvas = cv2.resize(small, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    canvas = cv2.GaussianBlur(canvas, (0, 0), rng.uniform(0.45, 1.3))
    peak = float(canvas.max())
    noisy = canvas + rng.normal(0, rng.uniform(0.005, 0.05), canvas.shape).astype(np.float32)
    picture = np.clip(noisy / max(peak, 0.05) * 230, 0, 255).astype(np.uint8)
    threshold, _ = cv2.threshold(picture, 0, 255, cv2.THRESH_OTSU)
    mask = (picture > threshold * rng.uniform(0.6, 0.95)).astype(np.uint8)
    x, y, w, h = cv2.boundingRect(mask)
    if rng.random() < 0.30:
        erase_strip(mask, (x, y, w, h), rng)
    if rng.random() < 0.12:
        remnant(mask, (x, y, w, h), rng)
        picture = np.maximum(picture, mask * 160)
    mask = without_specks(mask, 18)
    ink = np.where(mask > 0, picture, 0).astype(np.uint8)
    if rng.random() < 0.12:
        ink = np.where(ink > 0, 255, 0).astype(np.uint8)
    return ink


def erase_strip(mask: NDArray[np.uint8], box: tuple[int, ...], rng: np.random.Generator) -> None:
    """What is lost where a box line was removed."""
    x, y, w, h = box
    wide = int(rng.integers(2, 6))
    if rng.random() < 0.5:
        at = x + int(rng.uniform(-2, 0.15 * w + 3))
        at = at if rng.random() < 0.5 else 2 * x + w - at - wide
        mask[:, max(at, 0) : max(at + wide, 0)] = 0
    else:
        at = y + int(rng.uniform(-2, 0.15 * h + 3))
        at = at if rng.random() < 0.5 else 2 * y + h - at - wide
        mask[max(at, 0) : max(at + wide, 0)] = 0


def remnant(mask: NDArray[np.uint8], box: tuple[int, ...], rng: np.random.Generator) -> None:
    """A piece of box line that stayed."""
    x, y, w, h = box
    length, thick = int(rng.integers(5, 35)), int(rng.integers(1, 4))
    if rng.random() < 0.6:
        at = x - int(rng.integers(0, 8)) if rng.random() < 0.5 else x + w + int(rng.integers(0, 8))
        start = y + int(rng.uniform(-0.2, 0.8) * h)
        mask[max(start, 0) : start + length, max(at, 0) : at + thick] = 1
    else:
        at = y - int(rng.integers(0, 8)) if rng.random() < 0.5 else y + h + int(rng.integers(0, 8))
        start = x + int(rng.uniform(-0.2, 0.8) * w)
        mask[max(at, 0) : at + thick, max(start, 0) : start + length] = 1


def without_specks(mask: NDArray[np.uint8], least: int) -> NDArray[np.uint8]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count <= 1:
        return mask
    keep = (stats[:, cv2.CC_STAT_AREA] >= least).astype(np.uint8)
    keep[0] = 0
    return keep[labels]


def glyph(strokes: Strokes, label: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    return normalise(damaged(patch(strokes, label, rng), rng))


def scribble(width: float, height: float, rng: np.random.Generator) -> Strokes:
    """Crossing out: zigzag, strikes, X, or filled black."""
    kind = rng.random()
    if kind < 0.35:
        n = int(rng.integers(5, 14))
        xs = np.linspace(0, width, n) + rng.normal(0, 2, n)
        ys = np.where(np.arange(n) % 2, height * rng.uniform(0.6, 1), height * rng.uniform(0, 0.4))
        return [np.stack([xs, ys + rng.normal(0, 3, n)], axis=1).astype(np.float32)]
    if kind < 0.6:
        return [
            np.array([(-3, y), (width + 3, y + rng.normal(0, 5))], dtype=np.float32)
            for y in rng.uniform(0.15, 0.85, int(rng.integers(2, 4))) * height
        ]
    if kind < 0.8:
        return [
            np.array([(-2, -2), (width + 2, height + 2)], dtype=np.float32),
            np.array([(width + 2, -2), (-2, height + 2)], dtype=np.float32),
        ]
    n = int(rng.integers(14, 30))
    return [(rng.uniform(0, 1, (n, 2)) * (width, height)).astype(np.float32)]


def junk(pick: list[Strokes], labels: list[int], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Not a character: struck out, two in one box, a wandering pen."""
    kind = rng.random()
    if kind < 0.5:
        canvas = patch(pick[0], labels[0], rng)
        x, y, w, h = cv2.boundingRect((canvas > 0.2).astype(np.uint8))
        marks = scribble(max(w, 14), max(h, 14), rng)
        offset = np.array([x, y], dtype=np.float32)
        draw(canvas, [m + offset for m in marks], rng.uniform(2, 6), rng.uniform(0.5, 1))
    elif kind < 0.85:
        canvas = patch(pick[0], labels[0], rng)
        other = patch(pick[1], labels[1], rng)
        shift = rng.uniform(14, 26) if rng.random() < 0.5 else rng.uniform(0, 6)
        left = cv2.warpAffine(canvas, np.float32([[1, 0, -shift / 2], [0, 1, 0]]), (SIDE, SIDE))
        right = cv2.warpAffine(other, np.float32([[1, 0, shift / 2], [0, 1, 0]]), (SIDE, SIDE))
        canvas = np.maximum(left, right)
    else:
        canvas = np.zeros((SIDE, SIDE), dtype=np.float32)
        steps = rng.normal(0, rng.uniform(3, 9), (int(rng.integers(8, 40)), 2)).cumsum(axis=0)
        walk = np.clip(steps + SIDE / 2, 12, SIDE - 12).astype(np.float32)
        draw(canvas, [walk], rng.uniform(2, 6), rng.uniform(0.5, 1))
    return normalise(damaged(canvas, rng))
