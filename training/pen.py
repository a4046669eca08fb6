"""Strokes to ink: habits of hands, distortion, and the pen."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Strokes = list[NDArray[np.float32]]
"""Pen strokes, (k, 2) each, y down."""

OPEN_FOUR = [[(0.1, 0.0), (0.0, 0.55), (0.75, 0.55)], [(0.6, 0.1), (0.52, 1.0)]]
CLOSED_FOUR = [[(0.5, 0.0), (0.0, 0.62), (0.8, 0.62)], [(0.5, 0.0), (0.52, 1.0)]]
SERIF_ONE = [[(0.0, 0.28), (0.35, 0.0), (0.35, 1.0)], [(0.0, 1.0), (0.7, 1.0)]]
FLAG_ONE = [[(0.0, 0.35), (0.4, 0.0), (0.38, 1.0)]]
BAR_SEVEN = [[(0.0, 0.1), (0.0, 0.0), (0.65, 0.0), (0.25, 1.0)], [(0.1, 0.5), (0.6, 0.48)]]
HABITS = {4: (OPEN_FOUR, CLOSED_FOUR), 1: (SERIF_ONE, FLAG_ONE), 7: (BAR_SEVEN,)}


def densify(points: NDArray[np.float32], step: float = 0.06) -> NDArray[np.float32]:
    """Points no further apart than ``step``."""
    if len(points) < 2:
        return points
    lengths = np.hypot(*np.diff(points, axis=0).T)
    at = np.concatenate([[0.0], np.cumsum(lengths)])
    count = max(int(at[-1] / step), 1) + 1
    where = np.linspace(0, at[-1], count)
    return np.stack(
        [np.interp(where, at, points[:, 0]), np.interp(where, at, points[:, 1])], axis=1
    ).astype(np.float32)


def drawn(label: int, rng: np.random.Generator) -> Strokes:
    """A digit from the alphabet of habits, roughly as a hand would vary it."""
    shapes = HABITS[label]
    shape = shapes[rng.integers(len(shapes))]
    return [
        densify((np.array(stroke) + rng.normal(0, 0.04, (len(stroke), 2))).astype(np.float32))
        for stroke in shape
    ]


def line(start: tuple[float, float], end: tuple[float, float]) -> NDArray[np.float32]:
    return densify(np.array([start, end], dtype=np.float32))


def with_habit(strokes: Strokes, label: int, rng: np.random.Generator) -> Strokes:
    """Slashed zeros, barred sevens and Zs, feet, entry hooks."""
    if label in HABITS and rng.random() < (0.05 if label != 4 else 0.10):
        return drawn(label, rng)
    points = np.concatenate(strokes)
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    w, h = x1 - x0, y1 - y0
    out = list(strokes)
    if label == 0 and rng.random() < 0.16:
        over = rng.uniform(-0.2, 0.2)
        a = (x0 - over * w, y1 + over * h * 0.6)
        b = (x1 + over * w, y0 - over * h * 0.6)
        if rng.random() < 0.25:
            a, b = (a[0], b[1]), (b[0], a[1])
        out.append(line(a, b))
    elif label in (7, 35) and rng.random() < (0.30 if label == 7 else 0.20):
        y = y0 + h * rng.uniform(0.4, 0.6)
        cx = x0 + w * rng.uniform(0.35, 0.65)
        half = max(w, 0.25) * rng.uniform(0.25, 0.5)
        tilt = rng.normal(0, 0.06) * h
        out.append(line((cx - half, y + tilt), (cx + half, y - tilt)))
    elif label == 1 and rng.random() < 0.10:
        half = max(w, 0.2 * h) * rng.uniform(0.4, 1.0)
        bottom = max(strokes, key=len)[-1]
        out.append(line((bottom[0] - half, y1), (bottom[0] + half, y1)))
    elif rng.random() < 0.06:
        first = strokes[0][0]
        hook = rng.normal(0, 0.12, 2).astype(np.float32) * max(w, h)
        out.insert(0, line(tuple(first - hook), tuple(first)))
    return out


def distorted(strokes: Strokes, rng: np.random.Generator, strength: float = 1.0) -> Strokes:
    """Slant, turn, aspect and a smooth wave; the longest side is 1 again, origin at 0."""
    turn = np.deg2rad(rng.normal(0, 5)) * strength
    slant = np.clip(rng.normal(0, 0.16), -0.4, 0.4) * strength
    aspect = np.exp(rng.normal(0, 0.16) * strength)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = matrix @ np.array([[aspect, -slant], [0, 1]])
    waves = rng.normal(0, 0.05 / 3 * strength * 1.7, (3, 2))
    frequency = rng.uniform(1, 5, (3, 2))
    phase = rng.uniform(0, 6.28, 3)
    out = []
    for stroke in strokes:
        angle = stroke @ frequency.T + phase
        out.append(((stroke + np.sin(angle) @ waves) @ matrix.T).astype(np.float32))
    points = np.concatenate(out)
    low = points.min(axis=0)
    side = max(float((points.max(axis=0) - low).max()), 1e-3)
    return [(stroke - low) / side for stroke in out]


def draw(
    canvas: NDArray[np.float32],
    strokes_px: Strokes,
    pen_px: float,
    darkness: float,
    skip: bool = False,
    rng: np.random.Generator | None = None,
) -> None:
    """Draw strokes onto a canvas of darkness (0 paper .. 1), twice oversampled, in place."""
    points = np.concatenate(strokes_px)
    pad = int(pen_px) + 2
    height, width = canvas.shape
    x0 = max(int(points[:, 0].min()) - pad, 0)
    y0 = max(int(points[:, 1].min()) - pad, 0)
    x1 = min(int(points[:, 0].max()) + pad + 1, width)
    y1 = min(int(points[:, 1].max()) + pad + 1, height)
    if x1 <= x0 or y1 <= y0:
        return
    big = np.zeros(((y1 - y0) * 2, (x1 - x0) * 2), dtype=np.uint8)
    thick = max(round(pen_px * 2), 1)
    for stroke in strokes_px:
        at = ((stroke - (x0, y0)) * 2 * 16).astype(np.int32)
        if skip and rng is not None and len(at) > 8:
            cut = int(rng.integers(2, len(at) - 4))
            gap = int(rng.integers(1, max(len(at) // 8, 2)))
            parts = [at[:cut], at[cut + gap :]]
        else:
            parts = [at]
        for part in parts:
            if len(part) == 1:
                cv2.circle(big, tuple(part[0].tolist()), thick * 8, 255, -1, cv2.LINE_AA, 4)
            elif len(part):
                cv2.polylines(big, [part.reshape(-1, 1, 2)], False, 255, thick, cv2.LINE_AA, 4)
    ink = cv2.resize(big, (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA)
    view = canvas[y0:y1, x0:x1]
    np.maximum(view, ink.astype(np.float32) * (darkness / 255.0), out=view)
