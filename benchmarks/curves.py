"""Errors left against decisions made, drawn as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Course", "curves"]

WIDTH, HEIGHT = 640, 330
LEFT, RIGHT, TOP, BOTTOM = 60, 620, 15, 290
LOWEST, HIGHEST = 0.15, 120.0
LEVELS = (100, 50, 20, 10, 5, 2, 1, 0.5, 0.2)
COLOURS = ("#8a4b00", "#18573b")
POINTS = 400


@dataclass(frozen=True)
class Course:
    """One way through a batch.

    Attributes:
        errors: Errors left after each decision, from 0 decisions on.
        boxes: Seen in the group check.
        group_s: Seconds of the group check.
        seconds: That each answer to an item of the queue took, with the next item.
    """

    name: str
    errors: tuple[int, ...]
    boxes: int
    group_s: float
    seconds: tuple[float, ...]


def curves(written: int, courses: Sequence[Course]) -> str:
    """One line per course, wrong fields per 1,000 on a logarithmic axis."""
    most = max(len(one.errors) for one in courses)
    box = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
    parts = [f'<svg {box} font-family="sans-serif" font-size="12">']
    parts.append('<rect width="100%" height="100%" fill="#fff"/>')
    parts += [_level(level) for level in LEVELS]
    step = max(1, 10 ** (len(str(most)) - 1) // 2)
    parts += [_text(_x(n, most), BOTTOM + 18, f"{n:,}", "middle") for n in range(0, most, step)]
    for number, course in enumerate(courses):
        colour = COLOURS[number]
        line = f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="'
        parts.append(line + _points(course, written, most) + '"/>')
        parts.append(_text(RIGHT - 10, TOP + 15 + 16 * number, course.name, "end", colour))
    parts.append(_text((LEFT + RIGHT) / 2, HEIGHT - 4, "decisions", "middle"))
    parts.append(_text(LEFT - 50, TOP, "wrong per 1,000", "start"))
    return "\n".join([*parts, "</svg>", ""])


def _points(course: Course, written: int, most: int) -> str:
    every, last = max(1, most // POINTS), len(course.errors) - 1
    kept = ((n, left) for n, left in enumerate(course.errors) if n % every == 0 or n == last)
    return " ".join(f"{_x(n, most):.1f},{_y(1000 * left / written):.1f}" for n, left in kept)


def _level(level: float) -> str:
    dash = "" if level == LEVELS[-2] else ' stroke-dasharray="2 4"'
    line = f'<line x1="{LEFT}" x2="{RIGHT}" y1="{_y(level):.1f}" y2="{_y(level):.1f}" stroke="#999"'
    return f"{line}{dash}/>" + _text(LEFT - 6, _y(level) + 4, f"{level:g}", "end")


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#222") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{colour}">{text}</text>'


def _x(decision: float, most: int) -> float:
    return LEFT + (RIGHT - LEFT) * decision / most


def _y(rate: float) -> float:
    low, high = math.log(LOWEST), math.log(HIGHEST)
    return BOTTOM - (BOTTOM - TOP) * (math.log(max(rate, LOWEST)) - low) / (high - low)
