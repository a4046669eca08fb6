"""Writing that is not in boxes: signatures, and lines such as an address or a note."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from formscan.geometry import BoxMm
from formscan.simulate.alphabet import Strokes
from formscan.simulate.chance import uniform
from formscan.simulate.hand import Writer

__all__ = ["line_of_text", "signature"]


def signature(box: BoxMm, rng: Generator) -> Strokes:
    """Loops that lean, shrink along the line and mostly end in a flourish, inside ``box``.

    Args:
        box: The field, mm.
        rng: Two calls in the same state give the same signature.
    """
    loops = int(rng.integers(4, 9))
    t = np.linspace(0, 1, loops * 22)
    height = 1 - uniform(rng, (0.3, 0.7)) * t + 0.15 * np.sin(2 * np.pi * (t * 1.7 + rng.random()))
    phase = 2 * np.pi * (loops * t + 0.25 * np.sin(2 * np.pi * (t * 2.3 + rng.random())))
    x = t * loops * uniform(rng, (0.55, 0.9)) + 0.45 * np.cos(phase)
    y = -0.5 * height * np.sin(phase) + 0.12 * np.sin(2 * np.pi * (t * 3.1 + rng.random()))
    x = x - uniform(rng, (0.1, 0.5)) * y
    strokes = [np.column_stack([x, y])]
    if rng.random() < 0.6:
        s = np.linspace(0, 1, 30)
        flourish = np.column_stack(
            [x.min() + (x.max() - x.min()) * (1.1 - 1.2 * s), 0.6 + 0.12 * np.sin(5 * s)]
        )
        strokes.append(flourish)
    return _fitted(tuple(strokes), box, uniform(rng, (0.55, 0.85)), rng)


def line_of_text(writer: Writer, text: str, box: BoxMm, rng: Generator) -> tuple[Strokes, str]:
    """``text`` written freely on a line, in capitals, as much of it as fits into ``box``.

    Returns:
        The strokes, and what they say.
    """
    habits = writer.habits
    height = min(box.height * 0.62, 4.2) * uniform(rng, (0.8, 1.0))
    x, wander = box.x + 1.5, rng.uniform(0, 2 * np.pi)
    strokes: list[NDArray[np.float64]] = []
    written = ""
    for character in text.upper():
        drawn = writer.glyphs.draw(character, rng)
        if not drawn:
            x += height * 0.45
            written += " "
            continue
        points = np.vstack(drawn)
        left, right = float(points[:, 0].min()), float(points[:, 0].max())
        width = max(right - left, 0.05) * height * habits.width
        if x + width > box.right - 1.0:
            break
        base = box.center[1] + 0.5 * height + 0.25 * np.sin(wander + x / 17)
        base = min(base, box.bottom - 0.5)
        for stroke in drawn:
            lean = (0.5 - stroke[:, 1]) * habits.slant * height
            px = x + (stroke[:, 0] - left) * height * habits.width + lean
            strokes.append(np.column_stack([px, base - height + stroke[:, 1] * height]))
        x += width + height * uniform(rng, (0.14, 0.28))
        written += character
    return tuple(strokes), " ".join(written.split())


def _fitted(strokes: Strokes, box: BoxMm, part: float, rng: Generator) -> Strokes:
    points = np.vstack(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.array([box.width * part, box.height * 0.84])
    scale = room / np.maximum(high - low, 1e-6)
    scale = np.minimum(scale, 2.2 * scale.min())
    slack = np.array([box.width, box.height]) * 0.96 - (high - low) * scale
    corner = np.array([box.x, box.y]) + slack * rng.uniform(0.1, 0.9, 2)
    return tuple((s - low) * scale + corner for s in strokes)
